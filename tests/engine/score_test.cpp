// Chances of given answers, against what the logits say of them one token after another.

#include "engine/score.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "engine/chat/chat_format.h"
#include "engine/chat/expected_answers.h"
#include "formats/error.h"
#include "tests/support/engine_run.h"
#include "tests/support/tiny_model.h"

namespace siskin::test {
namespace {

constexpr const char* kChatml =
    "{% for m in messages %}{{ '<|im_start|>' + m.role + '\\n' + m.content + '<|im_end|>\\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

/// Straight from the definition.
double log_chance(const std::shared_ptr<const Model>& model, const std::vector<Token>& prompt,
                  const std::vector<Token>& answer, const std::set<Token>& ends) {
    std::vector<Token> text = prompt;
    text.insert(text.end(), answer.begin(), answer.end());
    const std::vector<float> logits = engine_logits(model, text);
    const size_t n_vocab = model->config().n_vocab;
    const auto chance = [&](size_t position, Token token) {
        double all = 0;
        for (size_t i = 0; i < n_vocab; ++i) all += std::exp(double(logits[position * n_vocab + i]));
        return std::exp(double(logits[position * n_vocab + size_t(token)])) / all;
    };
    double sum = 0;
    for (size_t i = 0; i < answer.size(); ++i) sum += std::log(chance(prompt.size() - 1 + i, answer[i]));
    double end = ends.empty() ? 1 : 0;
    for (const Token token : ends) end += chance(text.size() - 1, token);
    return sum + std::log(end);
}

TEST(LogChances, AreTheProductsOfTheTokensChances) {
    for (const char* recipe : {"llama", "qwen2", "gemma3"}) {
        const auto model = load_bytes(make_tiny(tiny_recipe(recipe)).bytes());
        const uint32_t n_vocab = model->config().n_vocab;
        const auto prompt = random_tokens(n_vocab, 270, 1);
        std::vector<std::vector<Token>> answers;
        for (size_t i = 0; i < 19; ++i) answers.push_back(random_tokens(n_vocab, 1 + i % 4, i));
        answers.push_back(random_tokens(n_vocab, 50, 99));
        answers.push_back(answers[3]);
        for (const std::set<Token>& ends : {std::set<Token>{}, std::set<Token>{2}, std::set<Token>{2, 9, 30}}) {
            for (const size_t n_batch : {512, 5}) {
                Runtime runtime(n_batch == 5 ? 2 : 1, n_batch);
                const auto found = log_chances(model, runtime, {.n_ctx = 512, .kv_type = DType::F32}, prompt, answers,
                                               std::vector<Token>(ends.begin(), ends.end()));
                ASSERT_EQ(found.size(), answers.size());
                for (size_t i = 0; i < answers.size(); ++i)
                    EXPECT_NEAR(found[i], log_chance(model, prompt, answers[i], ends), 1e-9)
                        << recipe << " answer " << i << " ends " << ends.size();
                EXPECT_EQ(found[3], found.back()) << "neighbours change nothing";
            }
        }
    }
}

TEST(LogChances, Errors) {
    const auto model = load_bytes(make_tiny(tiny_recipe("llama")).bytes());
    Runtime runtime(1);
    const std::vector<Token> prompt(20, 5);
    const std::vector<std::vector<Token>> answers = {{5}, {5, 6, 7}};
    const std::vector<Token> ends = {2};
    EXPECT_THROW(log_chances(model, runtime, {.n_ctx = 19}, prompt, answers, ends), Error);
    EXPECT_THROW(log_chances(model, runtime, {.n_ctx = 22}, prompt, answers, ends), Error);
    EXPECT_EQ(log_chances(model, runtime, {.n_ctx = 23}, prompt, answers, ends).size(), 2u);
    const std::atomic<bool> stop{true};
    runtime.stop_on(&stop);
    EXPECT_TRUE(log_chances(model, runtime, {.n_ctx = 23}, prompt, answers, ends).empty());
}

std::shared_ptr<const Model> chatml() {
    TinyFile file = make_tiny(tiny_recipe("qwen2"));
    return load_bytes(file.bytes());
}

std::string shown(const Model& model, std::span<const Token> tokens) {
    std::string out;
    for (const Token token : tokens) out += "|" + std::string(model.tokenizer().piece(token, true));
    return out;
}

TEST(ExpectedAnswers, AreWhatTheAssistantsTurnGoesOnWith) {
    const auto model = chatml();
    const std::string answers[] = {"the", "t h", "<|im_end|>"};
    const struct {
        const char *name, *source, *prompt_end, *first;
    } kCases[] = {
        {"on a new line", kChatml, "|a|n|t|\n", "|t|he"},
        {"after a space of the template",
         "{% for m in messages %}{{ '<|im_start|>' + m.content if m.role == 'user' else '<|im_end|> ' + m.content }}"
         "{% endfor %}{% if add_generation_prompt %}{{ '<|im_end|>' }}{% endif %}",
         "|<|im_end|>", "| the"},
        {"grown together with the prompt",
         "{% for m in messages %}{{ '<|im_start|>' + m.content + '<|im_end|> ' }}{% endfor %}", "|<|im_end|>", "| the"},
        {"behind thoughts",
         "{% for m in messages %}{{ '<|im_start|>' + m.content + '<|im_end|>' }}{% endfor %}"
         "{% if add_generation_prompt %}{{ '<think>\\n' }}{% endif %}",
         "|k|>|\n|\n", "|t|he"},
    };
    for (const auto& c : kCases) {
        const Chat chat(c.source, model->tokenizer(), {});
        const ExpectedAnswers expected = expected_answers(chat, "", "hm", answers);
        EXPECT_TRUE(shown(*model, expected.prompt).ends_with(c.prompt_end))
            << c.name << ": " << shown(*model, expected.prompt);
        ASSERT_EQ(expected.answers.size(), 3u);
        EXPECT_EQ(shown(*model, expected.answers[0]), c.first) << c.name;
        EXPECT_GT(expected.answers[2].size(), 5u) << c.name << ": an answer writes no control tokens";
    }
}

TEST(ExpectedAnswers, OfSentencePieces) {
    const auto model = load_bytes(make_tiny(tiny_recipe("llama")).bytes());
    const std::string answers[] = {"the", "that"};
    const Chat chat(find_chat_format("llama2")->source, model->tokenizer(), {});
    const ExpectedAnswers turn = expected_answers(chat, "", "hm", answers);
    EXPECT_TRUE(shown(*model, turn.prompt).ends_with("|T|]")) << shown(*model, turn.prompt);
    EXPECT_EQ(shown(*model, turn.answers[0]), "| the");
    EXPECT_EQ(shown(*model, turn.answers[1]), "| t|h|at");
    const ExpectedAnswers text = expected_answers(model->tokenizer(), "in", answers);
    EXPECT_EQ(shown(*model, text.prompt), "|<s>| |in");
    EXPECT_EQ(shown(*model, text.answers[0]), "| the");
}

TEST(ExpectedAnswers, GoOnWithATextAfterASpace) {
    const auto model = chatml();
    const std::string answers[] = {"the", "tan"};
    for (const char* text : {"in", "in "}) {
        const ExpectedAnswers expected = expected_answers(model->tokenizer(), text, answers);
        EXPECT_EQ(shown(*model, expected.prompt), "|in") << text;
        EXPECT_EQ(shown(*model, expected.answers[0]), "| the") << text;
        EXPECT_EQ(shown(*model, expected.answers[1]), "| t|a|n") << text;
    }
    const ExpectedAnswers line = expected_answers(model->tokenizer(), "in\n", answers);
    EXPECT_EQ(shown(*model, line.prompt) + shown(*model, line.answers[0]), "|in|\n|t|he");
    EXPECT_THROW(expected_answers(model->tokenizer(), "", answers), Error);
}

}  // namespace
}  // namespace siskin::test
