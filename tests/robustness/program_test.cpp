// The program itself with damaged models: it ends by itself, with an exit code that says why, and a word on stderr.

#include <gtest/gtest.h>

#include "tests/support/child_process.h"
#include "tests/support/gguf_fields.h"
#include "tests/support/isolated.h"
#include "tests/support/temp_folder.h"
#include "tests/support/tiny_model.h"

namespace siskin::test {
namespace {

constexpr int kOk = 0, kBadData = 65, kNoMemory = 71, kTooLong = 78;

class Program : public testing::Test {
  protected:
    Ended run_with(const std::string& command, const std::vector<std::byte>& model) {
        const std::string path = folder_.put("model.gguf", model).string();
        std::vector<std::string> args = {SISKIN_PROGRAM, command, "-m", path, "-c", "64", "-t", "1"};
        const std::vector<std::string> more = command == "logits" ? std::vector<std::string>{"--tokens", "1,2,3", "--greedy", "4"}
                                                                  : std::vector<std::string>{"-p", "the", "-n", "4"};
        args.insert(args.end(), more.begin(), more.end());
        return run_program(args, 5 * sanitizer_slowdown());
    }

    TempFolder folder_;
};

void expect_good_end(const Ended& ended) {
    EXPECT_FALSE(ended.timed_out);
    EXPECT_EQ(ended.signal, 0) << ended.error_text;
    EXPECT_TRUE(ended.exit_code == kOk || ended.exit_code == kBadData || ended.exit_code == kNoMemory || ended.exit_code == kTooLong)
        << "exit code " << ended.exit_code << ": " << ended.error_text;
    EXPECT_TRUE(ended.exit_code == kOk || !ended.error_text.empty());
}

TEST_F(Program, RunsWholeModels) {
    for (const TinyRecipe& recipe : tiny_recipes())
        for (const char* command : {"logits", "run"}) {
            SCOPED_TRACE(recipe.name + ", " + command);
            const Ended ended = run_with(command, make_tiny(recipe).bytes());
            EXPECT_EQ(ended.exit_code, kOk) << ended.error_text;
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
        const Ended ended = run_with("run", {whole.begin(), whole.begin() + std::ptrdiff_t(n)});
        EXPECT_EQ(ended.exit_code, kBadData) << ended.error_text;
        EXPECT_FALSE(ended.error_text.empty());
    }
}

TEST_F(Program, StopsAtNumbersThatAreNone) {
    TinyFile file = make_tiny(tiny_recipe("llama"));
    std::vector<std::byte>& weights = file.tensor("output.weight").data;
    std::fill(weights.begin(), weights.begin() + 64, std::byte(0xff));  // NaN in one row of the output
    for (const char* command : {"logits", "run"}) {
        const Ended ended = run_with(command, file.bytes());
        EXPECT_EQ(ended.exit_code, kBadData) << command << ": " << ended.error_text;
    }
}

}  // namespace
}  // namespace siskin::test
