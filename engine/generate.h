#pragma once
// The loop that writes an answer: read the prompt, then pick, show and feed one token after another.

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/sampler.h"
#include "engine/session.h"

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
};

struct Generated {
    std::string text;           ///< complete UTF-8 unless the model wrote invalid bytes; without the stop string
    std::vector<Token> tokens;  ///< picked, the end token included
    Finish finish = Finish::EndToken;
    std::string stop;  ///< the stop string found
    Timings timings;
};

/// Feeds `prompt` to the session and writes on. `on_text` gets each piece of the answer as soon as it is certain and
/// may return false to end. Throws Error: TooLong (prompt), BadData (logits are not finite), Io (the model's file
/// changed under us).
Generated generate(Session& session, Sampler& sampler, std::span<const Token> prompt, const GenerateOptions& options,
                   const std::function<bool(std::string_view)>& on_text);

}  // namespace siskin
