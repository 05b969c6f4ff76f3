#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include "cli/chat/stored_session.h"
#include "cli/chat/talk.h"
#include "cli/commands.h"
#include "cli/memory_check.h"
#include "cli/report.h"
#include "cli/talk.h"
#include "cli/terminal.h"

namespace siskin {
namespace {

struct Flags {
    ModelFlags model;
    ComputeFlags compute;
    SamplingFlags sampling;
    ChatFlags chat;
    ConstraintFlags form;
    std::string session;
};

}  // namespace

int talk(const ModelFlags& model_flags, const ComputeFlags& compute, const SamplingFlags& sampling,
         const ChatFlags& chat, const ConstraintFlags& form, const StoredSession* stored) {
    std::optional<Constraint> constraint = form.constraint();
    const auto model = model_flags.load();
    const Chat chat_template =
        open_chat(chat, chat_template_of(model->file(), !chat.tools.empty()), model->tokenizer());
    Runtime runtime(compute.n_threads, compute.rows());
    Session session(model, runtime, options_that_fit(compute, model, runtime));
    report_model(*model, session);
    if (stdin_is_terminal()) say(model->name() + ", " + chat_template.name() + "; /help lists commands");
    Conversation conversation(session, chat_template, sampling.text(chat.system));
    const std::filesystem::path file = model_flags.model;
    const TalkSetup setup = {file.empty() ? "" : std::filesystem::absolute(file).string(), chat_template.name(),
                             form.lenient};
    return Talk(runtime, session, conversation, sampling, chat, setup, std::move(constraint), stored).loop();
}

Command chat_command(CLI::App& app) {
    const auto flags = std::make_shared<Flags>();
    flags->model.add(app);
    flags->chat.add(app);
    app.add_option("-S,--session", flags->session,
                   "a conversation that is kept under this name and goes on the next time")
        ->type_name("NAME");
    flags->form.add(app);
    flags->sampling.add(app);
    flags->compute.add(app);
    return [flags](Arguments& arguments) {
        std::unique_ptr<StoredSession> stored;
        if (!flags->session.empty()) stored = std::make_unique<StoredSession>(flags->session);
        if (stored && flags->model.model.empty() && arguments.positional.empty())
            flags->model.model = stored->last_model();
        flags->model.take_model(arguments.positional);
        refuse_more(arguments);
        flags->compute.check(arguments);
        flags->sampling.check();
        return talk(flags->model, flags->compute, flags->sampling, flags->chat, flags->form, stored.get());
    };
}

}  // namespace siskin
