#include "cli/chat_flags.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "cli/files.h"
#include "cli/terminal.h"
#include "engine/chat/chat_format.h"
#include "formats/error.h"

namespace siskin {
namespace {

using Json = nlohmann::ordered_json;

std::string format_names() {
    std::string names;
    for (const ChatFormat& format : all_chat_formats()) names += (names.empty() ? "" : ", ") + std::string(format.name);
    return names;
}

/// A list of definitions {"type": "function", "function": {"name": …}}.
Json read_tools(const std::string& path) {
    const Json tools = Json::parse(read_file(path), nullptr, false);
    const Json::json_pointer name("/function/name");
    const auto is_definition = [&](const Json& tool) { return tool.contains(name) && tool[name].is_string(); };
    if (!tools.is_array() || tools.empty() || !std::all_of(tools.begin(), tools.end(), is_definition))
        fail(Fault::BadData, path,
             ": expected a JSON list of tools, each {\"type\": \"function\", \"function\": {\"name\": …, "
             "\"parameters\": …}}");
    return tools;
}

/// What a template is given, as the flags say.
ChatSettings settings_of(const ChatFlags& flags, std::string_view source, std::string_view name) {
    ChatSettings settings;
    settings.name = name;
    settings.now = template_clock();
    if (!flags.think.empty()) {
        if (flags.think != "show" && flags.think != "hide" && flags.think != "off")
            fail(Fault::Usage, "--think: \"", flags.think, "\", expected show, hide or off");
        settings.variables = thinking_switches(flags.think != "off", source);
    }
    if (!flags.variables.empty()) {
        const Json variables = Json::parse(flags.variables, nullptr, false);
        if (!variables.is_object())
            fail(Fault::Usage, "--chat-template-kwargs: expected a JSON object such as '{\"enable_thinking\": false}'");
        settings.variables.update(variables);
    }
    if (!flags.tools.empty()) settings.tools = read_tools(flags.tools);
    return settings;
}

/// A switch that changes nothing deserves a word.
void check_switch(const ChatFlags& flags, std::string_view source, const Chat& chat, const Tokenizer& tokenizer) {
    if (flags.think != "off") return;
    ChatFlags without = flags;
    without.think.clear();
    const Json messages = Json::array({{{"role", "user"}, {"content", "Hello"}}});
    const Chat other(source, tokenizer, settings_of(without, source, chat.name()));
    const Text prompt = chat.render(messages);
    const bool thinks = source.find("think") != std::string_view::npos || chat.begun_section(prompt);
    if (thinks && prompt.bytes() == other.render(messages).bytes())
        note("--think off: the chat template has no switch for it; what the model thinks is hidden");
}

}  // namespace

void ChatFlags::add(CLI::App& app) {
    app.option_defaults()->group("Conversation");
    app.add_option("--chat-template,--chat-template-file,--template", chat_template,
                   "a Jinja file, or a chat format: " + format_names())
        ->type_name("NAME|FILE");
    app.add_option("--chat-template-kwargs", variables, "a JSON object of variables for the chat template")
        ->type_name("JSON");
    app.add_option("--system-prompt,--system", system, "what the model is told before the conversation")
        ->type_name("TEXT");
    app.add_option("--think", think,
                   "show what the model thinks, dim and on a terminal only, hide it, or turn thinking off where the "
                   "chat template can")
        ->type_name("show|hide|off");
    app.add_option("--tools", tools, "JSON file with the tools that the model may call, a list as OpenAI defines it")
        ->type_name("FILE");
}

std::string_view chat_template_of(const GgufFile& file, bool with_tools) {
    const Metadata& metadata = file.metadata();
    const std::string_view usual = metadata.string("tokenizer.chat_template").value_or("");
    return with_tools ? metadata.string("tokenizer.chat_template.tool_use").value_or(usual) : usual;
}

std::string template_source(const ChatFlags& flags, std::string_view in_file) {
    const std::string& named = flags.chat_template;
    if (named.empty()) return std::string(in_file);
    if (const ChatFormat* format = find_chat_format(named)) return std::string(format->source);
    std::error_code ignored;
    if (!std::filesystem::exists(named, ignored))
        fail(Fault::Usage, "--chat-template: \"", named, "\", expected a file or one of ", format_names());
    return read_file(named);
}

Chat open_chat(const ChatFlags& flags, std::string_view in_file, const Tokenizer& tokenizer) {
    const std::string source = template_source(flags, in_file);
    const std::string& named = flags.chat_template;
    const auto stand_in = [&](const ChatFormat* format, std::string_view why) {
        const ChatFormat& chosen = format ? *format : fallback_chat_format();
        note("the model ", why, "; using ", chosen.name, " (--chat-template NAME or FILE chooses another)");
        return Chat(chosen.source, tokenizer, settings_of(flags, chosen.source, chosen.name));
    };
    if (source.empty()) return stand_in(recognise_vocabulary(tokenizer), "has no chat template");
    try {
        Chat chat(source, tokenizer, settings_of(flags, source, named.empty() ? "its own template" : named));
        check_switch(flags, source, chat, tokenizer);
        return chat;
    } catch (const TemplateError& error) {
        // What the user chose is not replaced by something else.
        if (!named.empty() || !flags.variables.empty() || !flags.tools.empty()) throw;
        return stand_in(recognise_template(source),
                        "has a broken chat template, line " + std::to_string(error.line()) + ": " + error.message());
    }
}

std::chrono::sys_seconds template_clock() {
    using namespace std::chrono;
    std::tm t = {};
    if (const char* fixed = std::getenv("SISKIN_NOW")) {
        const int n = std::sscanf(fixed, "%d-%d-%dT%d:%d:%d", &t.tm_year, &t.tm_mon, &t.tm_mday, &t.tm_hour, &t.tm_min,
                                  &t.tm_sec);
        if (n != 3 && n != 6) fail(Fault::Usage, "SISKIN_NOW: \"", fixed, "\", expected 2026-11-21T00:00:00");
        t.tm_year -= 1900, t.tm_mon -= 1;
    } else {
        const std::time_t now = std::time(nullptr);
        localtime_r(&now, &t);
    }
    // As if the wall showed UTC.
    return sys_seconds(seconds(timegm(&t)));
}

}  // namespace siskin
