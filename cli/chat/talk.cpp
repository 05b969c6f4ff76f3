#include "cli/chat/talk.h"

#include <algorithm>
#include <span>
#include <utility>

#include "cli/answer_view.h"
#include "cli/model_facts.h"
#include "cli/report.h"
#include "cli/terminal.h"
#include "engine/tokenizer/utf8.h"
#include "formats/error.h"

namespace siskin {
namespace {

/// What the meter says before it is shown, and before it warns.
constexpr size_t kMeterPercent = 50, kWarningPercent = 80;
/// An answer should find at least this room, or a quarter of the context.
constexpr size_t kAnswerRoom = 256;
/// A snapshot is written during the talk once so much work would be lost with the process.
constexpr double kSnapshotSeconds = 20;

/// Well mixed bits of a number (splitmix64), so that seeds that differ a little share nothing.
uint64_t mixed(uint64_t x) {
    x += 0x9e3779b97f4a7c15;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
}

size_t percent(size_t part, size_t whole) { return whole ? 100 * part / whole : 0; }

/// The beginning of a text, on one line.
std::string first_line(const std::string& text) {
    constexpr size_t kMost = 72;
    std::string line = text.substr(0, std::min(text.find('\n'), kMost));
    line.resize(utf8_complete_prefix(line));
    return line.size() == text.size() ? line : line + " ...";
}

}  // namespace

Talk::Talk(Runtime& runtime, Session& session, Conversation& conversation, const SamplingFlags& flags,
           const ChatFlags& chat_flags, const TalkSetup& setup, std::optional<Constraint> form,
           const StoredSession* stored)
    : runtime_(runtime),
      session_(session),
      conversation_(conversation),
      chat_flags_(chat_flags),
      settings_(first_settings(flags)),
      params_(flags.sampler(session.model()).params()),
      setup_(setup),
      stored_(stored) {
    detail("seed: ", params_.seed);
    refuse_endless(flags, form.has_value());
    take_form(std::move(form));
    form_is_new_ = false;  // a stored talk may have shown it
    if (stored_) resume();
}

int Talk::loop() {
    std::string message;
    while (!leaving_ && !code_) {
        switch (input_.read(prompt(), std::exchange(initial_, {}), message)) {
            case ChatInput::Got::End:
                leaving_ = true;
                break;
            case ChatInput::Got::Stopped:
                code_ = stop_code() ? stop_code() : 130;
                break;
            case ChatInput::Got::Message:
                if (const auto typed = parse_command(message))
                    run(*typed);
                else if (message.find_first_not_of(" \t\n") != std::string::npos)
                    send(message);
        }
    }
    if (unsaved_seconds_ > 0) save_snapshot();
    return code_;
}

/// "> "; what is full of the context once that is worth a look; files that wait.
std::string Talk::prompt() const {
    std::string text;
    if (n_attached_) text += "+" + std::to_string(n_attached_) + (n_attached_ == 1 ? " file " : " files ");
    const size_t used = percent(conversation_.n_tokens(), session_.n_ctx());
    if (used >= kMeterPercent) text += std::to_string(used) + "% ";
    return text + "> ";
}

/// Each answer has a seed of its own, so that it does not matter what was drawn for others before it, in this process
/// or another. The first answer has the seed of the talk itself, as that of `siskin run`.
uint64_t Talk::answer_seed(size_t turn) const {
    return turn == 0 && n_attempts_ == 0 ? params_.seed : mixed(params_.seed + mixed(turn + mixed(n_attempts_)));
}

void Talk::send(const std::string& message) {
    results_.clear();
    const Sent sent = converse([&] { return Turn{.user = with_form(attached_ + message)}; });
    if (sent != Sent::Answered) initial_ = message;
    if (sent == Sent::Answered) form_is_new_ = false;
    if (sent == Sent::Refused && n_attached_) note("the files are not added");
    if (sent != Sent::Stopped) forget_files();
}

/// Says something to the model and shows the answer. Where there is none, what was said is taken back.
Talk::Sent Talk::converse(const std::function<Turn()>& said) {
    n_attempts_ = 0;
    size_t n_before = conversation_.turns().size();
    try {
        Conversation::Asked asked = ask(said);
        n_before = conversation_.turns().size();
        const Generated out =
            answer(n_turns(), [&](Sampler& sampler, const GenerateOptions& options, const OnText& on_text) {
                return conversation_.answer(std::move(asked), sampler, options, on_text);
            });
        if (stopped_in_vain(out)) {
            conversation_.undo();
            note("stopped before there was an answer; the message was taken back");
            return Sent::Stopped;
        }
        after_answer(out);
        return Sent::Answered;
    } catch (const Error& error) {
        const bool goes_on = error.fault() == Fault::TooLong || error.fault() == Fault::Failed ||
                             dynamic_cast<const TemplateError*>(&error);
        if (!goes_on || !input_.interactive()) throw;
        input_.end_answer(false);
        if (conversation_.turns().size() > n_before) conversation_.undo();
        note(error.what());
        return Sent::Refused;
    }
}

void Talk::forget_files() {
    attached_.clear();
    n_attached_ = 0;
}

/// A Ctrl-C came before the first token, and the talk goes on.
bool Talk::stopped_in_vain(const Generated& out) const {
    return out.finish == Finish::Stopped && out.tokens.empty() && !code_;
}

size_t Talk::n_turns() const { return dropped_.size() + conversation_.turns().size(); }

/// What the model is to read. Where that and a decent answer do not fit any more, the model forgets the oldest turns,
/// until half of the context is free. Programs that talk through a pipe get an error instead.
Conversation::Asked Talk::ask(const std::function<Turn()>& said) {
    const auto turn = said();
    Conversation::Asked asked = conversation_.ask(turn);
    const size_t room = std::min<size_t>(kAnswerRoom, session_.n_ctx() / 4);
    const size_t needed = asked.tokens().size(), alone = needed - std::min(needed, conversation_.n_tokens());
    if (!input_.interactive() || needed + room <= session_.n_ctx() || alone > session_.n_ctx()) return asked;
    // Results belong to the calls before them, and those to what the user said.
    std::span<const Turn> needless = conversation_.turns();
    for (bool is_result = !turn.results.empty(); is_result && !needless.empty();) {
        is_result = !needless.back().results.empty();
        needless = needless.first(needless.size() - 1);
    }
    if (needless.empty()) return asked;
    const size_t n = keep_newest(conversation_.system(), conversation_.turns(), 1, needless.size(),
                                 [&] { return conversation_.ask(said()).tokens().size() <= session_.n_ctx() / 2; });
    const size_t left = conversation_.turns().size();
    note("the context of ", session_.n_ctx(), " tokens is full; the model no longer sees the oldest ",
         n == 1 ? "turn" : std::to_string(n) + " turns", left ? ", only the last " + std::to_string(left) : "",
         "; -c sets a larger context");
    return conversation_.ask(said());
}

/// What somebody typed for that.
std::string Talk::typed_text(const Turn& turn) const {
    return turn.results.empty() ? without_form(turn.user) : "/tool " + turn.results.back().text;
}

/// The message with what shows the model the form of its answers, unless a turn that it sees has shown that already.
std::string Talk::with_form(const std::string& message) const {
    if (!form_) return message;
    const std::string shown = form_->shown_with(message);
    const std::string_view sentence = std::string_view(shown).substr(message.size());
    const std::vector<Turn>& turns = conversation_.turns();
    const bool known = !form_is_new_ && std::any_of(turns.begin(), turns.end(),
                                                    [&](const Turn& turn) { return turn.user.ends_with(sentence); });
    return known ? message : shown;
}

/// What somebody said, without that.
std::string Talk::without_form(std::string user) const {
    const std::string sentence = form_ ? form_->shown_with(" ").substr(1) : "";
    if (user.ends_with(sentence)) user.resize(user.size() - sentence.size());
    return user;
}

/// Writes the answer of a turn, counted from the beginning of the talk.
Generated Talk::answer(size_t turn, const Write& write) {
    SamplerParams params = params_;
    params.seed = answer_seed(turn);
    const Tokenizer& tokenizer = session_.model().tokenizer();
    Sampler sampler(params, [&tokenizer](Token token) { return tokenizer.piece(token, true); });
    AnswerView view(chat_flags_);
    runtime_.stop_on(input_.begin_answer());
    progress("reading");
    const ChatAnswer answer = write(sampler, options(), view.sink());
    view.finish(answer);
    const Generated& out = answer.generated;
    const bool interrupted = input_.end_answer(out.finish == Finish::Stopped);
    if (out.finish == Finish::Stopped && !interrupted) code_ = stop_code();
    report_speed(out.timings);
    return out;
}

void Talk::after_answer(const Generated& out) {
    const Timings& t = out.timings;
    last_ = t;
    total_.n_prompt += t.n_prompt;
    total_.n_generated += t.n_generated;
    total_.prompt_seconds += t.prompt_seconds;
    total_.generate_seconds += t.generate_seconds;
    const size_t used = percent(conversation_.n_tokens(), session_.n_ctx());
    if (out.finish == Finish::ContextFull) {
        note("the context of ", session_.n_ctx(), " tokens is full, the answer is cut",
             input_.interactive() ? "; with the next message the oldest turns are dropped" : "",
             "; /clear starts over, -c sets a larger one");
    } else if (used >= kWarningPercent && !warned_ && input_.interactive()) {
        note(used, " % of the context of ", session_.n_ctx(),
             " tokens is used; when it is full the oldest turns are dropped; /clear starts over, -c sets a larger one");
    }
    warned_ = used >= kWarningPercent;
    unsaved_seconds_ += t.prompt_seconds + t.generate_seconds;
    save_text();
    if (unsaved_seconds_ > kSnapshotSeconds && !code_) save_snapshot();
    show_open_calls();
    check_form(out);
}

/// Somebody who sits there is told of an answer without the form that it should have; for a program the talk ends.
void Talk::check_form(const Generated& out) const {
    if (!form_ || out.finish == Finish::Stopped) return;
    try {
        form_->check(out);
    } catch (const Error& error) {
        if (!input_.interactive()) throw;
        note(error.what());
    }
}

// ---- Stored sessions ----

void Talk::resume() {
    fingerprint_ = fingerprint(session_.model().file());
    StoredSession::Stored stored = stored_->load(fingerprint_);
    std::vector<Turn>& turns = stored.transcript.turns;
    if (turns.empty()) return detail("session ", stored_->name(), ": new");
    const bool at_once = stored_->load_snapshot(session_, fingerprint_);
    const auto first = turns.begin() + ptrdiff_t(stored.n_dropped);
    dropped_.assign(turns.begin(), first);
    if (conversation_.system().empty()) {
        restore(stored.transcript.system, {first, turns.end()});
    } else {
        if (conversation_.system() != stored.transcript.system)
            note("the session began with another system prompt; the one given now counts, and all is read again");
        restore(conversation_.system(), {first, turns.end()});
    }
    const size_t unread = conversation_.n_tokens() - std::min(conversation_.n_tokens(), session_.tokens().size());
    if (!input_.interactive()) return;
    say("session " + stored_->name() + ", turn " + std::to_string(turns.size() + 1) +
        (at_once && unread <= 1 ? "" : "; " + std::to_string(unread) + " tokens are read with the next message"));
    say("> " + first_line(typed_text(turns.back())));
    say(first_line(turns.back().answer));
    show_open_calls();
}

/// Goes on with these turns but for the oldest: at least so many are dropped, and more until the rest fits the context
/// and `fits`, or `at_most` are. Results of tools go with their calls. Returns how many. Each try reads all of the
/// rest, so their number is found by halves.
size_t Talk::keep_newest(std::string system, std::vector<Turn> turns, size_t at_least, size_t at_most,
                         const std::function<bool()>& fits) {
    constexpr size_t kNone = size_t(-1);
    const std::string system_before = conversation_.system();
    const std::vector<Turn> turns_before = conversation_.turns();
    size_t standing = kNone;  // what the conversation has dropped by now
    const auto drop = [&](size_t n) {
        conversation_.restore(system, {turns.begin() + ptrdiff_t(n), turns.end()});
        standing = n;
    };
    const auto with_results = [&](size_t n) {
        while (n > 0 && n < turns.size() && !turns[n].results.empty()) ++n;
        return n;
    };
    const auto enough = [&](size_t n) {
        try {
            drop(with_results(n));
        } catch (const Error& error) {
            if (error.fault() != Fault::TooLong) throw;
            return false;
        }
        return fits();
    };
    size_t n = at_least, most = at_most;
    try {
        for (size_t next = n; n < most; next = n + (most - n) / 2) {
            if (enough(next))
                most = next;
            else
                n = next + 1;
        }
        n = with_results(n);
        if (standing != n) drop(n);
    } catch (...) {
        if (standing != kNone) conversation_.restore(system_before, turns_before);
        throw;
    }
    dropped_.insert(dropped_.end(), turns.begin(), turns.begin() + ptrdiff_t(n));
    warned_ = false;
    return n;
}

/// Goes on with these turns, but for the oldest where they do not fit.
void Talk::restore(std::string system, std::vector<Turn> turns) {
    const size_t all = turns.size();
    results_.clear();
    const size_t n = keep_newest(std::move(system), std::move(turns), 0, all, [] { return true; });
    if (n)
        note("the context of ", session_.n_ctx(), " tokens holds the last ", all - n, " of ", all,
             " turns; the model does not see those before; -c sets a larger one");
}

/// All that was said, with what the model no longer sees.
Transcript Talk::transcript() const {
    Transcript all{conversation_.system(), dropped_};
    all.turns.insert(all.turns.end(), conversation_.turns().begin(), conversation_.turns().end());
    return all;
}

void Talk::save_text() {
    if (!stored_) return;
    try {
        stored_->save({transcript(), dropped_.size()}, fingerprint_, setup_.model_file);
    } catch (const Error& error) {
        note("the conversation is not saved: ", error.what());
    }
}

void Talk::save_snapshot() {
    unsaved_seconds_ = 0;
    if (!stored_) return;
    try {
        stored_->save_snapshot(session_, fingerprint_);
    } catch (const Error& error) {
        note("what the model has read is not saved, the next time it reads the text again: ", error.what());
    }
}

}  // namespace siskin
