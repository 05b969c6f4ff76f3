"""Little stories: a beginning, a turn and an end, around whatever the user names.

A plot is a list of steps, a step a list of sentences to choose from. In them stand
    {Hi} the hero when first named ("a little fox named Pip"), {H} later; {h} {o} {s} {r}: he, him, his, himself
    {Fi} the friend when first named, {F} later; {f} {fo} {fs}
    {P} where it happens ("in the forest"); {Ti} the thing when first named ("a red ball"), {T} later
"""

import story_words as sw
import words as w
from words import article, invented

PRONOUNS = {"m": ("he", "him", "his", "himself"), "f": ("she", "her", "her", "herself"), "n": ("it", "it", "its", "itself")}
PLACES = {"the forest": "in", "the woods": "in", "the garden": "in", "the village": "in", "the city": "in", "the mountains": "in", "the meadow": "in", "the farm": "on",
          "the lake": "by", "the river": "by", "the sea": "by", "the beach": "on", "the desert": "in", "the jungle": "in", "the castle": "in", "the park": "in",
          "the zoo": "in", "the harbour": "in", "the attic": "in", "the library": "in", "the market": "at", "the mill": "in", "the valley": "in", "the island": "on",
          "the moon": "on", "the swamp": "in", "the orchard": "in", "the playground": "on", "the barn": "in", "the hills": "in", "a small town": "in", "a tall tree": "in",
          "an old house": "in", "a cave": "in", "a snowy land": "in", "a green valley": "in", "a treehouse": "in", "a tower": "in", "the bottom of the sea": "at",
          "the clouds": "in", "the north": "in", "the old bridge": "under", "a quiet village": "in", "a little house": "in", "a big city": "in", "a field": "in"}
USUAL_PLACES = ["in the forest", "in a quiet village", "by the river", "on a small farm", "in a green valley", "by the sea", "at the edge of the woods", "in a little house on a hill", "in a big garden", "near a blue lake", "in an old mill", "in the mountains"]
HOME_PLACES = ["in a small kitchen", "on a high shelf", "in an old house", "in a sunny room", "in a little shop", "in a dusty attic", "in a quiet village", "in a big garden"]
FRIENDS = w.words("mouse, rabbit, bird, frog, hedgehog, squirrel, duck, owl, cat, dog, bear, fox, turtle, bee, hen, deer, snail, beetle, mole, sheep, pony, goat")


def place_phrase(place):
    return PLACES.get(place, "in") + " " + place


FEMALE = set(w.words("queen, princess, witch, mermaid, fairy, grandmother, sister, girl, hen, cow, nurse"))
MALE = set(w.words("king, prince, knight, wizard, grandfather, brother, boy, postman, fisherman, policeman, rooster, ox, shepherd, night watchman"))


def sex_of(kind, name, rng):
    if kind in FEMALE or kind.endswith("woman"):
        return "f"
    if kind in MALE or kind.endswith("man"):
        return "m"
    return "f" if name in w.GIRLS else "m" if name in w.BOYS else rng.choice("mf")


class Who:
    """Somebody in a story: a kind ("fox"), a name, or both."""

    def __init__(self, rng, kind="", name="", sex="", trait=""):
        self.kind, self.name = kind, name
        self.trait = trait
        self.sex = sex or sex_of(kind, name, rng)

    def first(self):
        if not self.kind:
            return ("a girl" if self.sex == "f" else "a boy") + " named " + self.name
        words = " ".join(filter(None, [self.trait, self.kind]))
        text = article(words) + " " + words
        return text + " named " + self.name if self.name else text

    def later(self):
        return self.name or "the " + self.kind

    def whole(self):
        """With all that is known: Pip the sleepy fox, the sleepy fox."""
        kind = " ".join(filter(None, [self.trait, self.kind]))
        return " the ".join(filter(None, [self.name, kind])) if self.name else "the " + kind


# ---- Plots ----

BEGIN = ["Once upon a time there was {Hi}. {H} lived {P}.", "Once there was {Hi}, and {h} lived {P}.", "There once lived {Hi} {P}.", "{P} there lived {Hi}.", "Long ago, {P}, there lived {Hi}.", "Once upon a time {Hi} lived {P}."]
BEGIN_TWO = ["Once upon a time {Hi} and {Fi} lived {P}. They were good friends.", "{P} there lived {Hi} and {Fi}. They did everything together.", "Once there were two friends who lived {P}: {Hi} and {Fi}.", "Once upon a time there were {Hi} and {Fi}. They lived {P} and saw each other every day."]
MEET = ["Just then {Fi} came along.", "Then {Fi} came by.", "On the way {h} met {Fi}.", "At that moment {Fi} looked around the corner.", "Soon {Fi} came down the path."]
CLOSE = ["And they were friends for ever.", "From that day on they were the best of friends.", "That night {H} slept very well.", "And if you listen closely, you can still hear them laugh.", "{H} never forgot that day.", "And that is how a bad day became a good one.", "Then {h} went home, and the stars came out.", "And everybody was happy."]

LOST_THING = [
    ["{H} had {Ti} and loved it more than anything.", "{H} owned {Ti}, and {h} took it everywhere.", "The dearest thing that {H} had was {Ti}.", "Every evening {H} put {Ti} beside the bed."],
    ["One morning it was gone.", "But one day {T} was nowhere to be found.", "One windy day {T} disappeared.", "Then, one morning, {H} could not find {T}."],
    ["{H} looked under the bed, behind the door and in every corner.", "{H} searched the whole house, but it was not there.", "{H} looked here and there, up and down, and found nothing.", "{H} turned everything upside down."],
    ["A big tear ran down {s} face.", "{H} sat down and felt very sad.", "\"Where can it be?\" {h} sighed.", "\"I will never see it again,\" {h} said."],
    MEET,
    ["\"Why are you so sad?\" asked {F}.", "\"What is the matter?\" asked {F}.", "\"You look sad. Can I help?\" asked {F}."],
    ["{H} told the whole story, and {F} listened.", "\"I have lost {T},\" said {H}.", "\"{T} is gone,\" said {H}, \"and I do not know where.\""],
    ["\"Let us think,\" said {F}. \"Where did you have it last?\"", "\"Two can see more than one,\" said {F}. \"Let us look together.\"", "\"Do not cry. We will find it,\" said {F}."],
    ["They walked back the whole way, step by step.", "They looked in the grass, under the leaves and behind the stones.", "Together they went from place to place and asked everybody."],
    ["And there, under an old tree, lay {T}!", "And look, {T} was hanging in a bush!", "Suddenly {F} called out. {T} lay in a puddle, wet but whole!", "At last they found {T} behind a big stone."],
    ["{H} jumped for joy and hugged {F}.", "{H} laughed and danced around {F}.", "\"Thank you!\" cried {H}. \"Without you I would still be sad.\""],
    ["\"Now you may play with it too,\" said {H}.", "From then on {H} took good care of {T}, and of {F} even more.", "{H} was glad to have {T} back, but even more glad to have a friend.", "They played with {T} until the sun went down."],
]
LONELY = [
    ["{H} had nobody to play with.", "{H} was often alone, and the days were long.", "Every day {H} watched the others play, and nobody asked {o} to join.", "There was only one thing that {H} wished for: a friend."],
    ["One sunny morning {h} made a plan.", "One day {h} could bear it no longer.", "\"Today I will find a friend,\" {h} said."],
    ["{H} set out and looked behind every tree.", "{H} walked and walked, over the hill and across the stream.", "{H} took a piece of cake along and set out."],
    ["In the grass sat {Fi}, all alone.", "By the water sat {Fi} and threw stones into it.", "Behind a bush {h} heard a small voice. It was {Fi}."],
    ["At first they only looked at each other.", "Both were so shy that nobody said a word.", "\"I am not like you,\" said {F}. \"Nobody wants to play with me.\""],
    ["Then {H} took heart. \"Would you like to play?\" {h} asked.", "\"I am alone too,\" said {H}. \"We could be alone together.\"", "{H} broke a biscuit in two and gave the bigger half to {F}."],
    ["{F} smiled from ear to ear.", "{F} nodded, and {fs} eyes began to shine.", "\"Oh yes!\" cried {F}."],
    ["They played hide and seek until they were out of breath.", "They built a little house of twigs and leaves.", "They told each other stories and laughed at the same jokes.", "They ran down the hill, again and again."],
    ["In the evening {F} asked, \"Will you come again tomorrow?\"", "When it got dark, neither of them wanted to go home.", "The day was over before they knew it."],
    ["\"Tomorrow and every day,\" said {H}.", "\"Of course,\" said {H}, \"friends always come again.\"", "\"I will come, in sunshine and in rain,\" said {H}."],
    ["And so it was. {H} was never lonely again.", "From that day on nobody saw one without the other.", "Now the days were short and full of fun.", "And {H} knew: a friend can be just around the corner."],
]
FEARS = [
    ("the dark", "the night", ["When the sun went down, {h} hid under the blanket.", "Every evening {h} asked for one more candle."], ["walked out into the dark", "stepped into the black night"], ["The stars shone like little lamps.", "The dark was not empty at all: it was full of stars."]),
    ("water", "the cold water", ["{H} never even stepped into a puddle.", "When the others swam, {H} stayed on the grass."], ["jumped into the water", "waded into the cold water"], ["The water carried {o} like a soft bed.", "The water was cool and friendly."]),
    ("thunder", "the storm", ["When clouds came, {h} hid behind the door.", "At every rumble {h} shook from head to toe."], ["ran out into the storm", "stepped out into the rain"], ["The thunder was only loud, and nothing more.", "The thunder sounded like a big drum."]),
    ("high places", "the height", ["{H} never climbed on anything higher than a chair.", "When the others climbed trees, {H} stayed below."], ["climbed up, step by step", "climbed higher and higher"], ["From above the whole world looked like a toy.", "Up there the wind was soft and the view was wide."]),
    ("the deep forest", "the tall trees", ["{H} always stayed where the path was wide.", "{H} never went farther than the last house."], ["went in between the tall trees", "walked into the deep forest"], ["The forest smelled of moss and rang with birdsong.", "Between the trees it was green and still."]),
]


def fear(rng):
    what, _, habits, goes, found = rng.choice(FEARS)
    return [
        ["{H} was brave in many things, but " + what + " frightened {o}.", "There was only one thing that {H} was afraid of: " + what + ".", "Nobody knew it, but {H} was afraid of " + what + "."],
        habits,
        ["\"Perhaps I will be brave tomorrow,\" {h} always said.", "\"I am just too small,\" {h} thought.", "{H} did not like to talk about it."],
        ["Then one day somebody called for help. It was {Fi}!", "One evening {h} heard a thin voice: \"Help!\" It was {Fi}.", "One day {Fi} was in trouble and cried for help."],
        ["Nobody else was near.", "{H} looked around, but there was nobody else.", "There was no time to fetch anybody."],
        ["{s_} heart beat fast.", "{s_} knees shook.", "For a moment {h} stood still."],
        ["Then {h} took a deep breath and " + rng.choice(goes) + ".", "\"I am coming!\" called {H}, and {h} " + rng.choice(goes) + "."],
        ["\"Hold on to me,\" {h} said, and {F} held on.", "{h_} took {F} by the hand and did not let go.", "{h_} found {F} and brought {fo} back, slowly and carefully."],
        ["\"You are so brave!\" said {F}.", "\"You saved me,\" said {F}. \"Were you not afraid?\"", "{F} hugged {o} and would not let go."],
        ["Only then {H} noticed it: it had not been so bad.", "\"I was afraid,\" said {H}, \"but I thought of you.\"", "{H} looked around in surprise."],
        found,
        ["From that day on {H} was not afraid of " + what + " any more.", "Being brave, {H} now knew, does not mean that you are not afraid.", "And the next time {h} was only a tiny bit afraid."],
    ]


SKILLS = [("fly", "flew"), ("sing", "sang"), ("swim", "swam"), ("dance", "danced"), ("whistle", "whistled"), ("paint", "painted"), ("juggle", "juggled"), ("jump far", "jumped far"), ("climb", "climbed"), ("play the flute", "played the flute"), ("bake", "baked"), ("skate", "skated")]


def skill(rng):
    do, did = rng.choice(SKILLS)
    return [
        ["More than anything {H} wanted to learn to " + do + ".", "{H} had a dream: {h} wanted to " + do + ".", "The others could all " + do + ", only {H} could not, and {h} wished for it every day."],
        ["{h_} tried it on Monday, and it went wrong.", "The first time it went all wrong.", "{h_} tried and tried, but it did not work."],
        ["On Tuesday it went wrong again.", "The second time was even worse.", "It only made everybody laugh."],
        ["\"You will never learn it,\" said the others.", "\"Give it up,\" said the old crow.", "\"Perhaps it is not for me,\" thought {H}."],
        ["{H} sat down under a tree and was close to tears.", "Sadly {h} went to the river and looked at the water.", "That evening {h} could not sleep."],
        MEET,
        ["\"I once could not do it either,\" said {F}. \"I needed a hundred tries.\"", "\"Nobody can do it at the first try,\" said {F}. \"Shall I show you?\"", "\"Try it slowly,\" said {F}, \"one little piece after another.\""],
        ["So they practised together, every morning, in sun and in rain.", "From then on they practised every day when the sun came up.", "They began with something very small, and each day they added a little."],
        ["Some days were good, and some days were bad.", "{H} fell down often, and got up again each time.", "\"Once more,\" said {F}, and {H} tried once more."],
        ["And one morning it worked: {H} " + did + "!", "Then, on the hundredth try, {H} " + did + "!", "And suddenly, when {h} no longer thought about it, {h} " + did + "!"],
        ["Everybody stopped and stared.", "The old crow opened her beak and forgot to close it.", "{F} clapped and shouted for joy."],
        ["\"Thank you for not laughing,\" said {H} to {F}.", "\"I did not learn it in a day,\" said {H}, \"but I learned it.\"", "And now {H} helps everybody who wants to learn something."],
    ]


SHARING = [
    ["One day {H} found {Ti}.", "For {s} birthday {H} got {Ti}.", "One morning {Ti} stood in front of the door of {H}."],
    ["\"This is mine alone,\" said {H}.", "\"Nobody else may touch it,\" {h} said.", "{H} was so proud of it that {h} hid it from everybody."],
    MEET,
    ["\"What a beautiful thing!\" said {F}. \"May I try it?\"", "\"May I play with it too?\" asked {F}.", "\"Oh, may I hold it for a moment?\" asked {F}."],
    ["\"No,\" said {H} and turned away.", "\"It is mine,\" said {H}. \"Go and find your own.\"", "But {H} held {T} tightly and shook {s} head."],
    ["{F} went away without a word.", "{F} said nothing and walked home with a bowed head.", "So {F} left, and it became very quiet."],
    ["{H} played alone, and at first it was fun.", "Now {H} had {T} all alone.", "{H} looked at {T} from all sides."],
    ["But soon it was boring, and nobody laughed with {o}.", "But the more {h} looked at it, the less it shone.", "But alone it was only half as nice."],
    ["{h_} thought of the sad face of {F}.", "\"I was not kind,\" thought {H}.", "All night {h} could not sleep, because {h} was sorry."],
    ["In the morning {h} took {T} and ran to the house of {F}.", "The next day {h} went to {F} and said, \"I am sorry. Come and play with me.\"", "So {h} packed up {T} and went to find {F}."],
    ["{F} smiled, and all was good again.", "\"I am glad that you came,\" said {F}.", "\"Let us play together,\" said {F}, and {fs} eyes shone."],
    ["Together it was twice as much fun.", "They took turns, and both of them laughed.", "And {T} shone more than ever."],
    ["Since then {H} knows that things are nicer when you share them.", "From that day on {T} belonged to both of them.", "And so {H} learned to share."],
]
LOST_WAY = [
    ["One day {H} went for a long walk.", "One morning {H} wanted to see what was behind the hill.", "One day {H} followed a yellow butterfly, on and on."],
    ["{h_} looked at the flowers and forgot the time.", "{h_} sang a song and did not look at the path.", "Everything was new, and {h} went farther and farther."],
    ["When {h} turned around, the path was gone.", "Then it got dark, and {h} did not know the way home.", "Suddenly everything looked strange."],
    ["\"Hello?\" {h} called, but only the wind answered.", "{h_} went left, {h} went right, and came back to the same stone.", "A cold rain began to fall."],
    ["{H} sat down under a big tree and felt very small.", "{H} crept under a leaf and was close to tears.", "{s_} heart beat loudly."],
    ["Then a little light came through the dark. It was {Fi} with a lamp.", "Then {h} heard soft steps. It was {Fi}.", "Then somebody said, \"Good evening.\" It was {Fi}."],
    ["\"Are you lost?\" asked {F}.", "\"What are you doing here so late?\" asked {F}.", "\"You are far from home,\" said {F}."],
    ["{H} could only nod.", "\"I do not know where I am,\" said {H}.", "\"Yes,\" said {H} in a small voice."],
    ["\"Come,\" said {F}, \"I know every path here.\"", "\"Do not worry. We will follow the stream, it knows the way,\" said {F}.", "\"See that bright star?\" said {F}. \"It stands right above your home.\""],
    ["They walked side by side, and the night was not dark any more.", "They went over the bridge, past the mill and up the hill.", "On the way {F} told funny stories, and {H} forgot to be afraid."],
    ["At last {H} saw the light in {s} own window.", "Then {H} smelled the smoke of {s} own chimney.", "And there, behind the last tree, was home."],
    ["\"Thank you,\" said {H}. \"Come in and have some soup!\"", "{H} hugged {F} and asked {fo} to stay for supper.", "\"Tomorrow I will show you my home,\" said {H}, \"and you will show me your paths.\""],
    ["They ate warm soup and became friends.", "Since then {H} looks back now and then when {h} goes for a walk.", "And since that night they take their walks together."],
]
HONEST = [
    ["Next door lived {Fi}. {F} had {Ti} and loved it very much.", "{H} often visited {Fi}. {F} had {Ti}, and it was the pride of the house."],
    ["One day {H} wanted to look at it, only for a moment.", "One afternoon {H} was alone in the room with it.", "One day {H} danced through the room and did not take care."],
    ["There was a bump and a crack, and {T} was broken.", "It slipped, it fell, and it broke in two.", "Crash! {T} lay on the floor in pieces."],
    ["{H} was very frightened.", "{H} turned pale.", "\"Oh no,\" whispered {H}."],
    ["{h_} quickly hid the pieces behind a chest.", "{h_} pushed the pieces under the carpet and ran away.", "{h_} closed the door softly and went home."],
    ["But at home nothing tasted good.", "But that night {h} could not sleep.", "But all day {h} had a heavy stone in {s} tummy."],
    ["\"If I say nothing, nobody will know,\" {h} thought. \"But I will know.\"", "The longer {h} said nothing, the heavier it became.", "{h_} looked into the mirror and did not like what {h} saw."],
    ["In the morning {h} went to {F}. \"I broke it,\" {h} said. \"I am sorry.\"", "At last {h} knocked at the door of {F} and told the truth.", "So {h} took all {s} courage and told {F} everything."],
    ["{F} was silent for a long time.", "First {F} was sad.", "{F} looked at the pieces and sighed."],
    ["Then {f} said, \"Thank you for telling me. That was not easy.\"", "\"A thing can be repaired,\" {f} said then, \"and a friend is worth more.\"", "\"I am glad that you told me,\" said {F}. \"Let us get the glue.\""],
    ["Together they glued the pieces, one by one.", "They worked all afternoon, and in the evening {T} was whole again.", "With glue and patience they put it together."],
    ["One could still see a thin line, but {F} liked it even more.", "It was not as before; it was better, because they had done it together.", "And the stone in the tummy of {H} was gone."],
]
BIRTHDAY = [
    ["There was one thing that {H} wished for more than anything: {Ti}.", "{H} often dreamt of {Ti}.", "In a shop window {H} had seen {Ti}, and thought of it day and night."],
    ["Today was the birthday of {H}.", "{H} woke up and smiled, because it was {s} birthday.", "At last the great day had come: it was the birthday of {H}."],
    ["But nobody said a word about it.", "{h_} waited for somebody to sing, but all was still.", "But there was no cake, no song and no present."],
    ["{h_} knocked at the door of {Fi}, but the answer was only, \"I am busy.\"", "{h_} met {Fi}, but {F} had no time and ran away quickly."],
    ["\"They have all forgotten me,\" thought {H}.", "\"Nobody thinks of me,\" said {H} sadly.", "A small tear fell on {s} foot."],
    ["{h_} walked to the river and sat there until the evening.", "{h_} walked around all day and kicked little stones.", "All afternoon {h} sat on a stone and looked at the clouds."],
    ["When it got dark, {h} went home slowly.", "At last it got cold, and {h} went home.", "In the evening {h} opened the door of {s} house."],
    ["There was a strange light behind the window.", "Inside it was dark and very quiet.", "Something rustled behind the door."],
    ["Suddenly everybody jumped up and called, \"Surprise!\"", "Then a hundred candles were lit, and all the friends cried, \"Happy birthday!\"", "\"Surprise!\" cried {F} and all the others."],
    ["There was a cake as high as a tower.", "There was a cake with berries, and lemonade, and a paper crown.", "On the table stood a big cake and a parcel with a ribbon."],
    ["In the parcel was {T}!", "And {F} gave {o} {T}.", "The present was {T}, and {H} could hardly believe it."],
    ["\"We were so busy because we wanted to surprise you,\" said {F}.", "\"Did you really think that we forgot?\" asked {F} and laughed.", "\"It was hard to say nothing all day,\" said {F}."],
    ["They sang and danced until the moon stood high.", "{H} was so happy that {h} could not speak.", "It was the best birthday of all."],
]
STORM = [
    ["{H} had built a little house and was very proud of it.", "The house of {H} had a round window and a green door.", "The house of {H} was small, but it was warm and dry."],
    ["One night a storm came up.", "One evening black clouds came over the hills.", "In autumn a great wind began to blow."],
    ["It blew and blew, and it took the whole roof away.", "The wind shook the walls until they fell down.", "In the morning there was no roof, no wall and no window."],
    ["{H} stood in the rain and did not know what to do.", "There stood {H}, wet and cold.", "\"My house!\" cried {H}. \"Where shall I live now?\""],
    MEET,
    ["\"You can sleep in my house,\" said {F}.", "\"First you need something warm,\" said {F} and brought a blanket.", "\"Come with me,\" said {F}. \"There is room for two.\""],
    ["In the night {F} had an idea and went from door to door.", "The next morning {F} called all the neighbours.", "\"And tomorrow we will build,\" said {F}."],
    ["The beaver brought wood, and the birds brought straw.", "One brought nails, one brought boards, and one brought a big pot of soup.", "They all came, the big ones and the little ones, and each one carried something."],
    ["They hammered and sawed for three days.", "Everybody helped, and the work was like a feast.", "The strong ones lifted, and the small ones held the nails."],
    ["Then the new house was ready, and it was better than the old one.", "At the end there stood a house with a red roof and two round windows.", "On the third day {F} put a flag on the new roof."],
    ["\"How can I thank you?\" asked {H}.", "{H} did not know what to say.", "{H} made pancakes for all of them."],
    ["\"You would do the same for us,\" said {F}.", "\"That is what friends are for,\" said {F}.", "And over the door {H} wrote: Everybody is welcome."],
]
WISH = [
    ["One day {H} found {Ti} in the grass.", "In an old box {H} found {Ti}.", "An old woman gave {H} {Ti} and said, \"Take good care of it.\""],
    ["When {h} touched it, it began to glow.", "Suddenly {T} said, \"You have three wishes.\"", "It was a magic thing: it could make wishes come true."],
    ["First {H} wished for a mountain of sweets.", "\"I wish for a house of gold!\" said {H}.", "The first wish was quickly made: a big, big castle."],
    ["And there it was, shining in the sun.", "At once it stood there, right before {s} nose.", "{H} could not believe it."],
    ["But soon {h} had a tummy ache, and there was nobody to laugh with.", "But it was cold and empty, and every step echoed.", "It was nice for one day, and boring on the second."],
    ["Then {H} wished to be the strongest in the whole land.", "\"I wish to be as big as a tree,\" said {H}.", "With the second wish {H} became taller than all the houses."],
    ["But now everybody ran away.", "But now {h} fitted through no door.", "Even {Fi} was afraid and hid."],
    ["{H} sat down and thought for a long time.", "\"This is not what I wanted,\" said {H}.", "\"What do I really need?\" {h} asked {r}."],
    ["One wish was left.", "There was only one wish left.", "{h_} held {T} and closed {s} eyes."],
    ["\"I wish that all is as it was,\" {h} said softly.", "\"I wish to be small again, and with my friends,\" {h} said.", "\"I wish to be just me,\" said {H}."],
    ["It flashed, and everything was as before.", "There was a soft sound, and {H} stood at home again.", "And so it was."],
    ["{Fi} came, and they ate bread with honey.", "{H} shared an apple with {Fi}, and it tasted better than all the sweets.", "{H} ran outside to play with {Fi}."],
    ["{T} never glowed again, but {H} did not mind.", "{H} kept {T} on the shelf, as a reminder.", "And {H} had everything {h} needed."],
]
SEED = [
    ["One spring day {H} found a small brown seed.", "{H} got a tiny seed as a present.", "One day the wind blew a seed right before the feet of {H}."],
    ["\"What will it be?\" {h} wondered.", "\"It is so small,\" said {H}. \"Can it become something?\"", "{H} dug a little hole and put it in."],
    ["{h_} gave it water and waited.", "Every morning {h} brought water and said good morning to it.", "{h_} put a little fence around it and sat down to wait."],
    ["Nothing happened on the first day, and nothing on the second.", "A week went by, and there was only earth.", "{h_} looked every hour, but nothing moved."],
    ["\"It does not like me,\" said {H}.", "{H} became very impatient.", "\"I will dig it up again,\" said {H}."],
    MEET,
    ["\"Wait,\" said {F}. \"Good things need time.\"", "\"You cannot pull a plant out of the earth,\" said {F}. \"It must come by itself.\"", "\"Under the earth it is working hard,\" said {F}. \"You just cannot see it.\""],
    ["So they waited together and told each other stories.", "So {H} waited, and {F} waited too.", "They sat in the sun, and it rained, and they sat in the rain."],
    ["Then one morning there was a green tip!", "And one morning something green looked out of the earth.", "And then, overnight, two little leaves had come."],
    ["It grew and grew, higher than {H}, higher than the fence.", "Day by day it grew, and in summer it had a bud as big as a fist.", "First it was a stalk, then a stem, and at last it bloomed."],
    ["It was the most beautiful sunflower in the land.", "The flower was yellow as the sun, and the bees came from far away.", "It became a little tree, and birds sat in it and sang."],
    ["In autumn it gave a hundred new seeds, and {H} gave one to everybody.", "{H} gave the first seed to {F}.", "\"Now I know what waiting is good for,\" said {H}."],
]
RACE = [
    ["Every year there was a great race.", "One day everybody talked about the big race.", "A sign stood on the old oak: Great race on Sunday!"],
    ["{H} was small and not very fast, but {h} wanted to run too.", "\"I will run,\" said {H}, and the others laughed.", "{H} had never won anything, but {h} signed up."],
    ["\"You will be the last,\" said the others.", "\"You will need a whole week,\" laughed the hare.", "Only {s} mother said, \"Do your best.\""],
    ["On Sunday they all stood at the start. One, two, three, go!", "The whistle blew, and off they ran.", "Then it began, and the dust flew up."],
    ["Soon {H} was far behind.", "The others were already over the hill when {H} came to the bridge.", "{H} ran as well as {h} could."],
    ["By the side of the path lay {Fi} with a hurt foot.", "Then {h} heard somebody cry. {Fi} was stuck in the mud.", "At the river {Fi} sat on a stone and could not get across."],
    ["All the others had run past.", "\"Nobody stopped,\" said {F}.", "\"Run on, or you will lose,\" said {F}."],
    ["{H} thought of the race, but only for a moment.", "{H} did not think for long.", "\"There is a race every year,\" said {H}."],
    ["{h_} stopped and helped {F}, carefully and slowly.", "{h_} took {F} on {s} back and carried {fo}.", "{h_} pulled with all {s} might until {F} was free."],
    ["They reached the goal together, long after all the others.", "When they came to the goal, the sun was already low.", "Side by side they walked over the line."],
    ["But everybody stood up and clapped.", "And then something strange happened: the whole crowd cheered.", "The winner came and gave the cup to {H}."],
    ["\"Anybody can run,\" said the old owl. \"But not everybody stops.\"", "\"You have won something better,\" said {F}. \"You have won a friend.\"", "{H} was the last that day, and the happiest."],
]
NOISE = [
    ["One night {H} heard a strange noise.", "It was late, and {H} lay in bed, when something scratched at the door.", "In the middle of the night {H} woke up."],
    ["Tap, tap, tap, it went.", "It rustled and it squeaked.", "\"Whoo,\" it went, \"whoo.\""],
    ["\"It must be a monster,\" thought {H}.", "{H} pulled the blanket over {s} head.", "\"There is somebody,\" whispered {H}."],
    ["{h_} did not dare to move.", "{s_} heart went boom, boom, boom.", "{h_} counted to ten, but it did not stop."],
    ["Then it went again: tap, tap, tap.", "And there it was again, a little louder.", "Then there was a sneeze. Do monsters sneeze?"],
    ["{H} took a lamp and went to the door, step by step.", "{H} put on {s} slippers, took the big spoon and went to look.", "\"I want to know what it is,\" said {H} and got up."],
    ["{h_} opened the door just a little.", "Slowly, very slowly, {h} opened the door.", "{h_} held the lamp high and looked outside."],
    ["There stood {Fi}, wet and cold.", "It was no monster at all. It was {Fi}, shaking with cold.", "On the step sat {Fi} and looked up with big eyes."],
    ["\"I am sorry,\" said {F}. \"I have no place to sleep.\"", "\"I lost my way in the rain,\" said {F}.", "\"I saw your light,\" said {F}. \"I was afraid out here.\""],
    ["{H} had to laugh. \"And I was afraid of you!\"", "\"You were afraid too?\" asked {H}. \"So was I!\"", "{H} put the spoon away and felt a little silly."],
    ["{h_} made hot milk and fetched a second blanket.", "Soon they sat by the warm stove and drank tea.", "{h_} dried {fo} with a towel and gave {fo} some soup."],
    ["They talked until both of them fell asleep.", "And in the morning they had breakfast together.", "Since then {H} goes and looks when something goes tap, tap, tap."],
]
FORGOTTEN = [
    ["Every day {H} was needed, and {h} was happy.", "Everybody loved {H} and used {o} every day.", "For many years {H} did {s} work well."],
    ["But one day something new came into the house, shiny and modern.", "But then {H} got old and a little crooked.", "But one day {h} was put into a dark corner."],
    ["Nobody looked at {H} any more.", "\"We do not need this old thing now,\" somebody said.", "Dust fell on {H}, day after day."],
    ["\"I am good for nothing,\" thought {H}.", "\"They have forgotten me,\" {h} sighed.", "{H} listened to the voices in the house and felt sad."],
    ["The only visitor was {Fi}.", "Only {Fi} came now and then and said good evening.", "One night {Fi} came by and sat down beside {o}."],
    ["\"Wait and see,\" said {F}. \"Your day will come.\"", "\"I think you are beautiful,\" said {F}.", "\"Whoever was needed once will be needed again,\" said {F}."],
    ["Then one evening all the lights went out.", "Then winter came, and it was colder than ever.", "One day the new shiny thing broke, and everybody was in despair."],
    ["\"What shall we do now?\" the people cried.", "The children began to cry.", "Everybody ran around and looked for help."],
    ["Then a little girl had an idea. She ran to the dark corner.", "\"Did we not have something?\" asked the grandmother.", "{F} made so much noise in the corner that they all came to look."],
    ["And there was {H}, a bit dusty, but as good as ever.", "They took {H} out and wiped off the dust.", "{H} trembled with joy when they lifted {o} up."],
    ["{H} helped as well as {h} could, and the evening was saved.", "{H} did {s} very best, and soon everybody smiled again.", "It worked at once, and everybody cheered."],
    ["Since then {H} has had the best place in the house.", "\"We will never forget you again,\" said the little girl.", "And {F} said, \"You see?\""],
]
JOURNEYS = [("the sea", "It was blue and endless, and the waves sang."), ("the end of the rainbow", "There was no gold, but a meadow full of flowers in all colours."), ("the highest mountain", "From the top one could see the whole world."), ("the snow", "It was white and soft, and every flake was different."), ("the great city", "It was loud and bright and full of lights."), ("the place where the sun sleeps", "The sun went down behind the hills, red and slow."), ("the edge of the world", "But there was no edge, only more and more world.")]


def journey(rng):
    goal, sight = rng.choice(JOURNEYS)
    return [
        ["{H} had heard so much about " + goal + ".", "\"One day I will see " + goal + ",\" {H} always said.", "{H} wanted to see " + goal + ", if only once."],
        ["\"That is much too far,\" said the neighbours.", "Everybody shook their heads, but {H} packed a small bag.", "One morning {h} put on {s} hat and set out."],
        ["{h_} walked all day, and the road was long.", "The way led through fields and over bridges.", "The first day was easy, and the second was hard."],
        ["At a crossing {h} did not know where to go.", "Then the road came to a wide river, and there was no bridge.", "In the evening it began to rain, and {H} thought of home."],
        MEET,
        ["\"Where are you going?\" asked {F}.", "\"You look tired,\" said {F}. \"Where do you want to go?\"", "\"Are you travelling alone?\" asked {F}."],
        ["\"To " + goal + ",\" said {H}.", "\"I want to see " + goal + ",\" said {H}, \"but it is so far.\""],
        ["\"I have always wanted to go there too,\" said {F}. \"May I come along?\"", "\"Then we have the same way,\" said {F}. \"Two are never lost.\""],
        ["So they went on together, and the way seemed only half as long.", "They shared their bread and sang songs on the way.", "They slept under the stars and went on in the morning."],
        ["On the seventh day they were there.", "And then, behind the last hill, they saw it.", "At last they stood there and held their breath."],
        [sight],
        ["They looked for a long time and said nothing.", "\"It was worth every step,\" said {H}.", "\"It is even better than I thought,\" said {F}."],
        ["Then they went home and told everybody about it.", "On the way back they already planned the next journey.", "{H} brought a small stone home, and it still lies on the windowsill."],
    ]


HELP = [
    ["{H} always helped others, even when {h} had little time.", "{H} was known for {s} kind heart.", "{H} liked to help wherever {h} could."],
    ["One day {h} heard somebody cry.", "One morning {h} heard a soft voice: \"Help me, please!\"", "One day there was a great noise behind the hedge."],
    ["It was {Fi}, caught between two stones.", "{Fi} was sitting in a deep hole and could not get out.", "It was {Fi}, whose foot was caught in a root."],
    ["\"Hold still,\" said {H}, \"I will help you.\"", "\"Do not be afraid,\" said {H}.", "\"Wait, I am coming!\" called {H}."],
    ["{h_} pulled and pushed until {F} was free.", "{h_} fetched a long branch, and {F} climbed out.", "It was hard work, but at last {F} was free."],
    ["\"Thank you,\" said {F}. \"I will never forget that.\"", "\"One day I will help you too,\" said {F}.", "{F} thanked {o} and bowed."],
    ["{H} smiled and went on.", "{H} laughed and waved goodbye.", "{H} thought no more about it and went home."],
    ["A few weeks later {H} fell into the river.", "In winter {H} got lost in the snow.", "Then, one day, {H} was ill and could not get up."],
    ["{h_} called, but nobody heard {o}.", "\"Is there nobody?\" {h} called.", "It looked very bad."],
    ["Nobody but {F}! {f_} came at once.", "Suddenly {F} stood there. \"Now it is my turn,\" {f} said.", "Then the voice of {F} said, \"Here I am.\""],
    ["{f_} brought help, and soon {H} was safe and warm.", "{f_} stayed with {o} until all was well again.", "With the help of {F} everything turned out well."],
    ["\"You remembered me,\" said {H}.", "\"You see,\" said {F}, \"kindness comes back.\"", "Since then each of them knows that the other is there."],
]

OTHER = [
    ["{H} was not happy.", "{H} had only one wish: to be something else.", "All would have been well, but {H} was not happy."],
    ["\"If only I were a bird,\" {h} sighed. \"Then I could fly wherever I want.\"", "\"I wish I were a ship,\" said {H}, \"then I could sail around the world.\"", "\"I would like to be the sun,\" said {H}. \"Everybody loves the sun.\""],
    ["Every day {h} looked at the sky and dreamed.", "{h_} dreamed all day long and saw nothing of what was near.", "Day after day {h} thought of nothing else."],
    ["One evening {Fi} came by and sat down beside {o}.", "One day {Fi} stopped to rest right beside {o}.", "Then, one morning, {Fi} came from far away."],
    ["\"Why do you sigh?\" asked {F}.", "\"You look sad,\" said {F}. \"What is it?\"", "\"What are you dreaming of?\" asked {F}."],
    ["\"I am only {K},\" said {H}. \"Nobody needs me.\"", "\"I wish I were not just {K},\" said {H}.", "\"To be {K} is so boring,\" said {H}."],
    ["{F} looked surprised. \"But I came here because of you!\"", "{F} laughed softly. \"Do you know how far I walked to see you?\"", "\"Boring?\" said {F}. \"I have been looking forward to you all day.\""],
    ["\"Birds there are many,\" said {F}, \"but there is only one like you.\"", "\"When I see you, I know that I am at home,\" said {F}.", "\"Whenever I am sad, I think of you, and then I smile,\" said {F}."],
    ["{H} had never thought of that.", "{H} was silent for a while.", "{H} blushed a little."],
    ["The next day {h} looked around, and how much there was to see!", "The next morning two children came by and waved. Had they always done that?", "And now {h} noticed it: everybody who passed by gave a smile."],
    ["A bee said hello, and the wind told the news.", "An old man took off his hat and said, \"Good morning!\"", "A butterfly rested on {o} and said thank you."],
    ["\"It is good to be {K},\" said {H}.", "And {H} did not want to be anything else any more.", "When a bird flew by, {H} called, \"Have a good flight! I am happy here.\""],
]
HIDDEN = [
    ["From {s} window {H} could see {Ti}.", "Every morning, when {H} got up, {h} looked at {Ti}.", "{H} had a secret friend: {Ti}."],
    ["{h_} said good morning to it and told it everything.", "To {T} {H} could say what nobody else knew.", "{H} waved to it every day."],
    ["But one day a thick fog came, and {T} was gone.", "Then a grey day came, and {T} was nowhere to be seen.", "One morning all was white with fog, and {h} could not see {T}."],
    ["{H} rubbed {s} eyes. \"Where are you?\" {h} called.", "{H} looked and looked, and saw only grey.", "\"Have I done something wrong?\" {h} wondered."],
    ["{h_} waited all day, and the fog did not go away.", "Breakfast did not taste good that day.", "The day seemed very long."],
    MEET,
    ["\"What are you looking for?\" asked {F}.", "\"Why do you look so sad?\" asked {F}.", "\"Are you waiting for somebody?\" asked {F}."],
    ["\"{T_} is gone,\" said {H}.", "\"I cannot see {T} any more,\" said {H}."],
    ["\"It is not gone,\" said {F}. \"It is only hidden.\"", "{F} smiled. \"Some things are there even when we cannot see them.\"", "\"Wait a little,\" said {F}. \"It is still in its place, behind the fog.\""],
    ["They sat down together, and {F} told a long story.", "So they waited together and drank hot tea.", "They sang all the songs they knew, and the time went by."],
    ["In the night the wind came and blew the fog away.", "At last a wind came up, and the grey became thin.", "Then the sun came through, first a little, then more and more."],
    ["And there it was, more beautiful than ever!", "\"There!\" cried {H}. \"There it is again!\"", "And look, there was {T}, just as before."],
    ["{H} waved with both hands.", "\"Hello again!\" called {H} and laughed.", "{H} and {F} danced for joy."],
    ["Since then {H} knows that a friend is there, even behind the fog.", "From then on {H} was never sad when it was foggy.", "And when there is fog again, {H} just waits and sings."],
]

# name -> (plot, needs a thing, hero may be a thing, the two may have been friends before)
PLOTS = {
    "lost thing": (LOST_THING, True, False, True), "lonely": (LONELY, False, True, False), "fear": (fear, False, False, True),
    "skill": (skill, False, False, True), "sharing": (SHARING, True, False, True), "lost way": (LOST_WAY, False, False, False),
    "honest": (HONEST, True, False, False), "birthday": (BIRTHDAY, True, False, True), "storm": (STORM, False, False, True),
    "wish": (WISH, True, False, True), "seed": (SEED, False, False, True), "race": (RACE, False, False, True),
    "noise": (NOISE, False, False, False), "forgotten": (FORGOTTEN, False, True, False), "journey": (journey, False, False, False),
    "help": (HELP, False, False, True), "other": (OTHER, False, True, False), "hidden": (HIDDEN, True, False, True),
}
THEMES = {"friendship": "lonely", "being alone": "lonely", "making friends": "lonely", "a new friend": "lonely", "courage": "fear", "being brave": "fear", "fear": "fear", "learning": "skill", "never giving up": "skill",
          "practice": "skill", "sharing": "sharing", "being kind": "help", "helping": "help", "kindness": "help", "getting lost": "lost way", "the way home": "lost way", "honesty": "honest", "telling the truth": "honest",
          "a lie": "honest", "a birthday": "birthday", "a birthday party": "birthday", "a surprise": "birthday", "a storm": "storm", "the wind and the rain": "storm", "a wish": "wish", "magic": "wish", "three wishes": "wish",
          "patience": "seed", "spring": "seed", "waiting": "seed", "a race": "race", "sports": "race", "winning": "race", "a strange noise": "noise", "the night": "noise", "a rainy night": "noise", "a long journey": "journey",
          "an adventure": "journey", "a long walk": "lost way", "travelling": "journey", "something lost": "lost thing", "a mistake": "honest"}
# Things that nobody can own, lose or put on a shelf.
FIXED = set(w.words("""cloud, moon, star, sun, rainbow, wind, river, tree, mountain, lake, island, pond, hill, cave, bridge, tower, castle, mill, clock tower, garden, oak, birch, willow,
chimney, roof, fence, gate, statue, fountain, snowflake, raindrop, dewdrop, icicle, moss, puddle, lantern post, swing, slide, door, window, oven, washing machine, train, ship, crane,
avalanche, bonfire, dam, evening star, fog, galaxy, garage, geyser, glacier, greenhouse, hail stone, house, hut, iceberg, igloo, mist, monument, north wind, oasis, palace, palm tree, planet,
power plant, road, rosebush, sand castle, shadow, shooting star, staircase, stadium, stage, storm, sunbeam, thundercloud, tunnel, valley, viaduct, wall, warehouse, water mill, waterfall, wave,
well, windmill, window sill, fir tree, christmas tree, plum tree, tomato plant, grass blade, pebble beach, path, pavilion, pantry, hedge, hole, haystack, tear, freckle, step, cabin, cable car,
elevator, escalator, pyramid, maze, stable, shed, shop, ferry, glider, airship, zeppelin, fossil, spark, firework, fireplace, manhole cover, hydrant, streetlight, signpost, signal"""))


def is_fixed(thing):
    """Whether a thing, with or without an adjective, stays where it is."""
    return thing in FIXED or thing.partition(" ")[2] in FIXED or thing.rpartition(" ")[2] in FIXED


HERO_TRAITS = w.words("little, small, young, old, shy, curious, clever, brave, funny, friendly, tiny, cheerful, gentle, dreamy")


# Said early of a friend whom the user named, and late of whatever the end would leave out.
NEARBY = ["Not far away lived {Fi}.", "{Fi} lived nearby.", "In the same place there was also {Fi}.", "Around the corner lived {Fi}."]
AT_LAST = {
    "hero": ["And that is the story of {W}.", "That is how it went with {W}.", "So ends the story of {W}.", "Nobody was as happy that day as {W}.", "Everybody still tells of {W}."],
    "friend": ["{V_} was happy too.", "And {V} never forgot it either.", "And {V} laughed with joy.", "{H} and {V} often talk about that day."],
    "thing": ["And {T} was never forgotten.", "They still talk about {T}.", "{T_} is there to this day.", "And everybody who comes to visit wants to see {T}.", "That is the story of {T}."],
    "place": ["All this happened {P}.", "And {P} they still tell this story.", "And {H} still lives {P} today.", "That is how life is {P}.", "So it was {P}, and so it is today."],
}


def render(steps, begin, rng, hero, friend, thing, place, pair, asked=()):
    """Chooses a sentence from each step and puts the names in. What was asked for is named early and at the end."""
    h, o, s, r = PRONOUNS[hero.sex]
    f, fo, fs, _ = PRONOUNS[friend.sex]
    seen = {"F": pair, "T": False}
    kind = hero.kind or ("girl" if hero.sex == "f" else "boy")
    values = {"h": h, "o": o, "s": s, "r": r, "f": f, "fo": fo, "fs": fs, "h_": h.capitalize(), "s_": s.capitalize(), "f_": f.capitalize(),
              "P": place, "W": hero.whole(), "V": friend.whole(), "V_": friend.whole()[:1].upper() + friend.whole()[1:], "H": hero.later(), "Hi": hero.first(), "K": article(kind) + " " + kind}

    class Names(dict):
        def __missing__(self, key):
            if key in ("F", "Fi"):
                first, seen["F"] = not seen["F"], True
                return friend.first() if first or (pair and begin and not self.get("began")) else friend.later()
            if key in ("T", "Ti", "T_"):
                first, seen["T"] = not seen["T"], True
                text = article(thing) + " " + thing if first else "the " + thing
                return text[:1].upper() + text[1:] if key == "T_" else text
            raise KeyError(key)

    names = Names(values)
    sentences = [rng.choice(begin).format_map(names)]
    names["began"] = True
    if "friend" in asked and not pair and "{F" not in steps[0][0]:
        sentences.append(rng.choice(NEARBY).format_map(names))
    for step in steps:
        sentences.append(rng.choice(step).format_map(names))
    if "friend" in asked and kind == friend.kind and hero.kind:
        sentences.insert(0, f"This is the story of two {plural(kind)}.")
        sentences.append(f"And so the two {plural(kind)} {rng.choice(['were happy', 'stayed together', 'lived on, side by side', 'had a story to tell'])}.")
    end = " ".join(sentences[-3:]).lower()
    whole = {"hero": hero.whole(), "friend": friend.whole(), "thing": "the " + thing, "place": place}
    for what in asked:
        if whole[what].lower() not in end:
            sentences.append(rng.choice(AT_LAST[what]).format_map(names))
    return " ".join(_start_capital(text) for text in sentences)


def _start_capital(text):
    """Capital letters at the beginning of each sentence."""
    out, start = [], True
    for c in text:
        out.append(c.upper() if start and c.isalpha() else c)
        if c.isalpha():
            start = False
        elif c in ".!?":
            start = True
        elif c == "\"" and out[-2:-1] and out[-2] in "!?":
            start = False  # "Where?" asked the fox: the sentence goes on
    return "".join(out)


_PLURALS = {"mouse": "mice", "goose": "geese", "fish": "fish", "wolf": "wolves", "sheep": "sheep", "calf": "calves", "deer": "deer", "ox": "oxen", "thief": "thieves", "elf": "elves", "dwarf": "dwarfs", "witch": "witches", "fox": "foxes",
            "baby": "babies", "fairy": "fairies", "pony": "ponies", "bison": "bison", "policeman": "policemen", "postman": "postmen", "fisherman": "fishermen", "snowman": "snowmen", "dormouse": "dormice", "polar bear": "polar bears", "night watchman": "night watchmen"}


def plural(noun):
    if noun in _PLURALS:
        return _PLURALS[noun]
    if " " in noun and noun.rpartition(" ")[2] in _PLURALS:
        return noun.rpartition(" ")[0] + " " + _PLURALS[noun.rpartition(" ")[2]]
    if noun.endswith("man"):
        return noun[:-2] + "en"
    if noun.endswith(("s", "x", "ch", "sh")):
        return noun + "es"
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + "s"


# ---- Whom and what stories are about ----

# Invented words stand only in requests: the model shall copy them, not make them up.


def invented_name(rng):
    return sw.syllable_name(rng) if rng.random() < 0.75 else w.invented_name(rng)


def child(rng, requested=False):
    if requested and rng.random() < 0.55:
        return Who(rng, name=invented_name(rng))
    name = rng.choice(w.GIRLS + w.BOYS)
    return Who(rng, name=name)


def some_kind(rng, requested=False):
    """What somebody in a story is: a fox, a baker; a requested one may be a snow fox, or a word that nobody knows."""
    if not requested:
        return rng.choice(w.ANIMALS if rng.random() < 0.7 else w.BEINGS)
    roll = rng.random()
    if roll < 0.15:
        return invented(rng, 1, 2)
    if roll < 0.4:
        return rng.choice(sw.ANIMAL_KINDS) + " " + rng.choice(w.ANIMALS + sw.ANIMALS)
    if roll < 0.7:
        return rng.choice(w.ANIMALS + sw.ANIMALS)
    return rng.choice(w.BEINGS + sw.BEINGS)


def creature(rng, named=None, requested=False):
    """named: True, False, or as it happens. A requested one may have any word as its kind."""
    kind = some_kind(rng, requested)
    if named is None:
        named = rng.random() < 0.5
    name = creature_name(rng, requested and named) if named else ""
    trait = rng.choice(HERO_TRAITS) if rng.random() < 0.6 and not kind.startswith(("little", "old", "sea", "young")) else ""
    return Who(rng, kind, name, trait=trait)


def creature_name(rng, requested=False):
    return invented_name(rng) if requested and rng.random() < 0.55 else rng.choice(w.PET_NAMES if rng.random() < 0.6 else w.GIRLS + w.BOYS)


def some_thing(rng, requested=False):
    """A noun, often with a colour or another word before it."""
    if not requested:
        noun = rng.choice(w.THINGS)
        if noun not in FIXED and rng.random() < 0.3:
            noun = rng.choice(w.COLOURS + ["big", "small", "old", "new", "round", "little", "beautiful", "broken", "magic", "wooden"]) + " " + noun
        return noun
    roll = rng.random()
    if roll < 0.12:
        return invented(rng, 1, 2)
    if roll < 0.2:
        return rng.choice(sw.HOLDERS) + " of " + rng.choice(sw.HELD)
    noun = rng.choice(w.THINGS + sw.THINGS * 2)
    if roll < 0.4:
        return noun
    if noun in FIXED:
        return rng.choice(sw.FIXED_LOOKS) + " " + noun
    if roll < 0.6:
        return rng.choice(sw.MADE_OF) + " " + noun
    if roll < 0.93:
        return rng.choice(sw.LOOKS) + " " + noun
    return rng.choice(sw.LOOKS) + " " + rng.choice(sw.MADE_OF) + " " + noun


def movable_thing(rng):
    thing = some_thing(rng, True)
    while is_fixed(thing):
        thing = some_thing(rng, True)
    return thing


def usual_friend(rng, hero):
    kind = rng.choice([kind for kind in FRIENDS if kind != hero.kind])
    return Who(rng, kind, creature_name(rng) if rng.random() < 0.5 else "", trait=rng.choice(HERO_TRAITS + ["", ""]))


def two_names_differ(hero, friend, rng):
    while friend.name and friend.name == hero.name:
        friend.name = creature_name(rng)


def tell(rng, hero=None, friend=None, thing="", place="", theme=""):
    """A story around what is given; the rest is made up. thing may become the hero."""
    together = friend is not None and rng.random() < 0.6
    asked = [what for what, given in (("thing", thing), ("hero", hero), ("friend", friend), ("place", place)) if given]
    if theme:
        names = [THEMES[theme]]
    elif thing and not hero:
        if is_fixed(thing):
            names = rng.choice([["other"], ["other"], ["hidden"]])
        else:
            names = rng.choice([["other", "lonely", "forgotten"], ["lost thing", "sharing", "honest", "birthday", "wish"]])
    elif thing:
        names = ["hidden"] if is_fixed(thing) else ["lost thing", "sharing", "honest", "birthday", "wish"]
    else:
        names = [name for name, (_, needs, for_things, _) in PLOTS.items() if name not in ("other", "forgotten", "hidden") and not (needs and rng.random() < 0.5)]
    if together:
        names = [name for name in names if PLOTS[name][3]] or names
    name = rng.choice(names)
    steps, needs_thing, hero_may_be_thing, may_be_pair = PLOTS[name]
    steps = steps(rng) if callable(steps) else steps
    if thing and not hero and hero_may_be_thing:
        words = thing.split(" ")
        hero = Who(rng, thing, creature_name(rng) if rng.random() < 0.3 and not is_fixed(thing) else "", "n")
        place = place or ("" if not is_fixed(thing) else "in a faraway land" if rng.random() < 0.3 else rng.choice(["at the edge of the world", "in a small country", "above a quiet village" if words[-1] in ("cloud", "moon", "star", "sun", "rainbow", "wind") else "near a quiet village"]))
        place = place or rng.choice(HOME_PLACES)
        asked = ["hero" if what == "thing" else what for what in asked]
    hero = hero or (child(rng) if rng.random() < 0.5 else creature(rng))
    friend = friend or usual_friend(rng, hero)
    two_names_differ(hero, friend, rng)
    if needs_thing and not thing:
        thing = some_thing(rng)
        while is_fixed(thing) or name == "hidden":
            thing = some_thing(rng)
            if name == "hidden":
                break
    pair = together and may_be_pair
    return render(steps, BEGIN_TWO if pair else BEGIN, rng, hero, friend, thing, place or rng.choice(USUAL_PLACES), pair, asked)
