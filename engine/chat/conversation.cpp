#include "engine/chat/conversation.h"

#include <algorithm>

#include "engine/chat/tool_calls.h"
#include "engine/common_length.h"
#include "formats/error.h"

namespace siskin {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kEmptyPrompt = "the chat template makes an empty prompt of this conversation";

void number_calls(Json& calls, size_t n_before) {
    for (Json& call : calls) call["id"] = tool_call_id(n_before++);
}

/// The calls of an answer.
void read_calls(ChatAnswer& answer, const AnswerSplitter& splitter, std::span<const std::string> tools) {
    answer.tool_calls = splitter.tool_calls();
    const auto bare = answer.tool_calls.empty() ? read_bare_tool_calls(answer.content, tools) : std::nullopt;
    if (bare) {
        answer.tool_calls = *bare;
        answer.content.clear();
    }
    number_calls(answer.tool_calls, 0);
}

/// As templates want an answer: arguments of calls as objects.
Json message_of(const Turn& turn) {
    Json message = {{"role", "assistant"}, {"content", turn.answer}};
    if (!turn.reasoning.empty()) message["reasoning_content"] = message["thinking"] = turn.reasoning;
    for (Json call : turn.tool_calls) {
        Json& arguments = call["function"]["arguments"];
        if (Json object = Json::parse(arguments.get<std::string>(), nullptr, false); !object.is_discarded())
            arguments = std::move(object);
        message["tool_calls"].push_back(std::move(call));
    }
    return message;
}

/// What was said before the next answer, or before that of the last turn.
class Messages {
  public:
    explicit Messages(const std::string& system) {
        if (!system.empty()) messages_.push_back({{"role", "system"}, {"content", system}});
    }
    Messages(const std::string& system, std::span<const Turn> turns) : Messages(system) {
        for (const Turn& turn : turns) add_question(turn).add_answer(turn);
    }
    Messages& add_question(const Turn& turn) {
        for (const ToolResult& result : turn.results)
            messages_.push_back(
                {{"role", "tool"}, {"name", result.name}, {"tool_call_id", result.id}, {"content", result.text}});
        return turn.results.empty() ? add_user(turn.user) : *this;
    }
    Messages& add_user(std::string_view user) {
        messages_.push_back({{"role", "user"}, {"content", user}});
        return *this;
    }
    Messages& add_answer(const Turn& turn) {
        messages_.push_back(message_of(turn));
        return *this;
    }
    const Json& list() const { return messages_; }

  private:
    Json messages_ = Json::array();
};

}  // namespace

std::string tool_call_id(size_t n) {
    const std::string digits = std::to_string(n % 100'000);
    return "call" + std::string(5 - digits.size(), '0') + digits;
}

Question first_question(const Chat& chat, std::string_view system, std::string_view user) {
    const Text text = chat.render(Messages(std::string(system)).add_user(user).list());
    Question question{chat.encode(text).tokens, chat.begun_section(text)};
    if (question.tokens.empty()) fail(Fault::BadData, kEmptyPrompt);
    return question;
}

GenerateOptions Reply::with_chat(GenerateOptions options) const {
    options.shown_tokens = chat_.syntax().shown;
    if (chat_.turn_end() != kNoToken) options.end_tokens.push_back(chat_.turn_end());
    if (begun_ && begun_->part == AnswerPart::Reasoning) options.thoughts_end = begun_->close;
    return options;
}

ChatAnswer Reply::finish(Generated generated) {
    splitter_.finish();
    ChatAnswer out;
    out.generated = std::move(generated);
    out.content = splitter_.content();
    out.reasoning = splitter_.reasoning();
    read_calls(out, splitter_, chat_.syntax().tools);
    return out;
}

Conversation::Conversation(Session& session, const Chat& chat, std::string_view system)
    : session_(session), chat_(chat), system_(system) {}

Conversation::Asked Conversation::ask(Turn said) const {
    Reading reading = with_question(reading_, Messages(system_, turns_).add_question(said).list());
    return Asked(std::move(said), std::move(reading));
}

ChatAnswer Conversation::answer(Asked asked, Sampler& sampler, const GenerateOptions& options,
                                const AnswerSplitter::Sink& on_text) {
    go_on_from(std::move(asked.reading_));
    turns_.push_back(std::move(asked.said_));
    return write(sampler, options, on_text);
}

ChatAnswer Conversation::answer(std::string_view user, Sampler& sampler, const GenerateOptions& options,
                                const AnswerSplitter::Sink& on_text) {
    return answer(ask({.user = std::string(user)}), sampler, options, on_text);
}

ChatAnswer Conversation::answer_again(Sampler& sampler, const GenerateOptions& options,
                                      const AnswerSplitter::Sink& on_text) {
    Turn said = {.user = turns_.back().user, .results = turns_.back().results};
    const auto before = std::span<const Turn>(turns_).first(turns_.size() - 1);
    go_on_from(with_question(reading_, Messages(system_, before).add_question(said).list()));
    turns_.back() = std::move(said);
    return write(sampler, options, on_text);
}

void Conversation::undo() {
    std::vector<Turn> kept = turns_;
    kept.pop_back();
    restore(system_, std::move(kept));
}

void Conversation::restore(std::string system, std::vector<Turn> turns) {
    Reading reading;
    Messages messages(system);
    for (const Turn& turn : turns) {
        reading = with_question(reading, messages.add_question(turn).list());
        const EncodeOptions plain = {.add_special = false, .parse_special = false};
        add_answer(reading, turn.tokens.empty() ? chat_.tokenizer().encode(turn.answer, plain) : turn.tokens);
        messages.add_answer(turn);
    }
    go_on_from(std::move(reading));
    system_ = std::move(system);
    turns_ = std::move(turns);
}

/// How much of what was read a newly rendered text begins with.
Conversation::Kept Conversation::kept_of(const Reading& before, std::string_view rendered) {
    const std::string& prompt = before.prompt;
    for (const std::string* answer : {&before.answer_bytes, &before.answer_text})
        if (rendered.starts_with(prompt) && rendered.substr(prompt.size()).starts_with(*answer))
            return {before.tokens.size(), prompt.size() + answer->size()};
    if (rendered == prompt) return {before.n_prompt, prompt.size()};
    const auto differs = std::mismatch(rendered.begin(), rendered.end(), prompt.begin(), prompt.end()).first;
    const auto n_same = size_t(differs - rendered.begin());
    const auto last =
        std::find_if(before.seams.rbegin(), before.seams.rend(), [&](const Seam& seam) { return seam.end <= n_same; });
    return last == before.seams.rend() ? Kept{0, 0} : Kept{last->n_tokens, last->begin};
}

/// What is read up to the next answer. The tokens that the model wrote stay as it wrote them: encoded again, its text
/// might give others.
Conversation::Reading Conversation::with_question(const Reading& before, const Json& messages) const {
    const Text text = chat_.render(messages);
    const Kept kept = kept_of(before, text.bytes());
    Reading next;
    if (kept.n_tokens == 0) {
        ChatPrompt prompt = chat_.encode(text);
        next.tokens = std::move(prompt.tokens);
        next.seams = std::move(prompt.seams);
    } else {
        next.tokens.assign(before.tokens.begin(), before.tokens.begin() + ptrdiff_t(kept.n_tokens));
        next.seams = before.seams;
        std::erase_if(next.seams, [&](const Seam& seam) { return seam.n_tokens >= kept.n_tokens; });
        const bool at_start = chat_.tokenizer().is_control(next.tokens.back());
        chat_.encode_rest(text, kept.bytes, at_start, next.tokens, next.seams);
    }
    if (next.tokens.empty()) fail(Fault::BadData, kEmptyPrompt);
    next.n_prompt = next.tokens.size();
    next.prompt = text.bytes();
    next.begun = chat_.begun_section(text);
    return next;
}

void Conversation::add_answer(Reading& reading, std::span<const Token> tokens) const {
    const Tokenizer& tokenizer = chat_.tokenizer();
    reading.tokens.insert(reading.tokens.end(), tokens.begin(), tokens.end());
    for (const Token token : tokens) reading.answer_bytes += tokenizer.piece(token, true);
    reading.answer_text = tokenizer.decode(tokens, true);
}

/// The session keeps what it has read of that already.
void Conversation::go_on_from(Reading reading) {
    const std::vector<Token>& tokens = reading.tokens;
    const size_t same = common_length(tokens, session_.tokens());
    if (tokens.size() > session_.n_ctx())
        fail(Fault::TooLong, "the conversation has ", same, " tokens and this turn ", tokens.size() - same,
             ", the context has ", session_.n_ctx(), "; a larger one is set with -c");
    session_.rewind(same);
    reading_ = std::move(reading);
}

ChatAnswer Conversation::write(Sampler& sampler, const GenerateOptions& options, const AnswerSplitter::Sink& on_text) {
    session_.rewind(std::min(session_.tokens().size(), reading_.tokens.size() - 1));  // logits need one token
    const auto unread = std::span<const Token>(reading_.tokens).subspan(session_.tokens().size());
    Reply reply(chat_, reading_.begun, on_text);
    ChatAnswer out = reply.finish(generate(session_, sampler, unread, reply.with_chat(options),
                                           [&](std::string_view text) { return reply.push(text); }));

    // A token that ends the answer is left out: the template writes its own.
    std::vector<Token> tokens = out.generated.tokens;
    const bool ended = out.generated.finish == Finish::EndToken && !tokens.empty();
    if (ended && (chat_.tokenizer().is_end(tokens.back()) || tokens.back() == chat_.turn_end())) tokens.pop_back();
    add_answer(reading_, tokens);
    size_t n_calls = 0;
    for (const Turn& turn : turns_) n_calls += turn.tool_calls.size();
    number_calls(out.tool_calls, n_calls);
    Turn& turn = turns_.back();
    turn.answer = out.content;
    turn.tokens = std::move(tokens);
    turn.reasoning = out.reasoning;
    turn.tool_calls = out.tool_calls;
    return out;
}

}  // namespace siskin
