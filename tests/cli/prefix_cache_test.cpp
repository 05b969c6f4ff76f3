// What one-shot runs keep of their prompts: later runs read less and answer the same, and nothing that happens to the
// files changes an answer or an exit code.

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/prefix_cache.h"
#include "tests/cli/siskin.h"

namespace siskin::test {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

/// Text of n letters, another one for each seed. The tiny models read nearly one token per letter.
std::string letters(size_t n, unsigned seed) {
    std::string text;
    for (unsigned x = seed; text.size() < n; text += char('a' + (x >> 16) % 26)) x = x * 1664525 + 1013904223;
    return text;
}

class PromptCache : public testing::Test {
  protected:
    Words environment(const std::string& size = "64M") const {
        return {"XDG_CACHE_HOME=" + cache_, "SISKIN_PROMPT_CACHE=" + size};
    }
    Finished run(Words words, const Words& environment) const {
        words.insert(words.begin(), "run");
        for (const char* word : {"-n", "12", "-s", "3", "--ignore-eos"}) words.push_back(word);
        return call(words, {.environment = environment});
    }
    /// Runs with the cache and without it, expects the same answer, and returns how many tokens were there.
    size_t cached(const Words& words) const {
        Words json = words;
        json.push_back("--json");
        const Finished with = run(json, environment()), without = run(json, environment("0"));
        EXPECT_EQ(with.code, 0) << with.err;
        EXPECT_EQ(with.err, "");
        if (with.code || without.code) return 0;
        const Json a = Json::parse(with.out), b = Json::parse(without.out);
        EXPECT_EQ(a["text"], b["text"]);
        EXPECT_EQ(a["tokens"]["prompt"], b["tokens"]["prompt"]);
        EXPECT_EQ(b["tokens"]["cached"], 0);
        return a["tokens"]["cached"];
    }
    std::vector<fs::path> files() const {
        std::vector<fs::path> found;
        std::error_code absent;
        for (const auto& entry : fs::directory_iterator(cache_ + "/siskin/prompts", absent))
            found.push_back(entry.path());
        std::sort(found.begin(), found.end());
        return found;
    }

    Models models_;
    const std::string cache_ = models_.path("cache");
};

TEST_F(PromptCache, TheSameTextIsReadOnce) {
    const std::string model = models_.plain();
    const size_t n = 700;
    const Words words = {model, letters(n, 1)};
    EXPECT_EQ(cached(words), 0u);
    EXPECT_GE(cached(words), n - PrefixCache::kLeast);
    EXPECT_EQ(files().size(), 3u) << "256 positions each";
    // A longer one begins like it, and takes the place of its last file.
    EXPECT_GE(cached({model, letters(n + 200, 1)}), n - PrefixCache::kLeast);
    EXPECT_EQ(files().size(), 4u);
    EXPECT_GE(cached({model, letters(n + 200, 1)}), n + 200 - PrefixCache::kLeast);
    for (const fs::path& file : files()) EXPECT_EQ(fs::status(file.parent_path()).permissions(), fs::perms::owner_all);
}

TEST_F(PromptCache, WhatTextsHaveInCommonIsReadOnce) {
    const std::string model = models_.plain(), file = models_.put("file.txt", letters(600, 2));
    EXPECT_EQ(cached({model, "-f", file, "What is it about?"}), 0u);
    EXPECT_GE(cached({model, "-f", file, "Who wrote it?"}), 560u);
    EXPECT_EQ(files().size(), 3u) << "another question is not worth a file";
    EXPECT_EQ(cached({model, letters(600, 3)}), 0u) << "another text";
    // A difference in the first page, behind its first tokens.
    const std::string begun = letters(150, 2) + letters(300, 4);
    const size_t n = cached({model, begun});
    EXPECT_GE(n, 140u);
    EXPECT_LE(n, 160u);
}

TEST_F(PromptCache, ASystemPromptServesOtherMessages) {
    const std::string model = models_.chatml(), system = letters(400, 5);
    const size_t first = cached({model, "-sys", system, letters(150, 6)});
    EXPECT_EQ(first, 0u);
    for (const unsigned seed : {7u, 8u}) EXPECT_GE(cached({model, "-sys", system, letters(150, seed)}), 300u);
    EXPECT_EQ(cached({model, "-sys", letters(400, 9), letters(150, 6)}), 0u);
}

TEST_F(PromptCache, ManyPromptsKeepWhatTheyHaveInCommon) {
    for (const char* recipe : {"llama", "gemma3"}) {
        SCOPED_TRACE(recipe);
        const std::string model = models_.put(std::string(recipe) + ".gguf", make_tiny(tiny_recipe(recipe)));
        const std::string pattern = letters(450, 16) + "{}";
        const auto ask = [&](const std::string& items, const std::string& size) {
            return call({"run", model, "--raw", "--each", "lines", "-v", "-n", "5", "-s", "3", pattern},
                        {.input = items, .environment = environment(size)});
        };
        const auto expect_cached = [](const Finished& done, size_t least, size_t most) {
            const size_t at = done.err.find("prompt cache: ");
            ASSERT_NE(at, std::string::npos) << done.err;
            const size_t n = std::stoul(done.err.substr(at + 14));
            EXPECT_TRUE(n >= least && n <= most) << n << done.err;
        };
        const std::string items = "one\ntwo\nthree\n", others = "four\nfive\n" + letters(300, 17) + "\n";
        const Finished first = ask(items, "64M"), second = ask(others, "64M");
        EXPECT_EQ(first.out, ask(items, "0").out);
        EXPECT_EQ(second.out, ask(others, "0").out);
        expect_cached(first, 0, 0);
        expect_cached(second, 400, 460);
        EXPECT_GE(cached({model, "--raw", letters(450, 16) + "and alone"}), 400u) << "for one prompt as well";
    }
    EXPECT_EQ(files().size(), 4u) << "two pages of each model, nothing of single items";
}

TEST_F(PromptCache, ShortPromptsAreNotKept) {
    const std::string model = models_.plain();
    cached({model, "short"});
    EXPECT_TRUE(files().empty());
    EXPECT_EQ(run({model, letters(300, 1)}, environment("0")).code, 0);
    EXPECT_TRUE(files().empty()) << "turned off";
}

TEST_F(PromptCache, SlidingWindowsGoBackToAnotherQuestion) {
    for (const char* recipe : {"gemma3", "gpt-oss"}) {
        const std::string model = models_.put(std::string(recipe) + ".gguf", make_tiny(tiny_recipe(recipe)));
        const std::string text = letters(600, 10);
        EXPECT_EQ(cached({model, "--raw", text + letters(30, 1)}), 0u) << recipe;
        EXPECT_GE(cached({model, "--raw", text + letters(30, 2)}), 400u) << recipe;
        EXPECT_GE(cached({model, "--raw", text + letters(300, 3)}), 400u) << recipe;
    }
}

TEST_F(PromptCache, SlidingWindowsLearnWhatPromptsHaveInCommon) {
    const std::string model = models_.put("gemma3.gguf", make_tiny(tiny_recipe("gemma3")));
    const std::string system = letters(450, 15);
    const auto ask = [&](unsigned seed) { return cached({model, "--raw", system + letters(1700, seed)}); };
    EXPECT_EQ(ask(1), 0u);
    EXPECT_EQ(ask(2), 0u) << "the keys of its windows were not kept so far back, but are from now on";
    for (const unsigned seed : {3u, 4u, 1u, 5u}) EXPECT_GE(ask(seed), 400u) << seed;
}

TEST_F(PromptCache, AnotherModelOrOtherSettingsHaveFilesOfTheirOwn) {
    const std::string model = models_.plain(), text = letters(300, 11);
    EXPECT_EQ(cached({model, text}), 0u);
    EXPECT_GE(cached({model, text, "-t", "1", "-b", "7"}), 256u);
    EXPECT_EQ(cached({model, text, "-ctk", "q8_0"}), 0u);
    EXPECT_GE(cached({model, text, "-ctk", "q8_0"}), 256u);
    // Another file of the same name and shape, and the same one with a change in the middle of its weights.
    models_.put("plain.gguf", make_tiny(tiny_recipe("llama"), {.seed = 2}));
    EXPECT_EQ(cached({model, text}), 0u);
    TinyFile changed = make_tiny(tiny_recipe("llama"), {.seed = 2});
    auto& data = changed.tensor("blk.0.ffn_up.weight").data;
    std::fill(data.begin() + ptrdiff_t(data.size() / 2), data.begin() + ptrdiff_t(data.size() / 2 + 64), std::byte{0});
    models_.put("plain.gguf", changed);
    EXPECT_EQ(cached({model, text}), 0u);
}

TEST_F(PromptCache, DamagedFilesAreDiscarded) {
    const std::string model = models_.plain();
    const Words words = {model, letters(700, 12)};
    const std::string expected = run(words, environment()).out;
    const auto damage = [&](const char* what, size_t which, const std::function<void(std::string&)>& edit) {
        const fs::path path = files().at(which);
        std::ifstream in(path, std::ios::binary);
        std::string bytes((std::istreambuf_iterator<char>(in)), {});
        edit(bytes);
        std::ofstream(path, std::ios::binary) << bytes;
        Words verbose = words;
        verbose.push_back("-v");
        const Finished loud = run(verbose, environment());
        EXPECT_EQ(loud.code, 0) << what;
        EXPECT_EQ(loud.out, expected) << what;
        EXPECT_NE(loud.err.find("it is discarded"), std::string::npos) << what << loud.err;
        const Finished quiet = run(words, environment());
        EXPECT_EQ(quiet.out, expected) << what;
        EXPECT_EQ(quiet.err, "") << what;
        EXPECT_GE(cached(words), 640u) << what << ": it is there again";
    };
    for (size_t which = 0; which < 3; ++which) {
        damage("cut short", which, [](std::string& bytes) { bytes.resize(bytes.size() / 2); });
        damage("empty", which, [](std::string& bytes) { bytes.clear(); });
        damage("a flipped bit", which, [](std::string& bytes) { bytes[bytes.size() * 3 / 4] ^= 4; });
        damage("zeros", which, [](std::string& bytes) { bytes.assign(bytes.size(), '\0'); });
        damage("longer", which, [](std::string& bytes) { bytes += "x"; });
    }
}

TEST_F(PromptCache, WithoutAFolderItGoesOnSilently) {
    const std::string model = models_.plain();
    const Words words = {model, letters(300, 13)};
    const std::string expected = run(words, environment("0")).out;
    const std::string file = models_.put("file", "not a folder");
    for (const std::string& home : Words{"/dev/null/cache", file, "/proc"}) {
        const Finished done = run(words, {"XDG_CACHE_HOME=" + home, "SISKIN_PROMPT_CACHE=64M"});
        EXPECT_EQ(done.code, 0) << home;
        EXPECT_EQ(done.out, expected) << home;
        EXPECT_EQ(done.err, "") << home;
    }
    EXPECT_EQ(run(words, {"XDG_CACHE_HOME=", "HOME=", "SISKIN_PROMPT_CACHE=64M"}).out, expected);
    const Finished wrong = run(words, environment("much"));
    EXPECT_EQ(wrong.code, 2);
    EXPECT_NE(wrong.err.find("SISKIN_PROMPT_CACHE: \"much\""), std::string::npos) << wrong.err;
}

TEST_F(PromptCache, TheOldestFilesGoFirst) {
    const std::string model = models_.plain();
    const auto sum = [&] {
        uint64_t bytes = 0;
        for (const fs::path& file : files()) bytes += fs::file_size(file);
        return bytes;
    };
    const std::string liked = letters(500, 20);
    run({model, liked}, environment("1M"));
    const uint64_t each = sum();
    const int n = int((1 << 20) / each) + 3;
    for (int i = 0; i < n; ++i) {
        run({model, letters(500, unsigned(30 + i))}, environment("1M"));
        run({model, liked}, environment("1M"));
    }
    EXPECT_LE(sum(), 1u << 20);
    EXPECT_GE(cached({model, liked}), 460u) << "it was used all the time";
    EXPECT_EQ(cached({model, letters(500, 30)}), 0u);
    // What a killed process has left.
    const fs::path folder = files().at(0).parent_path(), left = folder / ".x.kv.tmp.1", fresh = folder / ".y.kv.tmp.1";
    std::ofstream(left) << "x";
    std::ofstream(fresh) << "y";
    fs::last_write_time(left, fs::file_time_type::clock::now() - std::chrono::hours(2));
    run({model, letters(500, 99)}, environment("1M"));
    EXPECT_FALSE(fs::exists(left));
    EXPECT_TRUE(fs::exists(fresh)) << "another process writes it";
}

TEST_F(PromptCache, ManyProcessesAtOnce) {
    const std::string model = models_.plain();
    const Words words = {model, letters(700, 14)};
    const std::string expected = run(words, environment("0")).out;
    std::vector<std::thread> threads;
    std::vector<std::string> out(8);
    for (size_t i = 0; i < out.size(); ++i)
        threads.emplace_back([&, i] {
            for (int round = 0; round < 3; ++round) out[i] += run(words, environment(i % 2 ? "1M" : "64M")).out;
        });
    for (std::thread& thread : threads) thread.join();
    for (const std::string& text : out) EXPECT_EQ(text, expected + expected + expected);
    for (const fs::path& file : files()) EXPECT_EQ(file.extension(), ".kv") << file;
}

}  // namespace
}  // namespace siskin::test
