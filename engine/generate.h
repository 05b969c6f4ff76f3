#pragma once
// The loop that writes an answer: read the prompt, then pick, show and feed one token after another.

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/sampler.h"
#include "engine/session.h"
#include "engine/stop_strings.h"
#include "engine/token_filter.h"

namespace siskin {

enum class Finish {
    EndToken,  ///< the model ended its answer
    StopString,
    Length,  ///< n_predict tokens were written
    ContextFull,
    Stopped,   ///< the runtime's stop flag was set
    Callback,  ///< on_text returned false
};
std::string_view name(Finish finish);  ///< as in JSON output: "stop", "stop_string", "length", "context", "interrupted"

struct Timings {
    size_t n_prompt = 0, n_generated = 0;
    double prompt_seconds = 0;    ///< from the call to the logits of the last prompt token
    double generate_seconds = 0;  ///< from there to the end
};

struct GenerateOptions {
    int64_t n_predict = -1;           ///< most tokens to write; -1: until the context is full
    std::vector<std::string> stop;    ///< the answer ends before the first of these
    bool ignore_eos = false;          ///< end tokens are never picked
    bool show_special = false;        ///< control tokens appear in the text
    std::vector<Token> shown_tokens;  ///< control tokens that appear in any case: the caller looks for them
    std::vector<Token> end_tokens;    ///< end an answer, beside those that the vocabulary names
    bool continues = false;           ///< the text goes on with the prompt's; otherwise it is one of its own
    /// What may be written, or nullptr. The answer then ends where the filter lets nothing follow, and a space at its
    /// beginning is part of it.
    TokenFilter* filter = nullptr;
    std::string thoughts_end;  ///< the answer begins with thoughts, which end here; the filter waits for that
};

struct Generated {
    std::string text;           ///< complete UTF-8 unless the model wrote invalid bytes; without the stop string
    std::vector<Token> tokens;  ///< picked, the end token included
    Finish finish = Finish::EndToken;
    std::string stop;  ///< the stop string found
    Timings timings;
};

/// Gets each piece of an answer as soon as it is certain and may return false to end it.
using TextSink = std::function<bool(std::string_view)>;

/// One answer while it is written, for callers that run the passes themselves: generate() is this with one session.
class Generation {
  public:
    /// `prompt` is not empty. The tokenizer, the sampler and the filter of the options outlive the answer. Throws
    /// Error(Usage) for a filter, which decides about the end, and ignore_eos.
    Generation(const Tokenizer& tokenizer, std::span<const Token> prompt, Sampler& sampler, GenerateOptions options,
               TextSink on_text);
    Generation(const Generation&) = delete;
    Generation& operator=(const Generation&) = delete;

    /// Goes on behind all that the session has read: `logits` are those after its last token, or empty where the pass
    /// was stopped. The token to feed next, or nothing where the answer has ended. Throws Error: BadData (logits are
    /// not finite), Io (the model's file changed under us), Failed (no token passes the filter).
    std::optional<Token> next(std::span<const float> logits, const Session& session);

    /// The answer, once it has ended.
    Generated finish();

  private:
    using Clock = std::chrono::steady_clock;
    std::optional<Finish> write_token(std::span<const float> logits, const Session& session);
    void emit(const std::string& text);

    Sampler& sampler_;
    const GenerateOptions options_;
    const TextSink on_text_;
    std::vector<Token> ends_, excluded_;
    StreamDecoder decoder_;
    StopStrings stops_;
    bool wanted_ = true;
    Generated out_;
    Clock::time_point started_;
    std::optional<Clock::time_point> read_;
};

/// Feeds `prompt` to the session and writes on. `on_text` gets each piece of the answer as soon as it is certain and
/// may return false to end. Throws Error: TooLong (prompt), BadData (logits are not finite), Io (the model's file
/// changed under us), Failed (no token passes the filter), Usage (a filter, which decides about the end, and
/// ignore_eos).
Generated generate(Session& session, Sampler& sampler, std::span<const Token> prompt, const GenerateOptions& options,
                   const TextSink& on_text);

}  // namespace siskin
