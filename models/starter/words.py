"""Word lists: what stories are about, and the wide world that the model knows nothing of."""


def words(text):
    return [w.strip() for w in text.replace("\n", ",").split(",") if w.strip()]


GIRLS = words("""Anna, Mia, Lily, Emma, Ella, Nora, Ruby, Maya, Clara, Rosa, Lucy, Ida, Zoe, Tilda, Hanna, Marta, Nina, Sofia, Alma, Iris,
Lina, Ada, Edith, Olga, Vera, Paula, Frida, Lotte, Mila, Amy, Sara, Julia, Tess, Holly, Daisy, Molly, Rita, Leila, Fatima, Aisha, Priya,
Yuki, Mei-Lin, Ingrid, Astrid, Elsa, Gerda, Susi, Wanda, Olivia, Grace, Alice, Jane, Eva, Ines, Carmen, Bella, Penny, Poppy, Hazel, Ivy,
Matilda, Nelly, Betty, Dora, Flora, Heidi, Kira, Luna, Mona, Nadia, Pia, Romy, Stella, Thea, Uma, Viola, Willa, Yara, Zita, Amelie, Chloe,
Esther, Ruth, Hedwig, Salma, Noor, Zahra, Linnea, Saga, Freya, Maren, Malin, Anouk, Elodie, Beatrix, Dunja, Mirela, Agnes, Tamara,
Abigail, Adele, Agatha, Aino, Alba, Alexandra, Alina, Alva, Amanda, Anastasia, Andrea, Angela, Anita, Annika, Antonia, April, Ariel,
Aurora, Ava, Barbara, Bea, Berta, Bianca, Birgit, Blanca, Bridget, Camilla, Cara, Carla, Caroline, Cecilia, Celia, Charlotte, Chiara,
Christa, Cindy, Claudia, Cora, Cornelia, Dalia, Dana, Daphne, Daria, Deborah, Delia, Diana, Dina, Dolores, Doris, Edda, Eileen, Elena,
Eleonora, Elin, Elisa, Eliza, Ellen, Elvira, Emilia, Enya, Erika, Erna, Estelle, Eugenia, Evelyn, Fanny, Fiona, Franka, Franziska,
Gabi, Gemma, Georgia, Gina, Gisela, Gloria, Gudrun, Gwen, Hailey, Harriet, Helena, Helga, Henrietta, Hilda, Ilse, Imogen, Ina, Irene,
Irma, Isabel, Isolde, Ivana, Jana, Jasmin, Jenny, Jessica, Joan, Johanna, Josefine, Judith, June, Karin, Katarina, Kate, Kirsten,
Klara, Lara, Larissa, Laura, Layla, Lea, Leni, Leonie, Leyla, Lieselotte, Lilith, Linda, Lisa, Lorena, Louisa, Lydia, Madeleine,
Magda, Maja, Marcella, Margot, Maria, Marion, Marlene, Martha, Mathilde, Maxine, Megan, Melanie, Merle, Michelle, Mina, Mira, Miriam,
Monika, Naomi, Natalie, Nele, Nicole, Nora-May, Octavia, Odette, Ottavia, Pamela, Patricia, Pauline, Petra, Philippa, Phoebe, Rachel,
Ramona, Raquel, Rebecca, Regina, Renata, Roberta, Ronja, Rosalie, Rosemary, Roxana, Sabine, Sally, Samira, Sandra, Sarah, Selma,
Sibylle, Sigrid, Silvia, Simone, Sonja, Svea, Sylvie, Talia, Tanja, Tara, Teresa, Tina, Toni, Trudi, Ulla, Ursula, Valentina, Vanessa,
Victoria, Vivian, Wendy, Wilma, Xenia, Yasmin, Yvonne, Zelda""")
BOYS = words("""Ben, Tom, Leo, Max, Finn, Sam, Jack, Oscar, Noah, Emil, Anton, Paul, Karl, Otto, Hugo, Felix, Jakob, Lukas, Moritz, Nils, Erik,
Lars, Sven, Ivan, Boris, Pedro, Carlos, Diego, Marco, Luca, Matteo, Enzo, Henry, George, Arthur, Fred, Harry, Charlie, Billy, Danny, Joey,
Timmy, Robin, Peter, Simon, David, Daniel, Adam, Omar, Ali, Yusuf, Karim, Ravi, Arjun, Kenji, Hiro, Wei, Kofi, Kwame, Tariq, Elias, Milo,
Rufus, Jasper, Edgar, Konrad, Linus, Magnus, Ole, Piet, Ruben, Stefan, Tobias, Vincent, Walter, Xaver, Yann, Zeno, Bruno, Casper, Dylan,
Ethan, Gustav, Henrik, Igor, Juri, Kilian, Levi, Malte, Norman, Patrick, Quentin, Rasmus, Samir, Timo, Ulrich, Viktor, Wilbur, Zack, Andrej,
Aaron, Abel, Achim, Adrian, Ahmed, Akira, Alan, Albert, Alec, Alejandro, Alessandro, Alex, Alfred, Alvin, Amadeus, Amir, Andre, Andy,
Angus, Aram, Archie, Arne, Arno, Axel, Balthasar, Barnaby, Bart, Basil, Bela, Benedikt, Bernd, Bertram, Bjorn, Bob, Brian, Cedric,
Christian, Clemens, Colin, Connor, Craig, Cyril, Damian, Dario, Dean, Dennis, Dieter, Dimitri, Dominik, Donald, Douglas, Duncan,
Eddie, Edwin, Egon, Eli, Emanuel, Emre, Erwin, Eugen, Ezra, Fabian, Fergus, Fernando, Filip, Florian, Francis, Frank, Franz, Frederik,
Friedrich, Gabriel, Gareth, Gerald, Gilbert, Giovanni, Gordon, Graham, Gregor, Gunnar, Hamid, Hannes, Harald, Hassan, Hector,
Heinrich, Helmut, Herbert, Herman, Holger, Horst, Howard, Ian, Ibrahim, Ilja, Isaac, Ismael, Jaan, Jamal, James, Jan, Jaro, Jeremy,
Jesper, Jim, Joachim, Joaquin, Joel, Johann, Jorge, Josef, Joshua, Julian, Justus, Kai, Kasimir, Keith, Kevin, Klaus, Knox, Kristof,
Kurt, Lennart, Leon, Leopold, Lev, Lorenz, Lothar, Louis, Ludwig, Manfred, Manuel, Marcel, Marek, Mario, Markus, Martin, Marvin,
Matthias, Maurice, Mehmet, Melvin, Micha, Miguel, Mika, Mirko, Mohammed, Murat, Nathan, Neil, Niklas, Nico, Nikolai, Noel, Olaf,
Oliver, Orlando, Otis, Owen, Pablo, Pascal, Pavel, Percy, Philipp, Pierre, Rafael, Rainer, Ralf, Raoul, Reinhard, Remo, Rene, Richard,
Robert, Rodrigo, Roger, Roland, Roman, Ronny, Rudi, Salim, Salvador, Sascha, Sebastian, Seth, Severin, Silas, Silvio, Stanislav,
Steven, Tadeus, Ted, Terence, Thomas, Thor, Till, Tino, Titus, Tristan, Udo, Umberto, Uwe, Valentin, Viggo, Vito, Waldemar, Wenzel,
Werner, Wilhelm, Wolf, Yannick, Yoshi, Zacharias""")
PET_NAMES = words("""Pip, Bobo, Mimi, Fluff, Coco, Nibbles, Pebble, Button, Socks, Biscuit, Pepper, Muffin, Sunny, Teddy, Twig, Fern, Maple, Acorn,
Dusty, Patch, Spot, Smoky, Cookie, Ginger, Honey, Toffee, Waffle, Noodle, Pickle, Peanut, Bean, Berry, Clover, Dot, Echo, Flick, Fuzzy, Gizmo,
Hoppy, Inky, Jumpy, Kiki, Lulu, Momo, Nutmeg, Olive, Pogo, Quill, Rascal, Scout, Tango, Velvet, Whisker, Yoyo, Zuzu, Bingo, Bluebell, Bubbles,
Caramel, Chip, Dandelion, Feather, Frosty, Gruff, Hazelnut, Jolly, Kipper, Lolly, Marble, Nimbus, Oatmeal, Paprika, Pudding, Rollo, Snowball,
Sparkle, Tumble, Wobble, Zippy, Blinky, Bumble, Crumpet, Dimple, Flip, Grumble, Humbug, Jingle, Mossy, Puddle, Ripple, Shadow, Thimble,
Alfie, Amber, Apple, Arrow, Basil, Bamboo, Banjo, Bashful, Beanie, Bella, Bigfoot, Blaze, Blossom, Bolt, Bonny, Boomer, Bounce,
Brownie, Buddy, Bunny, Buster, Butter, Buzz, Candy, Captain, Carrot, Champ, Cherry, Chestnut, Chewy, Cinnamon, Cloudy, Cocoa, Comfy,
Copper, Cosmo, Cricket, Crispy, Crunch, Cuddles, Cupcake, Curly, Daffy, Dash, Dizzy, Doodle, Duffy, Ember, Fang, Fidget, Figaro, Fizz,
Flake, Flash, Floppy, Freckles, Frisky, Fudge, Gadget, Giggles, Goldie, Goofy, Gusto, Happy, Harley, Hiccup, Hobbit, Huckle, Icicle,
Indigo, Jasper, Jelly, Jester, Jiggy, Jinx, Juno, Kiwi, Latte, Lemon, Lightning, Lucky, Mango, Marshmallow, Maxi, Meatball, Merlin,
Midnight, Misty, Mocha, Moonbeam, Mopsy, Mumble, Mustard, Nana, Nacho, Nugget, Oreo, Panda, Papaya, Parsley, Patches, Pearl, Picasso,
Pippin, Pixel, Plum, Polka, Pompom, Popcorn, Poppet, Prancer, Pretzel, Puff, Pumpernickel, Quark, Quincy, Radish, Raisin, Roly, Rosie,
Rusty, Saffron, Sandy, Scamp, Scruffy, Skipper, Slinky, Smudge, Snoopy, Snuggles, Sparky, Speck, Spike, Splash, Sprout, Stardust,
Stitch, Storm, Sugar, Sweetpea, Taffy, Thumper, Tiger, Tinker, Toast, Tofu, Tootsie, Truffle, Tulip, Turbo, Twinkle, Twister, Vanilla,
Wags, Walnut, Wiggles, Willow, Winky, Woody, Yogi, Ziggy, Zorro""")
ANIMALS = words("""hedgehog, owl, penguin, whale, pony, goat, hamster, fox, bear, rabbit, mouse, cat, dog, hen, duck, goose, sheep, pig, cow, horse, donkey, deer, wolf, squirrel, beaver, frog, toad,
turtle, snail, bee, ant, ladybird, butterfly, spider, worm, crow, robin, sparrow, siskin, eagle, stork, parrot, swan, fish, crab, seal, dolphin,
elephant, lion, tiger, monkey, giraffe, zebra, camel, kangaroo, koala, panda, crocodile, snake, lizard, bat, puppy, kitten, lamb, calf, foal,
chick, duckling, hare, weasel, lynx, reindeer, yak, ox, rooster, pigeon, magpie, woodpecker, cuckoo, heron, pelican, seagull, puffin, jellyfish,
starfish, octopus, shark, salmon, trout, cricket, grasshopper, dragonfly, moth, caterpillar, bumblebee, hippo, rhino, ostrich, flamingo, peacock,
meerkat, chameleon, gecko, newt, salamander, tadpole, dormouse, guinea pig, polar bear, gorilla, lemur, sloth, armadillo, alpaca, buffalo, bison,
falcon, raven, nightingale, wren, blackbird, canary, budgie, goldfish, seahorse, lobster, shrimp, narwhal, tortoise, porcupine, ferret, mongoose,
aardvark, anteater, antelope, baboon, barn swallow, bobcat, boar, bullfrog, chinchilla, chipmunk, cicada, clam, cobra, cockatoo,
condor, coyote, crane fly, crayfish, dingo, dove, earthworm, earwig, echidna, eel, elk, emu, ermine, finch, flea, fruit bat, gazelle,
gerbil, gibbon, gnat, gopher, grebe, grouse, guppy, hawk, hermit crab, hornet, hummingbird, hyena, ibex, ibis, iguana, jackal,
jackdaw, jaguar, jay, kestrel, kingfisher, kiwi, lark, leopard, limpet, locust, loon, macaw, manatee, mandrill, mantis, marmot,
marten, minnow, mosquito, mule, muskrat, mussel, nuthatch, opossum, orangutan, orca, oriole, osprey, oyster, panther, partridge,
pheasant, pike, platypus, plover, porpoise, prawn, puma, python, quail, rat, roadrunner, rook, sandpiper, scorpion, sea cow,
sea urchin, shrew, silkworm, skunk, skylark, sea slug, snow leopard, squid, stag, stallion, starling, stingray, stick insect, stoat,
sturgeon, swallow, swift, tapir, tarantula, tarsier, termite, tern, thrush, tick, tree frog, tuna, turkey, viper, vole, vulture,
wagtail, wallaby, warthog, wasp, water buffalo, weevil, wild goose, wildcat, wolverine, wombat, woodlouse, zebu""")
BEINGS = words("""dragon, princess, pirate, ghost, giant, astronaut, postman, witch, wizard, fairy, elf, dwarf, troll, mermaid, prince, knight, king, queen, unicorn, monster, snowman, scarecrow, clown, farmer,
baker, fisherman, gardener, sailor, captain, teacher, doctor, painter, cook, carpenter, shepherd, miller, tailor, inventor, firefighter, nurse,
clockmaker, grandmother, grandfather, boy, girl, baby, twin, sister, brother, gnome, goblin, sea monster, little monster, imp, genie, pilot,
train driver, shopkeeper, librarian, musician, dancer, acrobat, policeman, mountain climber, night watchman, beekeeper, lighthouse keeper,
archer, acrobat's son, bell ringer, blacksmith, bookbinder, boatman, brewer, bricklayer, butcher, butler, candle maker, chimney sweep,
cobbler, conductor, cowboy, dentist, detective, diver, drummer, druid, duchess, emperor, engineer, explorer, ferryman, florist,
fortune teller, glassblower, goldsmith, guard, hairdresser, harpist, hermit, huntsman, ice cream seller, jester, judge, juggler,
kobold, locksmith, magician, maid, mayor, mechanic, merchant, messenger, milkman, miner, monk, mummy, ogre, optician, organist,
ox driver, pastry cook, pharmacist, photographer, piper, plumber, poet, potter, printer, professor, puppeteer, ranger, robber, roofer,
saddler, scientist, sculptor, servant, shoemaker, singer, skeleton, smith, soldier, stonemason, sultan, sweeper, swimmer, stable boy,
thief, toymaker, traveller, trumpeter, uncle, aunt, cousin, vampire, vet, waiter, watchmaker, weaver, werewolf, window cleaner,
woodcutter, writer, yeti, zookeeper, neighbour, schoolgirl, schoolboy, king's daughter, young inventor, old sailor, ice giantess,
sandman, water sprite, forest spirit""")
THINGS = words("""cloud, moon, kite, clock, ball, hat, shoe, boat, car, train, bus, bike, cup, bell, lamp, candle, key, box, book, pencil, drum, flute, doll, teddy bear, balloon,
basket, blanket, pillow, chair, table, door, window, mirror, ladder, bucket, broom, wheel, cart, sledge, raft, bridge, tower, castle, mill, tent, snowflake,
star, sun, rainbow, wind, river, stone, leaf, tree, flower, seed, mushroom, apple, pear, carrot, potato, onion, cake, pie, pancake, egg,
nut, berry, strawberry, cherry, plum, sock, glove, scarf, coat, apron, pocket, needle, thread, ribbon, ring, crown, coin, map, letter, stamp, bottle,
jar, pot, pan, plate, fork, knife, kettle, oven, clock tower, piano, guitar, trumpet, whistle, puppet, puzzle, swing, slide, rocket, plane, ship,
tractor, truck, digger, crane, fire engine, scooter, skateboard, snowball, puddle, pebble, shell, feather, nest, cave, hill, mountain, lake, island, pond,
robot, computer, telephone, camera, television, radio, vacuum cleaner, washing machine, toothbrush, sponge, towel, bathtub, bed, wardrobe, drawer,
shelf, carpet, curtain, lantern post, bench, fountain, statue, chimney, roof, fence, gate, garden, wheelbarrow, watering can, rake, spade, 
paintbrush, crayon, paper boat, paper plane, kite string, marble, chess piece, playing card, toy soldier, spinning top, music box, wagon,
acorn, pine cone, icicle, raindrop, dewdrop, sunflower, rose, tulip, dandelion, clover, fern, oak, birch, willow, pumpkin, melon, lemon, orange, banana,
tomato, cucumber, pea, bean, honey jar, biscuit, chocolate, lollipop, ice cream, sandwich, pizza, noodle, dumpling, waffle, muffin, teapot lid,
spoon, sugar bowl, salt shaker, pepper mill, rocking horse, hammock, umbrella stand, walking stick, suitcase, backpack, purse, watch, compass, telescope, magnet, hammer, nail, saw,
abacus, accordion, airship, album, alarm bell, almond, ambulance, amulet, anchor, angel's wing, anvil, apricot, aquarium, armchair,
arrow, artichoke, asparagus, atlas, avalanche, avocado, axe, bagel, bagpipe, bandage, banjo, banner, barrel, bat house, bathrobe,
battery, beach ball, bead, beehive, beetroot, belt, bib, pair of binoculars, bird house, blackboard, blueberry, board game, bolt, bone,
bonfire, bookmark, boot, bouquet, bow, bowl, bracelet, branch, brick, bridle, briefcase, brooch, broccoli, brush, bubble, buckle,
bulb, bulldozer, buoy, cabbage, cabin, cable car, cake tin, calendar, candy cane, cannon, canoe, canvas, cape, cardboard box,
carousel, cart wheel, cartwheel, cauldron, cauliflower, celery, cello, chain, chalk, chandelier, cheese, chest, chestnut, chimney pot,
chisel, christmas tree, clarinet, clothes peg, cloak, coal, coconut, coffee mill, coffee pot, collar, comb, cookie jar, cork, corn,
cornflake, cotton ball, couch, cradle, cranberry, cricket bat, croissant, crossbow, crutch, crystal, cupboard, cushion, custard,
cymbal, daffodil, dagger, daisy, dam, dart, date, desk, diamond, diary, dice, dictionary, dinghy, dishcloth, doorbell, doorknob,
doormat, doughnut, dragonfruit, drain pipe, dream catcher, dress, drill, driftwood, dustbin, dust cloth, eggplant, eggshell,
elastic band, elevator, emerald, engine, envelope, eraser, escalator, evening star, eyeglass, fan, fairy light, faucet, ferry, fiddle,
fig, file, fir tree, fireplace, firework, fishing rod, flag, flagpole, flashlight, flask, flint, flour sack, flowerpot, fog,
folding chair, football, footprint, forklift, fossil, frame, freckle, freight train, fridge, frisbee, frying pan, funnel, galaxy,
garage, garlic, garland, gas lamp, gear, gem, geyser, ginger root, glacier, glass, globe, glider, goblet, gold bar, gong, gooseberry,
gramophone, grape, grapefruit, grass blade, gravel, greenhouse, guestbook, gumdrop, gum boot, gutter, hail stone, hairbrush, hairpin,
ham, handbag, handkerchief, handle, hand puppet, harmonica, harp, hatch, hay bale, haystack, headphone, heart, hedge, helicopter,
helmet, herb, hinge, hole, hook, horn, horseshoe, hose, hot air balloon, hourglass, house, hut, hydrant, iceberg, igloo,
incense stick, ink pot, iron, ivy, jacket, jam jar, javelin, jeep, jelly, jewel, jigsaw, joker, jug, juice, jumper, kayak, keyboard,
keyhole, kiln, kimono, kitchen scale, knapsack, knot, label, lace, ladle, lasso, lawn mower, lentil, lettuce, lever, life belt,
light bulb, lighter, lily, lime, limousine, lock, locket, log, loom, loudspeaker, lute, lunch box, machine, magnifying glass, mailbox,
mandolin, mango, manhole cover, maple leaf, mask, mast, match, mattress, maze, meadow flower, measuring tape, medal, megaphone, menu,
mop, metronome, microphone, microscope, milk can, milkshake, mincer, minibus, mint leaf, mist, mobile phone, money box, monument,
moped, mortar, mosaic, moss, motorbike, mousetrap, mug, mustard pot, napkin, necklace, nectarine, net, newspaper, night light,
nightgown, north wind, notebook, nutcracker, nutmeg tree, oar, oasis, oat, oboe, olive, omelette, orchid, organ, origami bird,
oil can, padlock, paddle, page, pail, paint pot, palace, palm tree, pancake pan, pansy, pantry, papaya, paper, paperclip, parachute,
parasol, parcel, parsley, passport, pasta, path, pavilion, peach, peanut, pearl, pebble beach, pedal, peg, pen, pendulum, peppercorn,
perfume, periscope, photo, picnic basket, picture, picture book, pillar, pillow case, pin, pineapple, pinwheel, pipe, pitchfork,
planet, plank, plaster, plug, plum tree, pocket knife, pole, pomegranate, popcorn, poppy, porridge, portrait, postcard, poster, pouch,
power plant, pram, present, pretzel, propeller, pulley, pump, pyramid, quilt, quiver, racket, radish, raft sail, rail, raincoat,
raisin, ramp, raspberry, rattle, razor, record player, recorder, reed, refrigerator, reindeer bell, rhubarb, ribcage, rice grain,
riddle, road, rocking chair, roller skate, rolling pin, rope, rosebush, rowboat, ruby, rucksack, rudder, rug, ruler, sack, saddle,
safe, sailboat, salad bowl, sand castle, sandal, sandbox, sapphire, sauce pan, sausage, saxophone, scale, pair of scissors, screw,
screwdriver, scroll, seagrass, seashell, seat, seesaw, shadow, shampoo, shawl, shed, shield, shirt, shoelace, shooting star, shop,
shovel, shower, sieve, signpost, silver coin, sink, siren, ski, skirt, skipping rope, sleeping bag, sleeve, slipper, slot machine,
snow globe, snow shovel, snowplough, soap, soap bubble, soccer ball, sofa, soup bowl, spark, spinach, spinning wheel, sprout, stable,
stadium, stage, staircase, stapler, steamboat, steam train, steering wheel, step, stethoscope, stilt, stocking, stool, storm, stove,
straw, straw hat, streetlight, string, stump, suit, sundial, sunbeam, sunshade, surfboard, sweater, sword, syrup, table cloth,
tambourine, tangerine, tap, tapestry, tart, taxi, tea bag, tea cup, tear, teaspoon, tennis ball, thermometer, thimble, thistle,
throne, thumbtack, thundercloud, tiara, tile, timer, tin can, tin soldier, tinsel, tire, toadstool, toast, toaster, tofu,
tomato plant, tooth, torch, totem, trailer, tram, trampoline, trapdoor, trapeze, tray, treasure chest, treasure map, triangle,
tricycle, trolley, trombone, trophy, pair of trousers, trowel, truffle, tuba, tugboat, tunnel, turban, turnip, pair of tweezers, twig, typewriter,
ukulele, vacuum, valley, van, vase, vault, veil, velvet bag, vest, viaduct, vine, vinegar, waistcoat, wall, walnut, wand, warehouse,
washbasin, water lily, water mill, waterfall, watermelon, wave, weather vane, weathercock, web, wedding cake, well, wheat, whip,
wicker chair, wig, wigwam, windmill, window sill, wine glass, wishbone, wok, wooden leg, wool, wreath, wrench, xylophone, yacht, yam,
yarn, yoghurt, yo-yo, zeppelin, zipper, zucchini""")
PLACES = words("""the forest, the garden, the village, the city, the mountains, the meadow, the farm, the lake, the river, the sea, the beach, the desert,
the jungle, the castle, the school, the park, the zoo, the harbour, the attic, the kitchen, the library, the market, the mill, the valley, the island,
the moon, the swamp, the orchard, the playground, the barn, the station, the museum, the bakery, the circus, the hills, a small town, a tall tree,
an old house, a cave, a snowy land, a green valley, a treehouse, a boat, a tower, the bottom of the sea, the clouds, the north, the woods, the old bridge""")
COUNTRIES = words("""France, Germany, Italy, Spain, Portugal, Norway, Sweden, Finland, Denmark, Poland, Austria, Switzerland, Greece, Turkey, Egypt, Morocco,
Kenya, Nigeria, Ghana, Ethiopia, India, Pakistan, China, Japan, Korea, Vietnam, Thailand, Indonesia, Australia, New Zealand, Canada, Mexico, Peru, Chile,
Argentina, Colombia, Cuba, Ireland, Scotland, Wales, England, Belgium, Hungary, Romania, Bulgaria, Croatia, Serbia, Ukraine, Russia, Estonia, Latvia,
Lithuania, Malta, Cyprus, Israel, Jordan, Iran, Iraq, Nepal, Mongolia, Malaysia, Singapore, the Netherlands, the Philippines, the United States, Texas, California""")
CITIES = words("""Paris, London, Berlin, Rome, Madrid, Athens, Moscow, Cairo, Delhi, Mumbai, Beijing, Tokyo, Seoul, Sydney, New York, Chicago, Boston, Toronto,
Lima, Rio, Prague, Warsaw, Budapest, Dublin, Brussels, Zurich, Hamburg, Munich, Milan, Venice, Barcelona, Porto, Helsinki, Stockholm, Copenhagen, Riga,
Istanbul, Nairobi, Lagos, Dubai, Bangkok, Hanoi, Jakarta, Manila, Melbourne, Denver, Seattle, Miami, Dallas, Havana, Bogota, Santiago, Geneva, Salzburg""")
PEOPLE = words("""Einstein, Mozart, Beethoven, Napoleon, Caesar, Cleopatra, Shakespeare, Goethe, Newton, Darwin, Gandhi, Lincoln, Washington, Picasso, Rembrandt,
Leonardo da Vinci, Michelangelo, Bach, Marie Curie, Galileo, Columbus, Kant, Plato, Socrates, Aristotle, Churchill, Elvis, Madonna, Messi, Ronaldo, Federer,
Obama, Taylor Swift, Michael Jackson, Charlie Chaplin, Walt Disney, Kafka, Tolstoy, Dickens, Jane Austen, Hemingway, Alexander the Great, Buddha, Luther,
Queen Victoria, Nelson Mandela, Steve Jobs, Bill Gates, Elon Musk, the pope, the king of England, the German chancellor, Tutankhamun, Freud, Marx, Tesla""")
FOODS = words("""pizza, spaghetti, risotto, sushi, pancakes, apple pie, bread, soup, curry, goulash, paella, lasagna, tiramisu, cheesecake, hummus, pesto,
mayonnaise, omelette, rice, potatoes, steak, chicken, salmon, tofu, salad, dumplings, ramen, tacos, burritos, chili, jam, yoghurt, coffee, tea, beer, wine,
lemonade, chocolate cake, cookies, muffins, croissants, pretzels, sauerkraut, fish and chips, ice cream, kimchi, falafel, meatballs, gravy, pickles""")
SCIENCE = words("""gravity, photosynthesis, the big bang, evolution, electricity, magnetism, an atom, a molecule, DNA, a cell, a virus, a bacterium, a black hole,
a galaxy, the solar system, the speed of light, quantum mechanics, relativity, thermodynamics, entropy, osmosis, nuclear fusion, radioactivity, a laser, the ozone layer,
climate change, an earthquake, a volcano, a tsunami, plate tectonics, the water cycle, a rainbow, an eclipse, the tides, sound, light, heat, energy, plasma, a vitamin,
a protein, a hormone, an enzyme, blood pressure, the heart, the liver, the brain, digestion, a fossil, a dinosaur, a comet, dark matter, an electron, a proton, carbon,
oxygen, hydrogen, helium, gold, iron, copper, silver, uranium, salt, acid, a catalyst, a transistor, a battery, a steam engine, a jet engine, a telescope, a microscope""")
SUBJECTS = words("""history, geography, politics, economics, law, medicine, philosophy, psychology, religion, music, art, literature, football, tennis, basketball,
chess, cooking, gardening, fashion, cars, travel, films, games, mathematics, algebra, geometry, statistics, physics, chemistry, biology, astronomy, grammar, spelling,
love, marriage, children, school, university, taxes, insurance, banks, money, stocks, bitcoin, housing, jobs, weather, news, sport, television, theatre, poetry, dogs,
cats, horses, birds, plants, trees, oceans, space, war, peace, elections, democracy, kings, knights, pirates, trains, planes, ships, bridges, houses, furniture, wine""")
ILLS = words("""a headache, a cold, the flu, a fever, a cough, a sore knee, back pain, a toothache, stomach ache, an allergy, a rash, asthma, diabetes, a broken arm,
high blood pressure, a burn, a mosquito bite, hiccups, insomnia, stress, a cramp, nausea, an ear infection, sunburn, a cut, migraine, depression, a swollen foot""")
WORKS = words("""the Mona Lisa, Faust, Don Quixote, the Odyssey, War and Peace, Romeo and Juliet, the Bible, the Lord of the Rings, Star Wars, Titanic, Harry Potter,
the Magic Flute, the Ninth Symphony, Moby Dick, Macbeth, the Iliad, Frankenstein, Dracula, the Hobbit, Alice in Wonderland, the Matrix, Casablanca, the Godfather,
Robinson Crusoe, Ulysses, the Trial, the Little Prince, Peter Pan, Pinocchio, Guernica, the Scream, the Night Watch, Carmen, Aida, Swan Lake, Bohemian Rhapsody""")
EVENTS = words("""the first world war, the second world war, the French revolution, the moon landing, the fall of the Berlin wall, the Renaissance, the Middle Ages,
the stone age, the discovery of America, the Olympic games, the last election, the cold war, the black death, the Titanic disaster, the industrial revolution,
the founding of Rome, the battle of Waterloo, the independence of India, the world cup, the Thirty Years' War, the ice age, the Vietnam war, the gold rush""")
OBJECTS = words("""car, fridge, bicycle, washing machine, phone, television, oven, roof, garden, lawn, sofa, shirt, shoe, window, door lock, sink, toilet, heater,
radiator, lamp, guitar, piano, dishwasher, coffee machine, printer, watch, camera, drone, tent, boat, motorcycle, carpet, wall, chair, wooden floor, fish tank""")
CODE = words("""Python, JavaScript, Java, C++, Rust, Go, Haskell, PHP, Ruby, SQL, HTML, CSS, Kotlin, Swift, Perl, Lisp, Bash, TypeScript, Fortran, Pascal, Excel, LaTeX""")
LANGUAGES = words("""German, French, Spanish, Italian, Portuguese, Dutch, Swedish, Polish, Russian, Greek, Turkish, Arabic, Hindi, Chinese, Japanese, Korean, Latin,
Hebrew, Czech, Hungarian, Finnish, Danish, Norwegian, Swahili, Thai, Vietnamese, Ukrainian, Romanian, Esperanto, Welsh, Irish, Icelandic, Persian, Urdu""")
PHRASES = words("""good morning, thank you, I love you, where is the station, how are you, one beer please, my name is Anna, the house is big, see you tomorrow, yes, no,
water, bread, friend, mother, tree, happy birthday, good night, the dog runs, how much is it, excuse me, cheers, Monday, winter, blue, to swim, cheese, hello""")
COLOURS = words("red, blue, green, yellow, purple, orange, pink, golden, silver, white, black, brown, grey, turquoise")
TRAITS = words("""little, tiny, big, small, brave, shy, clever, lazy, curious, old, young, funny, sad, happy, lonely, hungry, sleepy, kind, grumpy, quiet, loud, fast, slow,
friendly, careful, clumsy, dreamy, cheeky, proud, gentle, lost, magic, flying, singing, talking, dancing, invisible, round, wooden, strange, tired, busy, forgetful""")

_ONSETS = "b bl br c ch cl cr d dr f fl fr g gl gr h j k kl kr l m n p pl pr qu r s sc sh sk sl sm sn sp st str t th tr v w y z zw".split()
_NUCLEI = "a a e e i i o o u u ai ea ee ei ie oa oo ou y".split()
_CODAS = "b ck d f g l ll m n nd ng nk nt p r rd rk rn rt s sh sk ss st t th x z".split() + [""] * 12


def invented(rng, low=1, high=3):
    """A word that exists nowhere, so that a model learns to do without knowing a word."""
    n = rng.randint(low, high)
    return "".join(rng.choice(_ONSETS) + rng.choice(_NUCLEI) + rng.choice(_CODAS) for _ in range(n))


def invented_name(rng):
    word = invented(rng, 2, 2) if rng.random() < 0.7 else invented(rng, 1, 1) + rng.choice(["a", "o", "i", "y", "us", "ie"])
    return word[:1].upper() + word[1:]


UNIQUE = {"moon", "sun", "wind"}


def article(word):
    if word in UNIQUE:
        return "the"
    return "an" if word[:1].lower() in "aeiou" and not word.startswith(("uni", "eu", "one")) else "a"

# More of the world, for questions that the model cannot answer.
NOUNS = words("""carpet, sunflower oil, passport, visa, mortgage, pension, invoice, contract, landlord, neighbour, wedding, funeral, birthday, Christmas, Easter, holiday,
hotel, airport, motorway, tunnel, harbour, lighthouse, cathedral, mosque, temple, palace, museum, stadium, theatre, orchestra, choir, opera, ballet, sculpture,
novel, poem, newspaper, magazine, dictionary, alphabet, comma, verb, adjective, sentence, essay, exam, teacher, professor, university, kindergarten, pupil,
lawyer, judge, prison, police, soldier, general, admiral, minister, senator, mayor, king, emperor, pharaoh, Viking, samurai, gladiator, cowboy, monk, nun,
surgeon, dentist, nurse, hospital, pill, vaccine, bandage, skeleton, muscle, kidney, lung, stomach, skin, eyebrow, elbow, ankle, shoulder, fingernail, tooth,
oak tree, pine tree, orchid, cactus, moss, algae, mushroom, truffle, strawberry, pineapple, mango, avocado, garlic, ginger, cinnamon, vanilla, saffron, mustard,
vinegar, cheese, butter, cream, sausage, ham, lobster, oyster, squid, tuna, herring, whisky, vodka, champagne, cider, espresso, cocoa, honey, syrup, flour, yeast,
glacier, avalanche, hurricane, tornado, monsoon, desert, canyon, waterfall, delta, peninsula, equator, horizon, compass, latitude, season, solstice, meteor, satellite,
planet, Mars, Venus, Jupiter, Saturn, nebula, asteroid, rocket, spaceship, astronaut, magnet, lever, pulley, prism, mirror, lens, pendulum, gyroscope, thermometer,
engine, gearbox, clutch, brake, tyre, wing, propeller, submarine, ferry, canoe, sail, anchor, rudder, tram, subway, elevator, escalator, crane, bulldozer, tractor,
hammer, drill, screw, nail, saw, ladder, brick, concrete, glass, plastic, rubber, leather, wool, cotton, silk, denim, velvet, lace, button, zipper, needle, loom,
violin, cello, trumpet, saxophone, organ, harp, drum, flute, clarinet, melody, chord, rhythm, tango, waltz, jazz, blues, opera house, disco, karaoke, hip hop,
tennis racket, golf club, surfboard, snowboard, skates, marathon, triathlon, boxing, judo, yoga, cricket, rugby, baseball, hockey, referee, penalty, offside, medal,
inflation, interest rate, dividend, tax return, salary, bonus, budget, loan, auction, customs, tariff, currency, euro, dollar, yen, coin, banknote, wallet, cheque,
divorce, jealousy, courage, patience, honesty, envy, boredom, nostalgia, wisdom, luck, fate, dream, nightmare, memory lane, childhood, youth, old age, friendship""")
