#pragma once
// A talk with a model: turns in, answers out. The session keeps everything read so far, so a turn costs its own tokens;
// where the template writes earlier turns otherwise than they were read, for instance without their reasoning, it costs
// what comes after the first difference.

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/chat/chat.h"
#include "engine/generate.h"

namespace siskin {

/// An answer taken apart.
struct ChatAnswer {
    Generated generated;  ///< its text has all the signs
    std::string content, reasoning;
    nlohmann::ordered_json tool_calls = nlohmann::ordered_json::array();  ///< as read_tool_calls gives them, with ids
};

/// A conversation up to an answer, as the model reads it.
struct Question {
    std::vector<Token> tokens;
    const AnswerSection* begun = nullptr;  ///< in which the answer starts
};

/// A conversation that begins with what the user says; `system` may be empty. Throws TemplateError, and Error(BadData)
/// where the template writes nothing.
Question first_question(const Chat& chat, std::string_view system, std::string_view user);

/// Takes the answer to a question apart while it is written.
class Reply {
  public:
    /// `on_text` gets its pieces; the chat outlives this.
    Reply(const Chat& chat, const AnswerSection* begun, const AnswerSplitter::Sink& on_text)
        : chat_(chat), begun_(begun), splitter_(chat.syntax(), begun, on_text) {}

    /// Options, and what the chat adds to them.
    GenerateOptions with_chat(GenerateOptions options) const;
    /// For generate().
    bool push(std::string_view text) { return splitter_.push(text); }
    /// The answer, once it has ended.
    ChatAnswer finish(Generated generated);

  private:
    const Chat& chat_;
    const AnswerSection* begun_;
    AnswerSplitter splitter_;
};

/// What a tool gave that the model had called.
struct ToolResult {
    std::string name, id, text;
};

/// What was said once, and what was answered.
struct Turn {
    std::string user, answer;
    std::vector<Token> tokens;  ///< of the answer as the model wrote it; empty: those of its text
    std::string reasoning;
    nlohmann::ordered_json tool_calls = nlohmann::ordered_json::array();
    std::vector<ToolResult> results;  ///< for the calls of the turn before; the user has said nothing then
};

/// The id of a call, counted from the beginning of a conversation: nine letters and digits, as some templates want it.
std::string tool_call_id(size_t n);

class Conversation {
    struct Reading;

  public:
    /// A turn without its answer, as the model reads it behind what was said before.
    class Asked;

    /// The session belongs to the conversation from now on, the chat outlives it. What the session has read already is
    /// not read again as far as the first turn begins with it. `system` may be empty.
    Conversation(Session& session, const Chat& chat, std::string_view system);

    /// What would be read once this was said: the user's words or the results of the turn. Throws TemplateError.
    Asked ask(Turn said) const;

    /// Adds a turn and writes its answer; `on_text` gets the pieces. The conversation is as it was when `asked` was
    /// made. An answer that was stopped stays as far as it came. Throws Error(TooLong) where the turn does not fit the
    /// context, the conversation is then as before; and what generate throws.
    ChatAnswer answer(Asked asked, Sampler& sampler, const GenerateOptions& options,
                      const AnswerSplitter::Sink& on_text);
    ChatAnswer answer(std::string_view user, Sampler& sampler, const GenerateOptions& options,
                      const AnswerSplitter::Sink& on_text);

    /// Forgets the last answer and writes another one. There must have been one.
    ChatAnswer answer_again(Sampler& sampler, const GenerateOptions& options, const AnswerSplitter::Sink& on_text);
    bool has_answer() const { return !turns_.empty(); }

    void clear() { restore(system_, {}); }
    /// Forgets the last turn. There must have been one.
    void undo();
    /// Goes on as if this had been said. Only what the session does not hold already is read again, with the next
    /// answer. Throws as answer does.
    void restore(std::string system, std::vector<Turn> turns);

    const std::string& system() const { return system_; }
    const std::vector<Turn>& turns() const { return turns_; }
    size_t n_tokens() const { return reading_.tokens.size(); }

  private:
    /// The conversation as the model reads it.
    struct Reading {
        std::vector<Token> tokens;              // the session's are the beginning of them
        size_t n_prompt = 0;                    // of these, all before the last answer
        std::string prompt;                     // the rendered text of that
        std::vector<Seam> seams;                // of the prompt
        const AnswerSection* begun = nullptr;   // in which the answer starts
        std::string answer_bytes, answer_text;  // what the answer's tokens say; without the space that SPM begins with
    };
    struct Kept {
        size_t n_tokens, bytes;
    };
    static Kept kept_of(const Reading& before, std::string_view rendered);
    Reading with_question(const Reading& before, const nlohmann::ordered_json& messages) const;
    void add_answer(Reading& reading, std::span<const Token> tokens) const;
    void go_on_from(Reading reading);
    ChatAnswer write(Sampler& sampler, const GenerateOptions& options, const AnswerSplitter::Sink& on_text);

    Session& session_;
    const Chat& chat_;
    std::string system_;
    std::vector<Turn> turns_;
    Reading reading_;
};

class Conversation::Asked {
  public:
    const std::vector<Token>& tokens() const { return reading_.tokens; }

  private:
    friend class Conversation;
    Asked(Turn said, Reading reading) : said_(std::move(said)), reading_(std::move(reading)) {}

    Turn said_;
    Reading reading_;
};

}  // namespace siskin
