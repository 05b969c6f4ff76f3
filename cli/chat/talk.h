#pragma once
// A talk: messages and commands in, answers out, until somebody leaves.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/chat/chat_input.h"
#include "cli/chat/commands.h"
#include "cli/chat/stored_session.h"
#include "cli/chat_flags.h"
#include "cli/constraint_flags.h"
#include "cli/options.h"
#include "cli/sampling_flags.h"
#include "engine/chat/conversation.h"

namespace siskin {

/// What /show says and sessions remember about how the talk was started.
struct TalkSetup {
    std::string model_file;  ///< empty: the built-in model
    std::string chat_name;   ///< of the template
    bool lenient = false;    ///< about schemas
};

class Talk {
  public:
    /// All but `flags` and `setup` must outlive the talk; `stored` may be null. Goes on where the stored session ended.
    Talk(Runtime& runtime, Session& session, Conversation& conversation, const SamplingFlags& flags,
         const ChatFlags& chat_flags, const TalkSetup& setup, std::optional<Constraint> form,
         const StoredSession* stored);

    /// Returns the exit code.
    int loop();

  private:
    struct Settings;
    using OnText = AnswerSplitter::Sink;
    using Write = std::function<ChatAnswer(Sampler&, const GenerateOptions&, const OnText&)>;

    // talk.cpp
    std::string prompt() const;
    enum class Sent { Answered, Stopped, Refused };
    void send(const std::string& message);
    Sent converse(const std::function<Turn()>& said);
    Conversation::Asked ask(const std::function<Turn()>& said);
    std::string typed_text(const Turn& turn) const;
    std::string with_form(const std::string& message) const;
    std::string without_form(std::string user) const;
    Generated answer(size_t turn, const Write& write);
    bool stopped_in_vain(const Generated& out) const;
    size_t n_turns() const;
    void forget_files();
    void after_answer(const Generated& out);
    void check_form(const Generated& out) const;
    void resume();
    size_t keep_newest(std::string system, std::vector<Turn> turns, size_t at_least, size_t at_most,
                       const std::function<bool()>& fits);
    void restore(std::string system, std::vector<Turn> turns);
    Transcript transcript() const;
    void save_text();
    void save_snapshot();
    uint64_t answer_seed(size_t turn) const;

    // talk_commands.cpp
    static std::shared_ptr<const Settings> first_settings(const SamplingFlags& flags);
    GenerateOptions options() const;
    void show_settings() const;
    void set_form(std::string_view name, const std::string& value);
    void take_form(std::optional<Constraint> form);
    void refuse_endless(const SamplingFlags& flags, bool formed) const;
    void run(const TypedCommand& typed);
    void regenerate(const std::string& seed);
    bool undo();
    void edit(const std::string& text);
    void read(const std::string& path);
    void give_result(const std::string& text);
    size_t n_open_calls() const;
    void show_open_calls() const;
    void set(const std::string& argument);
    void set_system(const std::string& text);
    void show() const;
    void save(const std::string& path) const;
    void load(const std::string& path);
    void show_context() const;
    void show_stats() const;
    void clear();

    Runtime& runtime_;
    Session& session_;
    Conversation& conversation_;
    const ChatFlags& chat_flags_;
    std::shared_ptr<const Settings> settings_;
    SamplerParams params_;            // that settings_ give for this model
    std::optional<Constraint> form_;  // of every answer
    TokenFilter* filter_ = nullptr;   // of the form
    bool form_is_new_ = false;        // no message has shown it since it was set
    const TalkSetup setup_;
    const StoredSession* stored_;
    std::string fingerprint_;  // of the model, where the session is stored
    ChatInput input_;

    std::vector<Turn> dropped_;  // turns that the model no longer sees
    std::string attached_;       // text of files that goes with the next message
    size_t n_attached_ = 0;
    std::vector<ToolResult> results_;  // of the last answer's calls, until all are there
    std::string initial_;              // what the next prompt begins with
    uint64_t n_attempts_ = 0;          // how often the last answer was written before
    bool leaving_ = false, warned_ = false;
    double unsaved_seconds_ = 0;  // of reading and writing that no snapshot holds
    std::optional<Timings> last_;
    Timings total_;
    int code_ = 0;
};

}  // namespace siskin
