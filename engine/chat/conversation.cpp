#include "engine/chat/conversation.h"

#include <algorithm>

#include "engine/chat/tool_calls.h"
#include "formats/error.h"

namespace siskin {
namespace {

using Json = nlohmann::ordered_json;

/// The calls of an answer. What could not be read as a call is content.
void read_calls(ChatAnswer& answer, const AnswerSplitter& splitter, const Json& tools) {
    for (const std::string& text : splitter.tool_calls()) {
        if (const auto calls = read_tool_calls(text)) {
            answer.tool_calls.insert(answer.tool_calls.end(), calls->begin(), calls->end());
        } else {
            answer.content += text;
        }
    }
    if (const auto calls = splitter.tool_calls().empty() ? read_bare_tool_calls(answer.content, tools) : std::nullopt) {
        answer.tool_calls = *calls;
        answer.content.clear();
    }
    for (size_t i = 0; i < answer.tool_calls.size(); ++i) answer.tool_calls[i]["id"] = "call_" + std::to_string(i);
}

/// As templates want an answer: arguments of calls as objects.
Json message_of(const ChatAnswer& answer) {
    Json message = {{"role", "assistant"}, {"content", answer.content}};
    if (!answer.reasoning.empty()) message["reasoning_content"] = message["thinking"] = answer.reasoning;
    for (Json call : answer.tool_calls) {
        Json& arguments = call["function"]["arguments"];
        if (Json object = Json::parse(arguments.get<std::string>(), nullptr, false); !object.is_discarded())
            arguments = std::move(object);
        message["tool_calls"].push_back(std::move(call));
    }
    return message;
}

}  // namespace

Conversation::Conversation(Session& session, const Chat& chat, std::string_view system)
    : session_(session), chat_(chat), system_(system) {
    clear();
}

void Conversation::clear() {
    messages_ = Json::array();
    if (!system_.empty()) messages_.push_back({{"role", "system"}, {"content", system_}});
    talk_.clear();
    seams_.clear();
    n_prompt_ = 0;
    for (std::string* text : {&prompt_, &answer_bytes_, &answer_text_}) text->clear();
    session_.rewind(0);
}

ChatAnswer Conversation::answer(std::string_view user, Sampler& sampler, const GenerateOptions& options,
                                const AnswerSplitter::Sink& on_text) {
    messages_.push_back({{"role", "user"}, {"content", user}});
    try {
        prepare();
    } catch (...) {
        messages_.erase(messages_.size() - 1);
        throw;
    }
    return write(sampler, options, on_text);
}

ChatAnswer Conversation::answer_again(Sampler& sampler, const GenerateOptions& options,
                                      const AnswerSplitter::Sink& on_text) {
    messages_.erase(messages_.size() - 1);
    prepare();
    return write(sampler, options, on_text);
}

/// How much of the talk a newly rendered text begins with.
Conversation::Kept Conversation::kept_of(std::string_view rendered) const {
    for (const std::string* answer : {&answer_bytes_, &answer_text_})
        if (rendered.starts_with(prompt_) && rendered.substr(prompt_.size()).starts_with(*answer))
            return {talk_.size(), prompt_.size() + answer->size()};
    if (rendered == prompt_) return {n_prompt_, prompt_.size()};
    const auto [differs, ignored] = std::mismatch(rendered.begin(), rendered.end(), prompt_.begin(), prompt_.end());
    const auto n_same = size_t(differs - rendered.begin());
    const auto last =
        std::find_if(seams_.rbegin(), seams_.rend(), [&](const Seam& seam) { return seam.end <= n_same; });
    return last == seams_.rend() ? Kept{0, 0} : Kept{last->n_tokens, last->begin};
}

/// Brings talk, prompt and session to where the next answer starts.
void Conversation::prepare() {
    const Text text = chat_.render(messages_);
    const Kept kept = kept_of(text.bytes());
    std::vector<Token> talk(talk_.begin(), talk_.begin() + ptrdiff_t(kept.n_tokens));
    std::vector<Seam> seams = seams_;
    std::erase_if(seams, [&](const Seam& seam) { return seam.n_tokens >= kept.n_tokens; });
    if (kept.n_tokens == 0) {
        ChatPrompt prompt = chat_.encode(text);
        talk = std::move(prompt.tokens);
        seams = std::move(prompt.seams);
    } else {
        const bool at_start = chat_.tokenizer().is_control(talk.back());
        chat_.encode_rest(text, kept.bytes, at_start, talk, seams);
    }
    if (talk.empty()) fail(Fault::Usage, "the chat template makes an empty prompt of this conversation");
    if (talk.size() > session_.n_ctx())
        fail(Fault::TooLong, "the conversation has ", kept.n_tokens, " tokens and this turn ",
             talk.size() - kept.n_tokens, ", the context has ", session_.n_ctx(), "; a larger one is set with -c");
    // At least one token has to be read for its logits.
    session_.rewind(std::min({session_.tokens().size(), kept.n_tokens, talk.size() - 1}));
    talk_ = std::move(talk);
    seams_ = std::move(seams);
    prompt_ = text.bytes();
    begun_ = chat_.begun_section(text);
    n_prompt_ = talk_.size();
    answer_bytes_.clear();
    answer_text_.clear();
}

ChatAnswer Conversation::write(Sampler& sampler, GenerateOptions options, const AnswerSplitter::Sink& on_text) {
    const AnswerSyntax& syntax = chat_.syntax();
    options.shown_tokens = syntax.shown;
    if (chat_.turn_end() != kNoToken) options.end_tokens.push_back(chat_.turn_end());
    AnswerSplitter splitter(syntax, begun_, on_text);
    const auto unread = std::span<const Token>(talk_).subspan(session_.tokens().size());

    ChatAnswer out;
    out.generated =
        generate(session_, sampler, unread, options, [&](std::string_view text) { return splitter.push(text); });
    splitter.finish();
    out.content = splitter.content();
    out.reasoning = splitter.reasoning();
    if (chat_.tools().is_array()) read_calls(out, splitter, chat_.tools());
    remember(out);
    return out;
}

void Conversation::remember(const ChatAnswer& answer) {
    messages_.push_back(message_of(answer));
    // The token that ends the answer is left out: the template writes its own.
    const auto& tokens = answer.generated.tokens;
    const std::span written(tokens.begin(), tokens.end() - (answer.generated.finish == Finish::EndToken));
    const Tokenizer& tokenizer = chat_.tokenizer();
    talk_.insert(talk_.end(), written.begin(), written.end());
    for (const Token token : written) answer_bytes_ += tokenizer.piece(token, true);
    answer_text_ = tokenizer.decode(written, true);
}

}  // namespace siskin
