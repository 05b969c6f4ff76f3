#include "engine/generate.h"

#include <algorithm>
#include <utility>

#include "engine/checks.h"
#include "formats/error.h"

namespace siskin {
namespace {

double seconds(std::chrono::steady_clock::duration d) { return std::chrono::duration<double>(d).count(); }

bool contains(std::span<const Token> tokens, Token token) {
    return std::find(tokens.begin(), tokens.end(), token) != tokens.end();
}

}  // namespace

std::string_view name(Finish finish) {
    switch (finish) {
        case Finish::EndToken:
            return "stop";
        case Finish::StopString:
            return "stop_string";
        case Finish::Length:
            return "length";
        case Finish::ContextFull:
            return "context";
        case Finish::Stopped:
            return "interrupted";
        case Finish::Callback:
            return "cancelled";
    }
    return "";
}

Generation::Generation(const Tokenizer& tokenizer, std::span<const Token> prompt, Sampler& sampler,
                       GenerateOptions options, TextSink on_text)
    : sampler_(sampler),
      options_(std::move(options)),
      on_text_(std::move(on_text)),
      ends_(tokenizer.end_tokens().begin(), tokenizer.end_tokens().end()),
      decoder_(tokenizer, options_.show_special),
      stops_(options_.stop),
      started_(Clock::now()) {
    ends_.insert(ends_.end(), options_.end_tokens.begin(), options_.end_tokens.end());
    if (options_.ignore_eos) excluded_ = ends_;
    if (options_.filter && options_.ignore_eos)
        fail(Fault::Usage, "an answer that is held to a grammar ends where that ends; end tokens cannot be ignored");
    if (options_.filter) options_.filter->start(ends_, options_.thoughts_end);
    // The text goes on with that of the token before it: a leading space stays, a begun character is completed.
    if (options_.continues || options_.filter) decoder_.push(prompt.back());
    out_.timings.n_prompt = prompt.size();
}

std::optional<Token> Generation::next(std::span<const float> logits, const Session& session) {
    if (!read_) read_ = Clock::now();
    const std::optional<Finish> end = write_token(logits, session);
    if (!end) return out_.tokens.back();
    out_.finish = *end;
    return std::nullopt;
}

std::optional<Finish> Generation::write_token(std::span<const float> logits, const Session& session) {
    TokenFilter* const filter = options_.filter;
    if (filter && filter->finished()) return Finish::EndToken;
    if (logits.empty()) return Finish::Stopped;
    check_logits(logits, session.tokens().size());
    if (options_.n_predict == 0) return Finish::Length;
    if (filter) logits = filter->allowed(logits);
    const Token token = sampler_.pick(logits, session.tokens(), excluded_);
    out_.tokens.push_back(token);
    if (filter) filter->accept(token);
    if (!options_.ignore_eos && contains(ends_, token)) return Finish::EndToken;
    emit(stops_.push(decoder_.push(token, contains(options_.shown_tokens, token))));
    if (!stops_.found().empty()) return Finish::StopString;
    if (!wanted_) return Finish::Callback;
    if (filter && filter->finished()) return Finish::EndToken;
    if (int64_t(out_.tokens.size()) == options_.n_predict) return Finish::Length;
    if (session.tokens().size() >= session.n_ctx()) return Finish::ContextFull;
    return std::nullopt;
}

void Generation::emit(const std::string& text) {
    if (text.empty()) return;
    out_.text += text;
    if (wanted_ && on_text_) wanted_ = on_text_(text);
}

Generated Generation::finish() {
    if (stops_.found().empty()) emit(stops_.push(decoder_.finish()));
    emit(stops_.finish());
    out_.stop = stops_.found();
    out_.timings.n_generated = out_.tokens.size();
    if (read_) {
        out_.timings.prompt_seconds = seconds(*read_ - started_);
        out_.timings.generate_seconds = seconds(Clock::now() - *read_);
    }
    return std::move(out_);
}

Generated generate(Session& session, Sampler& sampler, std::span<const Token> prompt, const GenerateOptions& options,
                   const TextSink& on_text) {
    if (prompt.empty()) fail(Fault::Usage, "the prompt is empty");
    Generation answer(session.model().tokenizer(), prompt, sampler, options, on_text);
    std::span<const float> logits = session.feed(prompt);
    while (const std::optional<Token> token = answer.next(logits, session)) logits = session.feed({&*token, 1});
    return answer.finish();
}

}  // namespace siskin
