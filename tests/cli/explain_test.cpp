// Where the settings of sampling come from: flags before what the model's file recommends before defaults, and what
// --explain says of it.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/cli/siskin.h"

namespace siskin::test {
namespace {

std::string with_recommendations(Models& models) {
    TinyFile file = make_tiny(tiny_recipe("llama"));
    file.set("general.sampling.temp", 0.6f);
    file.set("general.sampling.top_k", 20u);
    file.set("general.sampling.top_p", 0.9f);
    file.set("general.sampling.penalty_repeat", 1.5f);
    return models.put("recommends.gguf", file);
}

Finished explain(const std::string& model, Words flags) {
    const Words always = {"run", model, "hi", "-n", "2", "--explain"};
    flags.insert(flags.begin(), always.begin(), always.end());
    return call(flags);
}

/// The line of a step, less its name.
std::string line_of(const std::string& text, const std::string& step) {
    const size_t begin = text.find("\n  " + step + " ");
    if (begin == std::string::npos) return "";
    std::string line = text.substr(begin + 1, text.find('\n', begin + 1) - begin - 1);
    return line.substr(std::min(line.size(), size_t(15)));
}

TEST(Explain, SaysEachSettingAndItsSource) {
    Models models;
    const std::string plain = models.plain(), recommends = with_recommendations(models);
    struct {
        std::string model;
        Words flags;
        const char *step, *said;
    } cases[] = {
        {plain, {}, "top_k", "on   --top-k 40 (default)"},
        {plain, {"--top-k", "7"}, "top_k", "on   --top-k 7 (flag)"},
        {recommends, {}, "top_k", "on   --top-k 20 (model)"},
        {recommends, {"--top-k", "40"}, "top_k", "on   --top-k 40 (flag)"},
        {recommends, {"--top-k", "0"}, "top_k", "off  --top-k 0 (flag)"},
        {recommends, {}, "top_p", "on   --top-p 0.9 (model)"},
        {recommends, {}, "min_p", "on   --min-p 0.05 (default)"},
        {recommends, {}, "temperature", "on   --temp 0.6 (model), --dynatemp-range 0, --dynatemp-exp 1 (default)"},
        {plain, {}, "logit_bias", "off  no --logit-bias given"},
        {plain, {"-l", "5+1.5", "-l", "6-inf"}, "logit_bias", "on   --logit-bias 5+1.5, --logit-bias 6-inf (flag)"},
        {plain, {}, "penalties", "off  --repeat-penalty 1, --presence-penalty 0, --frequency-penalty 0 (default)"},
        {recommends, {"--repeat-last-n", "0"}, "penalties", "off  --repeat-last-n 0 (flag)"},
        {plain, {}, "dry", "off  --dry-multiplier 0 (default)"},
        {plain, {}, "typ_p", "off  --typical 1 (default)"},
        {plain, {}, "xtc", "off  --xtc-probability 0 (default)"},
        {plain, {"--xtc-probability", "0.5", "--xtc-threshold", "0.6"}, "xtc", "off  --xtc-threshold 0.6 (flag)"},
        {plain, {}, "mirostat", "off  --mirostat 0 (default)"},
        {plain,
         {"--mirostat", "2"},
         "mirostat",
         "on   --mirostat 2 (flag), --mirostat-ent 5, --mirostat-lr 0.1 (default), --seed "},
        {plain, {"--mirostat", "2"}, "top_p", "off  --mirostat 2 (flag) stands in its place"},
        {plain, {"--temp", "0"}, "top_p", "off  --temp 0 (flag) takes the most likely token in any case"},
        {plain, {"--samplers", "top_k;temperature"}, "top_p", "off  not in --samplers top_k;temperature (flag)"},
        {plain, {"-s", "12"}, "draw", "on   --seed 12 (flag)"},
        {plain,
         {"--samplers", "adaptive_p", "--adaptive-target", "0.3", "-s", "1"},
         "adaptive_p",
         "on   --adaptive-target 0.3 (flag), --adaptive-decay 0.9 (default), --seed 1 (flag)"},
    };
    for (const auto& c : cases) {
        const Finished done = explain(c.model, c.flags);
        EXPECT_EQ(done.code, 0) << done.err;
        EXPECT_TRUE(line_of(done.err, c.step).starts_with(c.said)) << c.said << "\n" << done.err;
    }
    EXPECT_NE(explain(plain, {"-s", "-1"}).err.find(" (random)\n"), std::string::npos);
    EXPECT_EQ(call({"run", plain, "hi", "-n", "2"}).err, "") << "unasked, nothing is said";
    const Finished chat = call({"chat", recommends, "--explain"}, {.input = "hi\n"});
    EXPECT_EQ(line_of(chat.err, "top_k"), "on   --top-k 20 (model)") << chat.err;
}

TEST(Explain, RecommendationsAreWhatIsUsed) {
    Models models;
    const std::string plain = models.plain(), recommends = with_recommendations(models);
    const Words rest = {"a prompt", "-n", "30", "-s", "5", "--ignore-eos"};
    const auto text = [&](const std::string& model, Words flags) {
        flags.insert(flags.begin(), rest.begin(), rest.end());
        flags.insert(flags.begin(), {"run", model});
        return call(flags).out;
    };
    const Words same = {"--temp", "0.6", "--top-k", "20", "--top-p", "0.9", "--repeat-penalty", "1.5"};
    const Words usual = {"--temp", "0.8", "--top-k", "40", "--top-p", "0.95", "--repeat-penalty", "1"};
    EXPECT_EQ(text(recommends, {}), text(plain, same));
    EXPECT_EQ(text(recommends, usual), text(plain, {}));
    EXPECT_NE(text(recommends, {}), text(plain, {}));
}

TEST(Explain, ARecommendationThatCannotBeFollowedIsANote) {
    Models models;
    TinyFile file = make_tiny(tiny_recipe("llama"));
    file.set("general.sampling.top_p", 7.0f);
    file.set("general.sampling.top_k", std::string("many"));
    file.set("general.sampling.temp", std::numeric_limits<float>::quiet_NaN());
    file.set("general.sampling.mirostat", 9);
    file.set("general.sampling.sequence", std::string("top_k;magic"));
    const std::string model = models.put("wrong.gguf", file);
    const Finished done = call({"run", model, "hi", "-n", "2"});
    EXPECT_EQ(done.code, 0);
    for (const char* said : {"note: general.sampling.top_p: 7, expected a number from 0 to 1; not used\n",
                             "note: general.sampling.top_k: ", "note: general.sampling.temp: nan, expected",
                             "note: general.sampling.mirostat: 9, expected a whole number",
                             "note: general.sampling.sequence: \"magic\", expected some of penalties, dry"})
        EXPECT_NE(done.err.find(said), std::string::npos) << said << "\n" << done.err;
    EXPECT_EQ(std::count(done.err.begin(), done.err.end(), '\n'), 5) << done.err;
    EXPECT_EQ(call({"run", model, "hi", "-n", "2", "--top-p", "1", "--top-k", "1", "--temp", "0", "--mirostat", "0",
                    "--samplers", "top_k"})
                  .err,
              "")
        << "flags make them void";
}

TEST(Explain, TheOrderOfStepsComesFromTheFileAsWell) {
    Models models;
    TinyFile file = make_tiny(tiny_recipe("llama"));
    file.set("general.sampling.sequence", std::string("top_p;top-k"));
    const std::string err = explain(models.put("order.gguf", file), {}).err;
    EXPECT_LT(err.find("\n  top_p "), err.find("\n  top_k ")) << err;
    EXPECT_EQ(line_of(err, "temperature"), "off  not in --samplers top_p;top-k (model)") << err;
}

TEST(Explain, WrongValuesAreUsageErrors) {
    Models models;
    const std::string model = models.plain();
    struct {
        Words flags;
        const char* said;
    } cases[] = {
        {{"-l", "5"}, "--logit-bias: \"5\", expected a token id"},
        {{"-l", "+5"}, "--logit-bias: \"+5\""},
        {{"-l", "5+x"}, "--logit-bias: \"5+x\""},
        {{"-l", "5--1"}, "--logit-bias: \"5--1\""},
        {{"-l", "99999999+1"}, "--logit-bias: token 99999999, the vocabulary has "},
        {{"--samplers", "topk;top_q"}, "--samplers: \"top_q\""},
        {{"--dry-sequence-breaker", ""}, "--dry-sequence-breaker"},
        {{"--mirostat", "4"}, "--mirostat: 4"},
        {{"--mirostat", "1.5"}, "--mirostat: \"1.5\""},
        {{"--typical", "2"}, "--typical: 2"},
    };
    for (const auto& c : cases) {
        const Finished done = explain(model, c.flags);
        EXPECT_EQ(done.code, 2) << c.said;
        EXPECT_NE(done.err.find(c.said), std::string::npos) << done.err;
        EXPECT_EQ(done.out, "");
    }
}

TEST(Explain, DryBreakersAreTextsOfFlags) {
    Models models;
    const std::string model = models.plain();
    const auto line = [&](Words flags) {
        flags.insert(flags.end(), {"--dry-multiplier", "1"});
        const std::string all = line_of(explain(model, flags).err, "dry");
        return all.substr(std::min(all.size(), all.find("--dry-sequence-breaker")));
    };
    EXPECT_EQ(line({}),
              "--dry-sequence-breaker \\n, --dry-sequence-breaker :, --dry-sequence-breaker \", "
              "--dry-sequence-breaker * (default)");
    EXPECT_EQ(line({"--dry-sequence-breaker", "\\n", "--dry-sequence-breaker", "ab"}),
              "--dry-sequence-breaker \\n, --dry-sequence-breaker ab (flag)");
    EXPECT_EQ(line({"--dry-sequence-breaker", "none"}), "");
}

}  // namespace
}  // namespace siskin::test
