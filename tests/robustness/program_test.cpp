// The program itself with damaged models: it ends by itself, with an exit code that says why, and a word on stderr.

#include <gtest/gtest.h>

#include <chrono>

#include "tests/support/gguf_fields.h"
#include "tests/support/isolated.h"
#include "tests/support/process.h"
#include "tests/support/temp_folder.h"
#include "tests/support/tiny_model.h"

namespace siskin::test {
namespace {

constexpr int kOk = 0, kBadData = 65, kNoMemory = 71, kTooLong = 78;
constexpr double kSeconds = 5;

class Program : public testing::Test {
  protected:
    /// Writes a few tokens with a model, in good time.
    Finished run_with(const std::string& command, const std::vector<std::byte>& model) {
        const std::string path = folder_.put("model.gguf", model).string();
        std::vector<std::string> args = {SISKIN_PROGRAM, command, "-m", path, "-c", "64", "-t", "1"};
        const std::vector<std::string> more = command == "logits"
                                                  ? std::vector<std::string>{"--tokens", "1,2,3", "--greedy", "4"}
                                                  : std::vector<std::string>{"-p", "the", "-n", "4"};
        args.insert(args.end(), more.begin(), more.end());
        const auto start = std::chrono::steady_clock::now();
        Finished finished = run_process(args);
        EXPECT_LE(std::chrono::steady_clock::now() - start,
                  std::chrono::duration<double>(kSeconds * sanitizer_slowdown()));
        return finished;
    }

    TempFolder folder_;
};

void expect_good_end(const Finished& finished) {
    const bool good =
        finished.code == kOk || finished.code == kBadData || finished.code == kNoMemory || finished.code == kTooLong;
    EXPECT_TRUE(good) << "exit code " << finished.code << ": " << finished.err;
    EXPECT_TRUE(finished.code == kOk || !finished.err.empty()) << "exit code " << finished.code << " without a word";
}

TEST_F(Program, RunsWholeModels) {
    for (const TinyRecipe& recipe : tiny_recipes())
        for (const char* command : {"logits", "run"}) {
            SCOPED_TRACE(recipe.name + ", " + command);
            const Finished finished = run_with(command, make_tiny(recipe).bytes());
            EXPECT_EQ(finished.code, kOk) << finished.err;
        }
}

TEST_F(Program, EndsWellWithDamagedModels) {
    Random random(21);
    for (const char* recipe : {"llama", "qwen2-fused", "gemma3", "gpt-oss"}) {
        const std::vector<std::byte> whole = make_tiny(tiny_recipe(recipe)).bytes();
        const auto fields = gguf_fields(whole);
        for (int i = 0; i < 40; ++i) {
            const Damage damage = random_damage(whole, fields, random);
            SCOPED_TRACE(std::string(recipe) + ", " + damage.description);
            expect_good_end(run_with(i % 2 ? "logits" : "run", damaged(whole, damage)));
        }
    }
}

TEST_F(Program, RefusesCutFiles) {
    const std::vector<std::byte> whole = make_tiny(tiny_recipe("llama")).bytes();
    for (const size_t n : {size_t(0), size_t(4), size_t(24), size_t(1000), whole.size() / 2, whole.size() - 100}) {
        SCOPED_TRACE(std::to_string(n) + " bytes");
        const Finished finished = run_with("run", {whole.begin(), whole.begin() + std::ptrdiff_t(n)});
        EXPECT_EQ(finished.code, kBadData) << finished.err;
        EXPECT_FALSE(finished.err.empty());
    }
}

TEST_F(Program, StopsAtNumbersThatAreNone) {
    TinyFile file = make_tiny(tiny_recipe("llama"));
    std::vector<std::byte>& weights = file.tensor("output.weight").data;
    std::fill(weights.begin(), weights.begin() + 64, std::byte(0xff));  // NaN in one row of the output
    for (const char* command : {"logits", "run"}) {
        const Finished finished = run_with(command, file.bytes());
        EXPECT_EQ(finished.code, kBadData) << command << ": " << finished.err;
    }
}

}  // namespace
}  // namespace siskin::test
