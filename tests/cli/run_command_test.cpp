// `siskin run` as people and scripts use it: where the prompt comes from, what is on stdout and stderr, exit codes.

#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/cli/siskin.h"

namespace siskin::test {
namespace {

using Json = nlohmann::json;

TEST(Run, ExitCodesSayWhatWentWrong) {
    Models models;
    const std::string model = models.plain(), text = models.put("text.txt", "This is no model.\n");
    const std::string whole = models.path("plain.gguf");
    std::string cut(std::filesystem::file_size(whole) / 2, 'x');
    TinyFile nan = make_tiny(tiny_recipe("llama"));
    const float bad = NAN;
    std::memcpy(nan.tensor("output_norm.weight").data.data(), &bad, sizeof bad);
    struct {
        const char* name;
        Words words;
        int code;
        const char* said;
    } cases[] = {
        {"no command", {}, 2, "Commands:"},
        {"unknown command", {"rum"}, 2, "did you mean run?"},
        {"no prompt", {"run"}, 2, "no prompt"},
        {"no prompt for a model", {"run", model}, 2, "no prompt"},
        {"missing model without an ending", {"run", models.path("none"), "hi"}, 66, "none"},
        {"unknown flag", {"run", model, "hi", "--tmep", "1"}, 2, "did you mean --temp?"},
        {"unknown flag with one dash", {"run", model, "hi", "-nlg", "1"}, 2, "did you mean -ngl?"},
        {"missing value", {"run", model, "hi", "-n"}, 2, "-n needs a value"},
        {"no number", {"run", model, "hi", "--temp", "warm"}, 2, "--temp: \"warm\""},
        {"out of range", {"run", model, "hi", "--top-p", "1.5"}, 2, "--top-p: 1.5"},
        {"bad seed", {"run", model, "hi", "-s", "1x"}, 2, "--seed"},
        {"bad length", {"run", model, "hi", "-n", "-5"}, 2, "-n: -5"},
        {"empty stop string", {"run", model, "hi", "--stop", ""}, 2, "--stop"},
        {"unknown chat format", {"run", model, "hi", "--chat-template", "morse"}, 2, "expected a file or one of"},
        {"unknown type of keys", {"run", model, "hi", "-ctk", "q9"}, 2, "-ctk: \"q9\", expected f16, f32"},
        {"type that no cache has", {"run", model, "hi", "-ctv", "q4_K"}, 2, "-ctv: \"q4_K\", expected f16, f32"},
        {"bad number of layers", {"run", model, "hi", "-ngl", "many"}, 2, "--gpu-layers"},
        {"missing file", {"run", models.path("none.gguf"), "hi"}, 66, "none.gguf"},
        {"missing prompt file", {"run", model, "-f", models.path("none.txt")}, 66, "none.txt"},
        {"directory", {"run", std::filesystem::temp_directory_path(), "hi"}, 65, "directory"},
        {"prompt from a directory", {"run", model, "-f", "/"}, 65, "directory"},
        {"text file", {"run", text, "hi"}, 65, "not a GGUF file"},
        {"garbage", {"run", models.put("cut.gguf", cut), "hi"}, 65, "cut.gguf"},
        {"not finite", {"run", models.put("nan.gguf", nan), "hi"}, 65, "not finite"},
        {"prompt too long", {"run", model, "a long prompt", "-c", "5"}, 78, "the context has 5"},
    };
    for (const auto& c : cases) {
        const Finished done = call(c.words);
        EXPECT_EQ(done.code, c.code) << c.name << ": " << done.err;
        EXPECT_NE(done.err.find(c.said), std::string::npos) << c.name << ": " << done.err;
        EXPECT_EQ(done.out, "") << c.name;
        EXPECT_EQ(count_lines(done.err) == 1, !c.words.empty()) << c.name << ": " << done.err;
    }
}

TEST(Run, AnUnreadableFileIsAQuestionOfPermission) {
    if (geteuid() == 0) GTEST_SKIP() << "root may read everything";
    Models models;
    const std::string model = models.plain();
    std::filesystem::permissions(model, std::filesystem::perms::none);
    EXPECT_EQ(call({"run", model, "hi"}).code, 77);
}

TEST(Run, ThePromptComesFromEverywhere) {
    Models models;
    const std::string model = models.plain(), file = models.put("prompt.txt", "one two\n");
    const Words rest = {"-n", "8", "-s", "5"};
    const Finished expected = call(Words{"run", model, "one two"} + rest);
    ASSERT_EQ(expected.code, 0) << expected.err;
    ASSERT_FALSE(expected.out.empty());
    struct {
        const char* name;
        Words words;
        std::string input;
    } same[] = {
        {"-m and -p", {"run", "-m", model, "-p", "one two"}, ""},
        {"-m and words", {"run", "-m", model, "one", "two"}, ""},
        {"words", {"run", model, "one", "two"}, ""},
        {"flags between", {"run", "--temp", "0.8", model, "--top-k=40", "one two"}, ""},
        {"stdin", {"run", model}, "one two\n"},
        {"stdin without a line feed", {"run", model}, "one two"},
        {"dash", {"run", model, "-"}, "one two\n"},
        {"-f dash", {"run", model, "-f", "-"}, "one two\n"},
        {"-p dash", {"run", model, "-p", "-"}, "one two\n"},
        {"-f", {"run", model, "-f", file}, ""},
        {"-p leaves stdin alone", {"run", model, "-p", "one two"}, "something else"},
        {"-f leaves stdin alone", {"run", model, "-f", file}, "something else"},
        {"the last -p counts", {"run", model, "-p", "three", "-p", "one two"}, ""},
        {"other spellings", {"run", "--model", model, "--prompt=one two"}, ""},
    };
    for (const auto& c : same) {
        const Finished done = call(c.words + rest, {.input = c.input});
        EXPECT_EQ(done.code, 0) << c.name << ": " << done.err;
        EXPECT_EQ(done.out, expected.out) << c.name;
    }
    EXPECT_EQ(call(Words{"run", model} + rest + Words{"--", "one two"}).out, expected.out);
    EXPECT_NE(call(Words{"run", model} + rest + Words{"--", "--one two"}).out, "") << "a prompt that looks like a flag";
    EXPECT_EQ(call(Words{"run", "one two"} + rest, {.environment = {"SISKIN_MODEL=" + model}}).out, expected.out);
    EXPECT_EQ(call(Words{"run", model, "one two"} + rest, {.environment = {"SISKIN_MODEL=/nothing"}}).out,
              expected.out);
    EXPECT_EQ(call(Words{"run", "-p", "one two"} + rest, {.environment = {"SISKIN_MODEL=" + model}}).out, expected.out);
}

size_t prompt_tokens(const Words& words, const ProcessOptions& options = {}) {
    const Finished done = call(words + Words{"--json", "-n", "1"}, options);
    EXPECT_EQ(done.code, 0) << done.err;
    return done.code == 0 ? Json::parse(done.out)["tokens"]["prompt"].get<size_t>() : 0;
}

TEST(Run, StdinStandsBeforeTheArgument) {
    Models models;
    const std::string model = models.plain();
    const std::string joined = "Summarise:";
    EXPECT_EQ(prompt_tokens({"run", model, joined}, {.input = "xyz\n"}),
              prompt_tokens({"run", model, "-p", "xyz\nSummarise:"}));
    const Words rest = {"-n", "8", "--temp", "0"};
    EXPECT_EQ(call(Words{"run", model, joined} + rest, {.input = "xyz\n"}).out,
              call(Words{"run", model, "-p", "xyz\nSummarise:"} + rest).out);
}

TEST(Run, EscapesStandForCharactersInFlagsOnly) {
    Models models;
    const std::string model = models.plain();
    const size_t one_byte = prompt_tokens({"run", model, "-p", "Q"});
    EXPECT_EQ(prompt_tokens({"run", model, "-p", "\\n"}), one_byte);
    EXPECT_EQ(prompt_tokens({"run", model, "-p", "\\x41"}), one_byte);
    EXPECT_EQ(prompt_tokens({"run", model, "-p", "\\q"}), one_byte + 1);
    EXPECT_EQ(prompt_tokens({"run", model, "-p", "\\n", "--no-escape"}), one_byte + 1);
    EXPECT_EQ(prompt_tokens({"run", model}, {.input = "\\n"}), one_byte + 1);
    EXPECT_EQ(prompt_tokens({"run", model, "\\n"}), one_byte + 1);
}

TEST(Run, StdoutIsTheAnswerAndNothingElse) {
    Models models;
    const std::string model = models.parrot("\u2581the");
    const Words words = {"run", model, "say", "-n", "3"};
    const Finished quiet = call(words);
    EXPECT_EQ(quiet.code, 0);
    EXPECT_EQ(quiet.out, " the the the\n");
    EXPECT_EQ(quiet.err, "");
    const Finished talkative = call(words + Words{"-v"});
    EXPECT_EQ(talkative.out, quiet.out);
    EXPECT_NE(talkative.err.find("seed: "), std::string::npos);
    EXPECT_NE(talkative.err.find("prompt: "), std::string::npos);
}

TEST(Run, ALineFeedIsAddedOnlyWhereThereIsNone) {
    Models models;
    EXPECT_EQ(call({"run", models.parrot("<0x0A>"), "say", "-n", "2"}).out, "\n\n");
    EXPECT_EQ(call({"run", models.parrot("e"), "say", "-n", "2"}).out, "ee\n");
}

TEST(Run, ControlCharactersAreUntouchedOffATerminalButNotInMessages) {
    Models models;
    EXPECT_EQ(call({"run", models.parrot("<0x1B>"), "say", "-n", "2"}).out, "\x1b\x1b\n");
    const Finished file = call({"run", models.path("evil\x1b[2Jname"), "say"});
    EXPECT_EQ(file.err.find('\x1b'), std::string::npos) << "a file name on stderr";
}

TEST(Run, ControlCharactersAreVisibleOnATerminal) {
    SISKIN_NEED_TERMINAL();
    Models models;
    const std::string model = models.parrot("<0x1B>");
    Process process(siskin_command({"run", model, "say", "-n", "2"}), {.environment = {"TERM=dumb"}, .terminal = true});
    EXPECT_EQ(process.finish(), 0);
    EXPECT_EQ(process.out, "\\x1b\\x1b\r\n");
}

TEST(Run, GpuFlagsAreANoteAndNeverAnError) {
    Models models;
    const std::string model = models.plain();
    const Words words = {"run", model, "hi", "-n", "4", "-s", "1"};
    const std::string expected = call(words).out;
    for (const Words& flags : {Words{"-ngl", "99"}, Words{"--gpu-layers", "all"}, Words{"--n-gpu-layers", "-1"},
                               Words{"-ngl", "auto"}, Words{"-ngl=5"}}) {
        const Finished done = call(words + flags);
        EXPECT_EQ(done.code, 0) << flags.front() << done.err;
        EXPECT_EQ(done.out, expected) << flags.front();
        EXPECT_EQ(count_lines(done.err), 1u) << done.err;
        EXPECT_NE(done.err.find("CPU"), std::string::npos) << done.err;
    }
    EXPECT_EQ(call(words + Words{"-ngl", "0"}).err, "");
}

TEST(Run, FlagsOfOtherProgramsAreAcceptedWithOneNote) {
    Models models;
    const Words words = {"run", models.plain(), "hi", "-n", "4", "-s", "1"};
    const Finished expected = call(words);
    const Finished done = call(words + Words{"-sm",
                                             "layer",
                                             "-ts",
                                             "1,1",
                                             "-mg",
                                             "0",
                                             "-dev",
                                             "none",
                                             "-ot",
                                             "a=CPU",
                                             "-cmoe",
                                             "-ncmoe",
                                             "3",
                                             "-nkvo",
                                             "-fa",
                                             "on",
                                             "-fa",
                                             "--mlock",
                                             "--no-mmap",
                                             "--no-warmup",
                                             "--log-disable",
                                             "--simple-io",
                                             "--no-display-prompt",
                                             "-no-cnv",
                                             "-st",
                                             "-tb",
                                             "2"});
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(done.out, expected.out);
    EXPECT_EQ(count_lines(done.err), 1u) << done.err;
    const Finished silent = call(words + Words{"-fa", "--log-disable", "--no-display-prompt", "-no-cnv", "-st"});
    EXPECT_EQ(silent.err, "") << "flags that ask for what is done anyway";
    EXPECT_EQ(silent.out, expected.out);
}

TEST(Run, JsonIsOneObjectWithTheSameText) {
    Models models;
    const std::string model = models.plain();
    const Words words = {"run", model, "hello", "-n", "12", "-s", "7", "--ignore-eos"};
    const Finished text = call(words), json = call(words + Words{"--json"});
    ASSERT_EQ(json.code, 0) << json.err;
    const Json object = Json::parse(json.out);
    EXPECT_EQ(object["finish_reason"], "length");
    EXPECT_EQ(object["truncated"], true);
    EXPECT_EQ(object["tokens"]["generated"], 12);
    EXPECT_EQ(object["tokens"]["context"], 8192);
    EXPECT_EQ(object["seed"], 7);
    EXPECT_EQ(object["model"]["fingerprint"].get<std::string>().size(), 16u);
    for (const char* key :
         {"load_seconds", "prompt_seconds", "prompt_per_second", "generate_seconds", "generate_per_second"})
        EXPECT_TRUE(object["timings"][key].is_number()) << key;

    const Finished parrot = call({"run", models.parrot("e"), "say", "-n", "50", "--stop", "ee\\x65e", "--json"});
    const Json stopped = Json::parse(parrot.out);
    EXPECT_EQ(stopped["text"], "");
    EXPECT_EQ(stopped["finish_reason"], "stop_string");
    EXPECT_EQ(stopped["stop"], "eeee");
    EXPECT_EQ(stopped["truncated"], false);
    EXPECT_EQ(stopped["tokens"]["generated"], 4);
}

/// The lines of a text as JSON.
std::vector<Json> json_lines(const std::string& text) {
    std::vector<Json> lines;
    for (size_t begin = 0, end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1)
        lines.push_back(Json::parse(text.substr(begin, end - begin)));
    return lines;
}

TEST(Run, StreamedJsonIsThePiecesAndThenTheObject) {
    Models models;
    const std::string model = models.plain();
    const Words words = {"run", model, "hello", "-n", "12", "-s", "7", "--ignore-eos"};
    const Finished streamed = call(words + Words{"--stream-json"}), whole = call(words + Words{"--json"});
    ASSERT_EQ(streamed.code, 0) << streamed.err;
    EXPECT_EQ(streamed.out.back(), '\n');
    const std::vector<Json> lines = json_lines(streamed.out);
    ASSERT_GT(lines.size(), 3u);
    Json last = lines.back(), expected = Json::parse(whole.out);
    for (Json* object : {&last, &expected}) object->erase("timings");
    EXPECT_EQ(last, expected);

    // In order, each part put together is that of the object.
    const std::string tags = "<think>", ends = "</think>";
    const Finished thinking =
        call({"run", models.reciter({tags, "Let", " me", " see", ends, "It", " is"}, Models::kChatml), "why?",
              "--stream-json"});
    ASSERT_EQ(thinking.code, 0) << thinking.err;
    const std::vector<Json> events = json_lines(thinking.out);
    std::string text, reasoning;
    for (size_t i = 0; i + 1 < events.size(); ++i) {
        EXPECT_EQ(events[i].size(), 2u);
        (events[i]["event"] == "text" ? text : reasoning) += events[i]["piece"].get<std::string>();
    }
    EXPECT_EQ(text, events.back()["text"]);
    EXPECT_EQ(reasoning, events.back()["reasoning"]);
    EXPECT_EQ(text, "It is");
    EXPECT_EQ(reasoning, "Let me see");
}

TEST(Run, StreamedJsonComesWhileTheAnswerIsWritten) {
    Models models;
    Process process(siskin_command({"run", models.parrot("e"), "say", "--stream-json"}));
    ASSERT_TRUE(process.wait_for("{\"event\":\"text\",\"piece\":\"e\"}\n"));
    process.send(SIGINT);
    EXPECT_EQ(process.finish(), 130);
    EXPECT_EQ(json_lines(process.out).back()["finish_reason"], "interrupted");
}

TEST(Run, APromptThatDoesNotFitIsCutOnlyWhenAsked) {
    Models models;
    const std::string chat = models.chatml(), plain = models.plain();
    std::string text;
    for (int i = 0; i < 2000; ++i) text += "n" + std::to_string(i) + "\u00e9 ";
    const std::string file = models.put("data.txt", text);
    for (const Words& start : {Words{"run", chat, "-sys", "Be brief."}, Words{"run", plain}}) {
        const Words words = start + Words{"-f", file, "What is it?", "-c", "900", "-n", "20", "--json"};
        const Finished refused = call(words);
        EXPECT_EQ(refused.code, 78);
        EXPECT_EQ(refused.out, "");
        EXPECT_NE(refused.err.find(" tokens, the context has 900;"), std::string::npos) << refused.err;
        EXPECT_NE(refused.err.find("--truncate"), std::string::npos) << refused.err;

        const Finished cut = call(words + Words{"--truncate"});
        ASSERT_EQ(cut.code, 0) << cut.err;
        const Json tokens = Json::parse(cut.out)["tokens"];
        const size_t n = tokens["prompt"], n_cut = tokens["cut"];
        EXPECT_LE(n, 880u) << "room for the answer";
        EXPECT_GE(n, 800u) << "and no more";
        EXPECT_EQ(cut.err, "note: the prompt of " + std::to_string(n + n_cut) + " tokens is cut to " +
                               std::to_string(n) + " in the middle of " + file + "; the context has 900\n");
        EXPECT_NE(refused.err.find("the prompt has " + std::to_string(n + n_cut) + " tokens"), std::string::npos);
    }
    // One that fits is left alone.
    const Finished fits = call({"run", plain, "What is it?", "--truncate", "--json", "-n", "3"});
    EXPECT_EQ(fits.err, "");
    EXPECT_EQ(Json::parse(fits.out)["tokens"]["cut"], 0);
    // Where what surrounds the data is too long already, cutting does not help.
    EXPECT_EQ(call({"run", chat, "-sys", text, "Hi", "-c", "900", "--truncate"}).code, 78);
}

TEST(Run, BytesThatAreNotUtf8StayInTextAndBecomeReplacementsInJson) {
    Models models;
    const std::string model = models.parrot("<0xFF>");
    EXPECT_EQ(call({"run", model, "say", "-n", "2"}).out, "\xff\xff\n");
    EXPECT_EQ(Json::parse(call({"run", model, "say", "-n", "2", "--json"}).out)["text"], "\ufffd\ufffd");
}

TEST(Run, ASeedGivesTheSameTextWhateverTheThreadsAndBatches) {
    Models models;
    const std::string model = models.plain();
    const auto text = [&](const Words& flags) {
        return call(Words{"run", model, "a prompt of some length", "-n", "30", "--ignore-eos"} + flags).out;
    };
    const std::string expected = text({"-s", "11", "-t", "1"});
    EXPECT_EQ(text({"-s", "11", "-t", "2"}), expected);
    EXPECT_EQ(text({"-s", "11", "-t", "2", "-b", "3"}), expected);
    EXPECT_EQ(text({"-s", "11", "-ub", "1"}), expected);
    EXPECT_NE(text({"-s", "12"}), expected);
    EXPECT_EQ(text({"-s", "1", "--temp", "0"}), text({"-s", "2", "--temp", "0"}));
    EXPECT_NE(text({}), text({})) << "without a seed each run has its own";
    EXPECT_NE(text({"-s", "-1"}), text({"-s", "-1"}));
    const Json object = Json::parse(call({"run", model, "hi", "-n", "9", "--json"}).out);
    const Json again = Json::parse(
        call({"run", model, "hi", "-n", "9", "--json", "-s", std::to_string(object["seed"].get<uint64_t>())}).out);
    EXPECT_EQ(again["text"], object["text"]) << "the seed that is reported is the seed that was used";
}

TEST(Run, AModelWithAChatTemplateAnswersAndOthersGoOn) {
    Models models;
    const std::string chat = models.chatml(), plain = models.plain();
    const size_t raw = prompt_tokens({"run", chat, "--raw", "Hi"});
    EXPECT_EQ(prompt_tokens({"run", chat, "-no-cnv", "Hi"}), raw);
    EXPECT_GT(prompt_tokens({"run", chat, "Hi"}), raw + 10);
    EXPECT_GT(prompt_tokens({"run", chat, "Hi", "-sys", "Be brief."}), prompt_tokens({"run", chat, "Hi"}));
    EXPECT_EQ(prompt_tokens({"run", chat, "--raw", "<|im_start|>"}), 1u) << "raw text may hold control tokens";
    EXPECT_EQ(prompt_tokens({"run", chat, "<|im_start|>"}), prompt_tokens({"run", chat, "-p", ""}) + 12)
        << "a message may not: these are twelve bytes";

    const size_t bare = prompt_tokens({"run", plain, "Hi"});
    EXPECT_GT(prompt_tokens({"run", plain, "Hi", "-cnv"}), bare);
    EXPECT_GT(prompt_tokens({"run", plain, "Hi", "--chat-template", "gemma"}), bare);
    const Finished guess = call({"run", plain, "Hi", "-cnv", "-n", "1"});
    EXPECT_NE(guess.err.find("no chat template; using chatml"), std::string::npos) << guess.err;
}

TEST(Run, EndsWhereTheContextEndsAndSaysSo) {
    Models models;
    const Finished done = call({"run", models.parrot("e"), "say", "-c", "10"});
    EXPECT_EQ(done.code, 0);
    EXPECT_NE(done.err.find("the context of 10 tokens is full"), std::string::npos) << done.err;
    EXPECT_EQ(Json::parse(call({"run", models.parrot("e"), "say", "-c", "10", "--json"}).out)["finish_reason"],
              "context");
}

TEST(Run, AStdoutThatTakesNothingIsAnInputOutputError) {
    Models models;
    const Words words = {"run", models.parrot("e"), "say", "-n", "3"};
    const Finished full = call(words, {.stdout_to = "/dev/full"});
    EXPECT_EQ(full.code, 74);
    EXPECT_EQ(full.err, "siskin: stdout: No space left on device\n");
    EXPECT_EQ(call(words + Words{"--json"}, {.stdout_to = "/dev/full"}).code, 74);
    EXPECT_EQ(call({"--help"}, {.stdout_to = "/dev/full"}).code, 74);
    EXPECT_EQ(call(words, {.stdout_to = "closed"}).code, 74);
}

/// A model that never stops by itself, and says nothing but "e".
Words endless(Models& models) { return {"run", models.parrot("e"), "say"}; }

TEST(Run, AClosedPipeEndsQuietly) {
    Models models;
    Process process(siskin_command(endless(models)));
    ASSERT_TRUE(process.wait_for("e"));
    process.close_stdout();
    EXPECT_EQ(process.finish(), 141);
    EXPECT_EQ(process.err, "");
}

TEST(Run, AReaderThatIsGoneEndsAnAnswerOfWhichNothingIsPrinted) {
    Models silent_ones, models;  // two parrots are two files only in two places
    const Words silent = {"run", silent_ones.parrot("<s>"), "say", "-v"};  // a control token
    for (const Words& words : {silent, endless(models) + Words{"--json", "-v"}, silent + Words{"--each", "lines"}}) {
        Process process(siskin_command(words), {.input = "a\n"});
        ASSERT_TRUE(process.wait_for_error("seed"));
        process.close_stdout();
        EXPECT_EQ(process.finish(), 141);
        EXPECT_EQ(process.out, "");
    }
}

TEST(Run, SignalsEndWithTheirCodes) {
    Models models;
    for (const auto& [signal, code] : {std::pair(SIGINT, 130), std::pair(SIGTERM, 143)}) {
        Process process(siskin_command(endless(models)));
        ASSERT_TRUE(process.wait_for("e"));
        process.send(signal);
        EXPECT_EQ(process.finish(), code);
        EXPECT_EQ(process.out.back(), '\n') << "what was written stays a line";
        EXPECT_EQ(process.err, "");
    }
}

TEST(Run, ATimeLimitCutsTheAnswer) {
    Models models;
    const Finished done = call(endless(models) + Words{"--max-time", "1.5"});
    EXPECT_EQ(done.code, 124);
    EXPECT_TRUE(done.out.starts_with("eee")) << done.out;
    EXPECT_NE(done.err.find("time limit"), std::string::npos);
    const Finished json = call(endless(models) + Words{"--max-time", "1.5", "--json"});
    EXPECT_EQ(json.code, 124);
    EXPECT_EQ(Json::parse(json.out)["finish_reason"], "time");
}

TEST(Run, AModelThatShrinksUnderUsIsAnInputOutputError) {
    Models models;
    const std::string model = models.parrot("e");
    Process process(siskin_command({"run", model, "say"}));
    ASSERT_TRUE(process.wait_for("eee"));
    std::filesystem::resize_file(model, 4096);
    EXPECT_EQ(process.finish(), 74);
    EXPECT_NE(process.err.find("file"), std::string::npos) << process.err;
}

}  // namespace
}  // namespace siskin::test
