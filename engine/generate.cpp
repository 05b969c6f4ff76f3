#include "engine/generate.h"

#include <algorithm>
#include <chrono>

#include "engine/checks.h"
#include "engine/stop_strings.h"
#include "formats/error.h"

namespace siskin {
namespace {

using Clock = std::chrono::steady_clock;

double seconds(Clock::time_point from, Clock::time_point to) {
    return std::chrono::duration<double>(to - from).count();
}

bool contains(std::span<const Token> tokens, Token token) {
    return std::find(tokens.begin(), tokens.end(), token) != tokens.end();
}

/// The answer as it grows: tokens become text, and text is passed on once no stop string can begin in it.
class Answer {
  public:
    Answer(Generated& out, const Tokenizer& tokenizer, const GenerateOptions& options,
           const std::function<bool(std::string_view)>& on_text)
        : out_(out),
          options_(options),
          decoder_(tokenizer, options.show_special),
          stops_(options.stop),
          on_text_(on_text) {}

    /// Makes the text go on with that of the token before it: a leading space stays, a begun character is completed.
    void continue_after(Token token) { decoder_.push(token); }

    void push(Token token) { emit(stops_.push(decoder_.push(token, contains(options_.shown_tokens, token)))); }
    void finish() {
        if (!stopped()) emit(stops_.push(decoder_.finish()));
        emit(stops_.finish());
    }

    bool stopped() const { return !stops_.found().empty(); }
    const std::string& stop() const { return stops_.found(); }
    bool wanted() const { return wanted_; }

  private:
    void emit(const std::string& text) {
        if (text.empty()) return;
        out_.text += text;
        if (wanted_ && on_text_) wanted_ = on_text_(text);
    }

    Generated& out_;
    const GenerateOptions& options_;
    StreamDecoder decoder_;
    StopStrings stops_;
    const std::function<bool(std::string_view)>& on_text_;
    bool wanted_ = true;
};

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

Generated generate(Session& session, Sampler& sampler, std::span<const Token> prompt, const GenerateOptions& options,
                   const std::function<bool(std::string_view)>& on_text) {
    if (prompt.empty()) fail(Fault::Usage, "the prompt is empty");
    const Tokenizer& tokenizer = session.model().tokenizer();
    const auto is_end = [&](Token token) { return tokenizer.is_end(token) || contains(options.end_tokens, token); };
    std::vector<Token> excluded;
    if (options.ignore_eos) {
        excluded.assign(tokenizer.end_tokens().begin(), tokenizer.end_tokens().end());
        excluded.insert(excluded.end(), options.end_tokens.begin(), options.end_tokens.end());
    }
    const auto started = Clock::now();

    Generated out;
    Answer answer(out, tokenizer, options, on_text);
    std::span<const float> logits = session.feed(prompt);
    if (options.continues) answer.continue_after(prompt.back());
    const auto read = Clock::now();

    const auto write_on = [&]() -> Finish {
        for (;;) {
            if (logits.empty()) return Finish::Stopped;
            check_logits(logits, session.tokens().size());
            if (options.n_predict == 0) return Finish::Length;
            const Token token = sampler.pick(logits, session.tokens(), excluded);
            out.tokens.push_back(token);
            if (!options.ignore_eos && is_end(token)) return Finish::EndToken;
            answer.push(token);
            if (answer.stopped()) return Finish::StopString;
            if (!answer.wanted()) return Finish::Callback;
            if (int64_t(out.tokens.size()) == options.n_predict) return Finish::Length;
            if (session.tokens().size() >= session.n_ctx()) return Finish::ContextFull;
            logits = session.feed({&token, 1});
        }
    };
    out.finish = write_on();
    answer.finish();
    out.stop = answer.stop();
    out.timings = {prompt.size(), out.tokens.size(), seconds(started, read), seconds(read, Clock::now())};
    return out;
}

}  // namespace siskin
