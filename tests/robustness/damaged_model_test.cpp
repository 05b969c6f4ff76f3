// Whatever is wrong with a model file, loading it and running it for a few tokens ends in an Error or in an answer: never
// in a crash, a foreign exception or a wait.

#include <gtest/gtest.h>

#include "engine/generate.h"
#include "engine/model.h"
#include "formats/error.h"
#include "tests/support/gguf_fields.h"
#include "tests/support/golden.h"
#include "tests/support/isolated.h"
#include "tests/support/tiny_model.h"

namespace siskin::test {
namespace {

struct Subject {
    std::string name;
    std::vector<std::byte> bytes;
};

std::vector<Subject> subjects() {
    std::vector<Subject> all;
    for (const char* recipe : {"llama", "llama-arrays", "llama-moe-scales", "qwen2-fused", "gemma3-pattern", "phi3", "gpt-oss"})
        all.push_back({std::string("tiny/") + recipe, make_tiny(tiny_recipe(recipe)).bytes()});
    const TinyOptions mixed = {.matrices = DType::Q4_K, .embedding = DType::IQ4_NL};
    all.push_back({"tiny/llama-moe-Q4_K", make_tiny(widened(tiny_recipe("llama-moe")), mixed).bytes()});
    for (const char* path : {"archs/qwen3.gguf", "archs/gemma3.gguf", "extra/phi3-long.gguf", "quants_moe/gpt-oss-MXFP4_MOE.gguf"})
        if (std::filesystem::exists(golden(path))) all.push_back({path, read_bytes(golden(path))});
    return all;
}

/// Why a fault must not come of a damaged file, or nothing.
std::string complaint(const Error& error) {
    if (error.fault() == Fault::BadData || error.fault() == Fault::NoMemory || error.fault() == Fault::TooLong) {
        const std::string_view message = error.what();
        if (message.empty()) return "an error without a message";
        for (const char c : message)  // what a file holds must not reach the terminal as it is
            if (c < ' ' || c == 0x7f) return "a control character in the message " + std::string(message);
        return "";
    }
    return "fault " + std::to_string(int(error.fault())) + ": " + error.what();
}

/// What is wrong with how an action ended, or nothing.
template <class Action>
std::string checked(Action&& action) {
    try {
        action();
        return "";
    } catch (const Error& error) {
        return complaint(error);
    } catch (const std::exception& foreign) {
        return std::string("a foreign exception: ") + foreign.what();
    }
}

/// Loads a model and writes four tokens.
void load_and_run(std::span<const std::byte> bytes) {
    const auto model = Model::load(GgufFile::parse(bytes, "damaged"));
    Runtime runtime(1, 16);
    Session session(model, runtime, {.n_ctx = 64});
    std::vector<Token> prompt = model->tokenizer().encode("he in the\n");
    prompt.resize(std::min<size_t>(prompt.size(), 8));
    prompt.push_back(3);
    Sampler sampler({.temp = 0});
    generate(session, sampler, prompt, {.n_predict = 4, .ignore_eos = true}, [](std::string_view) { return true; });
}

void expect_no_failures(const std::vector<CaseFailure>& failures, const std::function<std::string(size_t)>& describe) {
    for (const CaseFailure& failure : failures)
        ADD_FAILURE() << "case " << failure.index << " (" << describe(failure.index) << "): " << failure.what;
}

constexpr double kSeconds = 2;

TEST(DamagedModels, WholeOnesRun) {
    for (const Subject& subject : subjects()) {
        SCOPED_TRACE(subject.name);
        const auto failures = run_isolated(1, kSeconds * sanitizer_slowdown(), [&](size_t) {
            load_and_run(subject.bytes);  // an exception ends the child
            return std::string();
        });
        EXPECT_TRUE(failures.empty()) << failures[0].what;
    }
}

// Every byte of the header and the metadata, and now and then one of the tensor data.
TEST(DamagedModels, EveryPrefixIsAnError) {
    for (const Subject& subject : subjects()) {
        SCOPED_TRACE(subject.name);
        const std::span<const std::byte> whole = subject.bytes;
        const size_t header = gguf_header_bytes(gguf_fields(whole));
        std::vector<size_t> lengths;
        for (size_t n = 0; n <= header; ++n) lengths.push_back(n);
        for (size_t n = header; n < whole.size() - 32; n += 4099) lengths.push_back(n);  // the last 32 may be padding
        const auto failures = run_isolated(lengths.size(), kSeconds * sanitizer_slowdown(), [&](size_t i) {
            bool loaded = false;
            const std::vector<std::byte> prefix(whole.begin(), whole.begin() + std::ptrdiff_t(lengths[i]));
            std::string what = checked([&] {
                Model::load(GgufFile::parse(prefix, "prefix"));
                loaded = true;
            });
            return loaded ? "loads" : what;
        });
        expect_no_failures(failures, [&](size_t i) { return "the first " + std::to_string(lengths[i]) + " bytes"; });
    }
}

TEST(DamagedModels, RandomDamageIsAnErrorOrAnAnswer) {
    constexpr size_t kEach = 200;
    const std::vector<Subject> all = subjects();
    for (const Subject& subject : all) {
        SCOPED_TRACE(subject.name);
        const auto fields = gguf_fields(subject.bytes);
        const auto damage_of = [&](size_t i) {
            Random random(i, subject.name);
            return random_damage(subject.bytes, fields, random);
        };
        const auto failures = run_isolated(kEach, kSeconds * sanitizer_slowdown(), [&](size_t i) {
            const std::vector<std::byte> bytes = damaged(subject.bytes, damage_of(i));
            return checked([&] { load_and_run(bytes); });
        });
        expect_no_failures(failures, [&](size_t i) { return damage_of(i).description; });
    }
}

// The vocabulary's size is given twice, by the tokens and by the embeddings; picking a token must be safe when they differ.
TEST(DamagedModels, MoreEmbeddingsThanTokens) {
    for (const char* recipe : {"llama", "qwen2"}) {
        SCOPED_TRACE(recipe);
        TinyFile file = make_tiny(tiny_recipe(recipe));
        const std::string prefix = tiny_recipe(recipe).arch + ".";
        TinyTensor& table = file.tensor("token_embd.weight");
        const size_t row_bytes = table.data.size() / table.dims[1];
        const std::vector<std::byte> row(table.data.end() - std::ptrdiff_t(row_bytes), table.data.end());
        for (int i = 0; i < 500; ++i) table.data.insert(table.data.end(), row.begin(), row.end());
        table.dims[1] += 500;
        if (tiny_recipe(recipe).output) {
            TinyTensor& output = file.tensor("output.weight");
            output.data = table.data;
            output.dims = table.dims;
        }
        file.set(prefix + "vocab_size", uint32_t(table.dims[1]));
        const std::vector<std::byte> bytes = file.bytes();
        const auto failures = run_isolated(1, kSeconds * sanitizer_slowdown(),
                                           [&](size_t) { return checked([&] { load_and_run(bytes); }); });
        EXPECT_TRUE(failures.empty()) << failures[0].what;
    }
}

TEST(DamagedModels, WeightsThatAreNoNumbersEndTheRun) {
    TinyFile file = make_tiny(tiny_recipe("llama"));
    std::vector<std::byte>& weights = file.tensor("blk.1.ffn_down.weight").data;
    std::fill(weights.begin(), weights.end(), std::byte(0xff));  // NaN
    const std::vector<std::byte> bytes = file.bytes();
    const auto failures = run_isolated(1, kSeconds * sanitizer_slowdown(), [&](size_t) -> std::string {
        try {
            load_and_run(bytes);
        } catch (const Error& error) {
            return error.fault() == Fault::BadData ? "" : error.what();
        }
        return "an answer from weights that are no numbers";
    });
    EXPECT_TRUE(failures.empty()) << failures[0].what;
}

}  // namespace
}  // namespace siskin::test
