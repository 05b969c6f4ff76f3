#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cctype>
#include <functional>
#include <memory>

#include "cli/commands.h"
#include "cli/report.h"
#include "cli/signals.h"
#include "cli/talk.h"
#include "cli/terminal.h"
#include "engine/chat/conversation.h"
#include "formats/error.h"

namespace siskin {
namespace {

constexpr std::string_view kHelp[] = {
    "/regen   write the last answer again",
    "/clear   forget the conversation",
    "/exit    leave (also /bye, /quit, Ctrl-D)",
    "\"\"\"      begin and end a message of several lines; a \\ at the end of a line goes on in the next",
    "Ctrl-C   stop the answer; at the prompt: leave",
};

class Talk {
  public:
    Talk(Runtime& runtime, Session& session, const ChatFormat& format, const SamplingFlags& flags, std::string system)
        : runtime_(runtime),
          session_(session),
          conversation_(session, format, std::move(system)),
          sampler_(flags.sampler()),
          options_(flags.options()) {
        detail("seed: ", sampler_.params().seed);
    }

    int loop() {
        std::string message;
        while (!code_ && read_message(message)) {
            if (const Action action = command(message)) {
                action();
            } else if (message.find_first_not_of(" \t\n") != std::string::npos) {
                answer([&](const auto& on_text) { return conversation_.answer(message, sampler_, options_, on_text); });
            }
        }
        if (!code_ && interactive_ && !leaving_) show_prompt("\n");
        return code_;
    }

  private:
    using Action = std::function<void()>;
    using OnText = std::function<bool(std::string_view)>;

    /// One message: a line, lines that end in a backslash and the next one, or what stands between two """. False when
    /// there is none left.
    bool read_message(std::string& message) {
        message.clear();
        if (leaving_) return false;
        show_prompt("> ");
        std::string line;
        bool block = false, any = false;
        while (read_line(line)) {
            any = true;
            if (!block && message.empty() && line.starts_with("\"\"\"")) block = true, line.erase(0, 3);
            const bool closed = block && line.ends_with("\"\"\"");
            const bool more = !block && line.ends_with("\\");
            if (closed) line.resize(line.size() - 3);
            if (more) line.pop_back();
            message += line;
            if (closed || (!block && !more)) return true;
            message += '\n';
            show_prompt(". ");
        }
        return any;
    }

    /// What a message that is a command does; empty for anything else.
    Action command(const std::string& message) {
        if (message.size() < 2 || message[0] != '/') return {};
        const std::string name = message.substr(1, message.find_last_not_of(" \t"));
        if (name == "exit" || name == "bye" || name == "quit") return [this] { leaving_ = true; };
        if (name == "clear") return [this] { conversation_.clear(); };
        if (name == "regen") return [this] { regenerate(); };
        if (name == "help" || name == "?")
            return [] {
                for (const std::string_view line : kHelp) say(line);
            };
        for (const char c : name)
            if (!std::isalpha(static_cast<unsigned char>(c))) return {};  // a path, or a sentence
        return [name] { note("/", name, " is not a command; /help lists them"); };
    }

    void regenerate() {
        if (!conversation_.has_answer()) return note("/regen: there is no answer yet");
        answer([&](const auto& on_text) { return conversation_.answer_again(sampler_, options_, on_text); });
    }

    void answer(const std::function<Generated(const OnText&)>& write) {
        const StopWatch watch;
        runtime_.stop_on(watch.flag());
        try {
            bool at_line_start = true;
            progress("reading");
            const Generated out = write([&](std::string_view text) {
                progress("");
                put_text(text);
                at_line_start = text.back() == '\n';
                return true;
            });
            progress("");
            if (!at_line_start || out.text.empty()) put("\n");
            report_speed(out.timings);
            if (out.finish == Finish::ContextFull)
                note("the context of ", session_.n_ctx(), " tokens is full, the answer is cut; /clear starts over");
            if (out.finish == Finish::Stopped && (!interactive_ || stop_code() != 130)) code_ = stop_code();
        } catch (const Error& error) {
            if (error.fault() != Fault::TooLong || !interactive_) throw;
            note(error.what(), ", or /clear starts over");
        }
    }

    void show_prompt(std::string_view text) const {
        if (interactive_) (void)!::write(STDERR_FILENO, text.data(), text.size());
    }

    Runtime& runtime_;
    Session& session_;
    Conversation conversation_;
    Sampler sampler_;
    GenerateOptions options_;
    const bool interactive_ = stdin_is_terminal() && stderr_is_terminal();
    bool leaving_ = false;
    int code_ = 0;
};

struct Flags {
    ModelFlags model;
    ComputeFlags compute;
    SamplingFlags sampling;
    ChatFlags chat;
};

}  // namespace

int talk(const ModelFlags& model_flags, const ComputeFlags& compute, const SamplingFlags& sampling,
         const ChatFlags& chat) {
    const auto model = model_flags.load();
    const ChatFormat& format = choose_chat_format(chat, *model);
    Runtime runtime(compute.n_threads, compute.rows());
    Session session(model, runtime, compute.session());
    report_model(*model, session);
    if (stdin_is_terminal()) say(model->name() + ", " + std::string(format.name) + " format; /help lists commands");
    return Talk(runtime, session, format, sampling, sampling.text(chat.system)).loop();
}

Command chat_command(CLI::App& app) {
    const auto flags = std::make_shared<Flags>();
    flags->model.add(app);
    flags->chat.add(app);
    flags->sampling.add(app);
    flags->compute.add(app);
    return [flags](Arguments& arguments) {
        flags->model.take_model(arguments.positional);
        refuse_more(arguments);
        flags->compute.check(arguments);
        return talk(flags->model, flags->compute, flags->sampling, flags->chat);
    };
}

}  // namespace siskin
