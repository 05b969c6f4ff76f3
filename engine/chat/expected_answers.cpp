#include "engine/chat/expected_answers.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "formats/error.h"

namespace siskin {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kSpace = " \t\r\n";

/// The prompt ends where the first of the whole texts goes on otherwise than it, so that a token across the border is
/// scored as the model would write it.
ExpectedAnswers cut(std::vector<Token> prompt, std::vector<std::vector<Token>> whole) {
    size_t n = prompt.size();
    for (const std::vector<Token>& tokens : whole) {
        const auto differs = std::mismatch(tokens.begin(), tokens.end(), prompt.begin(), prompt.end()).first;
        n = std::min({n, size_t(differs - tokens.begin()), tokens.size() - 1});
    }
    if (n == 0) fail(Fault::Usage, "the prompt is empty");
    prompt.resize(n);
    for (std::vector<Token>& tokens : whole) tokens.erase(tokens.begin(), tokens.begin() + ptrdiff_t(n));
    return {std::move(prompt), std::move(whole)};
}

/// What the template writes between the prompt and an answer: white space, if anything.
std::string lead_of(const Chat& chat, Json messages, const Text& prompt, const std::string& answer) {
    messages.push_back({{"role", "assistant"}, {"content", answer}});
    try {
        const Text text = chat.render(messages, false);
        if (!text.bytes().starts_with(prompt.bytes())) return {};
        const std::string_view rest = text.bytes().substr(prompt.size());
        const size_t at = rest.find(answer);
        if (at == std::string_view::npos || rest.substr(0, at).find_first_not_of(kSpace) != std::string_view::npos)
            return {};
        return std::string(rest.substr(0, at));
    } catch (const TemplateError&) {
        return {};
    }
}

}  // namespace

ExpectedAnswers expected_answers(const Chat& chat, std::string_view system, std::string_view user,
                                 std::span<const std::string> answers) {
    Json messages = Json::array();
    if (!system.empty()) messages.push_back({{"role", "system"}, {"content", system}});
    messages.push_back({{"role", "user"}, {"content", user}});
    Text prompt = chat.render(messages);
    if (prompt.empty()) fail(Fault::BadData, "the chat template makes an empty prompt of this conversation");
    const AnswerSection* begun = chat.begun_section(prompt);
    Text before = prompt;
    if (begun && begun->part == AnswerPart::Reasoning)
        before.append(std::string(begun->close) + "\n\n", Origin::Template);
    else
        before.append(lead_of(chat, std::move(messages), prompt, answers.front()), Origin::Template);
    std::vector<std::vector<Token>> whole;
    for (const std::string& answer : answers) {
        Text text = before;
        text.append(answer, Origin::Data);
        whole.push_back(chat.encode(text).tokens);
    }
    return cut(chat.encode(before).tokens, std::move(whole));
}

ExpectedAnswers expected_answers(const Tokenizer& tokenizer, std::string_view text,
                                 std::span<const std::string> answers) {
    if (text.empty()) fail(Fault::Usage, "the prompt is empty");
    const bool spaced = kSpace.find(text.back()) != std::string_view::npos;
    const std::string before = std::string(text) + (spaced ? "" : " ");
    const auto encode = [&](const std::string& part) {
        return tokenizer.encode(part, {.add_special = true, .parse_special = true});
    };
    std::vector<std::vector<Token>> whole;
    for (const std::string& answer : answers) whole.push_back(encode(before + answer));
    if (tokenizer.add_eos())
        for (std::vector<Token>& tokens : whole) tokens.pop_back();
    return cut(encode(std::string(text)), std::move(whole));
}

}  // namespace siskin
