// `siskin plan`, and what other commands say and do where memory is short.

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/cli/siskin.h"
#include "tests/support/isolated.h"

namespace siskin::test {
namespace {

using Json = nlohmann::json;

TEST(Plan, SaysWhatAModelNeedsAndHowFastItIs) {
    Models models;
    const std::string model = models.plain();
    const Finished done = call({"plan", model, "-p", "20", "-n", "8"});
    ASSERT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(done.err, "");
    for (const char* said : {"\nfile ", "\nKV cache ", "per 1,000", "\nscratch ", "\nprogram ", "\nin all ", "\nfree ",
                             "\nlargest       8192 tokens: the model was made for no more", "\nverdict       fits",
                             "\nprompt ", "\nanswer ", "s for 20 tokens of prompt and 8 of"})
        EXPECT_NE(done.out.find(said), std::string::npos) << said << " in\n" << done.out;
}

TEST(Plan, HasAJsonOfWhichProgramsCanRely) {
    Models models;
    const std::string model = models.plain();
    const Json plan = Json::parse(call({"plan", model, "-p", "20", "-n", "8", "-c", "4096", "-t", "2", "--json"}).out);
    EXPECT_EQ(plan["verdict"], "fits");
    EXPECT_EQ(plan["file_stays_in_memory"], true);
    EXPECT_EQ(plan["threads"], 2);
    EXPECT_EQ(plan["context"]["taken"], 4096);
    EXPECT_EQ(plan["context"]["model"], 8192);
    EXPECT_GT(plan["context"]["largest_that_fits"], 8192);
    EXPECT_EQ(plan["context"]["largest"], 8192) << "the model was made for no more";
    EXPECT_EQ(plan["context"]["limited_by"], "model");
    EXPECT_EQ(plan["model"]["file_bytes"], std::filesystem::file_size(model));
    const Json& memory = plan["memory"];
    for (const char* key : {"file_bytes", "kv_bytes", "kv_bytes_per_1000_tokens", "scratch_bytes", "thread_bytes",
                            "program_bytes", "needed_bytes", "peak_bytes"})
        EXPECT_GT(memory.at(key).get<uint64_t>(), 0u) << key;
    // 3 layers, keys and values of 2 heads of 16 numbers of 2 bytes
    EXPECT_NEAR(memory["kv_bytes_per_1000_tokens"].get<double>(), 1000 * 3 * 2 * 2 * 16 * 2, 1000);
    EXPECT_EQ(memory["needed_bytes"].get<uint64_t>(), memory["kv_bytes"].get<uint64_t>() +
                                                          memory["scratch_bytes"].get<uint64_t>() +
                                                          memory["thread_bytes"].get<uint64_t>());
    for (const Json& bound : plan["bounds"]) {
        EXPECT_TRUE(bound.at("of").is_string());
        EXPECT_LE(bound.at("free_bytes").get<uint64_t>(), bound.at("bytes").get<uint64_t>());
    }
    const Json& speed = plan["speed"];
    EXPECT_EQ(speed["n_prompt"], 20);
    EXPECT_EQ(speed["n_gen"], 8);
    EXPECT_NEAR(speed["prompt_seconds"].get<double>() * speed["prompt_per_second"].get<double>(), 20, 1e-6);
    EXPECT_NEAR(speed["generate_seconds"].get<double>() * speed["generate_per_second"].get<double>(), 8, 1e-6);
    EXPECT_NEAR(speed["seconds"].get<double>(),
                speed["prompt_seconds"].get<double>() + speed["generate_seconds"].get<double>(), 1e-9);
    EXPECT_GT(plan["machine"]["bytes_per_second"], 0);
    EXPECT_GT(plan["machine"]["products_per_prompt_token"], 0);
}

TEST(Plan, FollowsTheFlagsOfARun) {
    Models models;
    const std::string model = models.plain();
    const auto memory = [&](const Words& flags) {
        const Finished done = call(Words{"plan", model, "-p", "8", "-n", "2", "--json"} + flags);
        return done.code == 0 ? Json::parse(done.out)["memory"] : Json(done.err);
    };
    const auto usual = memory({}), long_text = memory({"-c", "81920"}), wide = memory({"-c", "8192", "-ctk", "f32"}),
               narrow = memory({"-ctk", "q8_0", "-ctv", "q8_0"}), small = memory({"-b", "16"}),
               threads = memory({"-t", "8"});
    ASSERT_TRUE(usual.is_object() && long_text.is_object() && narrow.is_object()) << usual << narrow;
    EXPECT_NEAR(long_text["kv_bytes"].get<double>() / usual["kv_bytes"].get<double>(), 10, 0.5);
    EXPECT_GT(wide["kv_bytes"], usual["kv_bytes"]);
    // Blocks of 32 are twice as long as these heads, so only the type, not the size, is what is expected here.
    EXPECT_NE(narrow["kv_bytes"], usual["kv_bytes"]);
    EXPECT_LT(small["scratch_bytes"], usual["scratch_bytes"]);
    EXPECT_EQ(threads["thread_bytes"].get<uint64_t>(), 8 * memory({"-t", "1"})["thread_bytes"].get<uint64_t>());
}

TEST(Plan, WorksForTheBuiltInModel) {
    const Finished done = call({"plan", "-p", "64", "-n", "8"}, {.environment = {"SISKIN_MODEL="}});
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_NE(done.out.find("siskin starter"), std::string::npos) << done.out;
}

TEST(Plan, RefusesWhatIsNoPlan) {
    Models models;
    const std::string model = models.plain();
    struct {
        Words words;
        int code;
        const char* said;
    } cases[] = {
        {{"plan", models.path("none.gguf")}, 66, "none.gguf"},
        {{"plan", models.put("text.gguf", std::string_view("no"))}, 65, "text.gguf"},
        {{"plan", model, "-p", "99999999"}, 2, "-p: 99999999"},
        {{"plan", model, "-n", "x"}, 2, "-n"},
        {{"plan", model, "another"}, 2, "another"},
    };
    for (const auto& c : cases) {
        const Finished done = call(c.words);
        EXPECT_EQ(done.code, c.code) << done.err;
        EXPECT_NE(done.err.find(c.said), std::string::npos) << done.err;
        EXPECT_EQ(count_lines(done.err), 1u) << done.err;
        EXPECT_EQ(done.out, "");
    }
}

/// More keys and values than any machine of today holds.
const char* const kFar = "4000000000";

TEST(Memory, AContextThatCanNeverFitIsRefusedByAllCommands) {
    Models models;
    const std::string model = models.chatml();
    const Words commands[] = {{"run", model, "-p", "hi"},
                              {"chat", model},
                              {"logits", model, "--tokens", "1,2"},
                              {"bench", model, "-p", "4", "-n", "2"},
                              {"plan", model}};
    for (const Words& words : commands) {
        const Finished done = call(words + Words{"-c", kFar}, {.input = "hi\n"});
        EXPECT_EQ(done.code, 71) << words[0] << ": " << done.err;
        EXPECT_EQ(done.out.empty(), words[0] != "plan") << done.out;
        EXPECT_EQ(count_lines(done.err), 1u) << done.err;
        for (const char* said : {"not enough memory", "a context of 4000000000 tokens needs", " has ", "-c 8192 fits",
                                 "-ctk q8_0 -ctv q8_0"})
            EXPECT_NE(done.err.find(said), std::string::npos) << said << " in " << done.err;
    }
    const Json plan = Json::parse(call({"plan", model, "-c", kFar, "--json"}).out);
    EXPECT_EQ(plan["verdict"], "too large");
    EXPECT_TRUE(plan["speed"].is_null());
}

/// A model whose own context takes 12 GiB of keys and values.
std::string demanding(Models& models) {
    TinyFile file = make_tiny(tiny_recipe("llama"));
    file.set("llama.context_length", 1u << 25);
    return models.put("demanding.gguf", file);
}

constexpr uint64_t kMiB = 1 << 20;

TEST(Memory, AContextThatNobodyAskedForIsLoweredAndThatIsSaid) {
    if (sanitizer_slowdown() > 1) GTEST_SKIP() << "sanitizers take addresses of their own";
    Models models;
    const std::string model = demanding(models);
    const ProcessOptions short_of_addresses = {.limits = {{RLIMIT_AS, 600 * kMiB}}};
    const Finished done = call({"run", model, "hi", "-n", "2", "-t", "2"}, short_of_addresses);
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_NE(done.err.find("note: the context is "), std::string::npos) << done.err;
    EXPECT_NE(done.err.find("not the model's 33554432"), std::string::npos) << done.err;
    EXPECT_NE(done.err.find("ulimit -v"), std::string::npos) << done.err;
    EXPECT_EQ(count_lines(done.err), 1u) << done.err;
    const Json plan =
        Json::parse(call({"plan", model, "-t", "2", "-p", "8", "-n", "2", "--json"}, short_of_addresses).out);
    EXPECT_EQ(plan["verdict"], "fits");
    EXPECT_LT(plan["context"]["taken"], 2000000);
    EXPECT_GT(plan["context"]["taken"], 100000);
    // As much as was promised is there, and more is not.
    const uint32_t taken = plan["context"]["taken"];
    EXPECT_EQ(call({"run", model, "hi", "-n", "2", "-t", "2", "-c", std::to_string(taken)}, short_of_addresses).err,
              "");
    EXPECT_EQ(
        call({"run", model, "hi", "-n", "2", "-t", "2", "-c", std::to_string(2 * taken)}, short_of_addresses).code, 71);
}

TEST(Memory, ABenchOfManySessionsNeedsMemoryForAllOfThem) {
    if (sanitizer_slowdown() > 1) GTEST_SKIP() << "sanitizers take addresses of their own";
    Models models;
    const std::string model = demanding(models), length = "300000";
    const ProcessOptions short_of_addresses = {.limits = {{RLIMIT_AS, 600 * kMiB}}};
    const Json plan = Json::parse(
        call({"plan", model, "-t", "1", "-c", length, "-p", "8", "-n", "2", "--json"}, short_of_addresses).out);
    ASSERT_EQ(plan["verdict"], "fits") << plan;
    const Finished done =
        call({"bench", model, "-t", "1", "-d", length, "-p", "0", "-n", "1", "--sessions", "6"}, short_of_addresses);
    EXPECT_EQ(done.code, 71) << done.err;
    for (const char* said : {"a context of 300001 tokens and 5 other sessions need ", "fewer sessions"})
        EXPECT_NE(done.err.find(said), std::string::npos) << done.err;
    EXPECT_EQ(done.out, "");
}

TEST(Memory, LimitsOfTheProcessEndInOneLineAndNeverInSilence) {
    if (sanitizer_slowdown() > 1) GTEST_SKIP() << "sanitizers take addresses of their own";
    Models models;
    const std::string model = models.plain();
    const Words words = {"run", model, "hi", "-n", "2", "-s", "1", "-t", "4"};
    const std::string expected = call(words).out;
    size_t n_refused = 0;
    for (const int resource : {RLIMIT_AS, RLIMIT_DATA})
        for (const uint64_t mebibytes : {16, 32, 48, 64, 80, 96, 128, 192, 256, 512}) {
            const Finished done = call(words, {.limits = {{resource, mebibytes * kMiB}}});
            if (done.code == 127) continue;  // the system could not even load the program
            SCOPED_TRACE(std::to_string(mebibytes) + " MiB of " + (resource == RLIMIT_AS ? "addresses" : "data"));
            EXPECT_TRUE(done.code == 0 || done.code == 71) << done.code << ": " << done.err;
            if (done.code == 0)
                EXPECT_EQ(done.out, expected);
            else
                EXPECT_TRUE(count_lines(done.err) == 1 || done.err.starts_with("note: ")) << done.err;
            n_refused += done.code == 71;
        }
    EXPECT_GT(n_refused, 0u);
    EXPECT_EQ(call(words, {.limits = {{RLIMIT_AS, 1024 * kMiB}}}).out, expected);
}

}  // namespace
}  // namespace siskin::test
