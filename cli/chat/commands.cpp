#include "cli/chat/commands.h"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace siskin {
namespace {

constexpr ChatCommandRow kCommands[] = {
    {ChatCommand::Regenerate, "regen", CommandArgument::Words, "[SEED]",
     "write the last answer again, with another seed or this one"},
    {ChatCommand::Undo, "undo", CommandArgument::None, "", "take the last message and its answer back"},
    {ChatCommand::Edit, "edit", CommandArgument::Text, "[TEXT]", "take them back and write the message anew"},
    {ChatCommand::Read, "read", CommandArgument::File, "FILE", "add a text file to the next message"},
    {ChatCommand::Tool, "tool", CommandArgument::Text, "TEXT|@FILE",
     "give the model the result of a tool that it called"},
    {ChatCommand::System, "system", CommandArgument::Text, "[TEXT]", "tell the model how to behave; - for nothing"},
    {ChatCommand::Set, "set", CommandArgument::Words, "[NAME VALUE]",
     "change a setting: temp, top-k, seed, predict, choices ...; the names of the flags"},
    {ChatCommand::Schema, "schema", CommandArgument::FileOrText, "[FILE|JSON|off]",
     "answers are JSON that fits this schema, until it is off"},
    {ChatCommand::Show, "show", CommandArgument::None, "", "the model and the settings"},
    {ChatCommand::Context, "context", CommandArgument::None, "", "how full the context is"},
    {ChatCommand::Stats, "stats", CommandArgument::None, "", "tokens and speed of the last answer and of all"},
    {ChatCommand::Save, "save", CommandArgument::File, "FILE", "write the conversation to a text file"},
    {ChatCommand::Load, "load", CommandArgument::File, "FILE", "go on with the conversation of such a file"},
    {ChatCommand::Clear, "clear", CommandArgument::None, "", "forget the conversation"},
    {ChatCommand::Exit, "exit bye quit", CommandArgument::None, "", "leave"},
    {ChatCommand::Help, "help ?", CommandArgument::None, "", "this"},
};

constexpr std::string_view kKeyHelp[] = {
    "\"\"\"        begin and end a message of several lines; so do Ctrl-J and a \\ at the end of a line",
    "Ctrl-C     stop the answer; at the prompt forget the line; a second one leaves, as does Ctrl-D",
    "Ctrl-R     search what was typed before     Ctrl-G  write in $EDITOR     Tab  complete",
};

constexpr size_t kColumn = 22;

/// Calls `each` with every name of a row.
template <class Each>
void for_names(const ChatCommandRow& row, Each&& each) {
    std::string_view names = row.names;
    while (!names.empty()) {
        const size_t end = std::min(names.find(' '), names.size());
        each(names.substr(0, end));
        names.remove_prefix(std::min(end + 1, names.size()));
    }
}

const ChatCommandRow* find_chat_command(std::string_view name) {
    const ChatCommandRow* found = nullptr;
    for (const ChatCommandRow& row : kCommands)
        for_names(row, [&](std::string_view known) {
            if (known == name) found = &row;
        });
    return found;
}

bool is_command_name(std::string_view word) {
    return word == "?" ||
           (!word.empty() && std::all_of(word.begin(), word.end(), [](char c) { return std::isalpha(uint8_t(c)); }));
}

/// Files whose path begins like this; folders end with a slash.
std::vector<std::string> files_like(const std::string& typed) {
    const size_t slash = typed.rfind('/');
    const std::string folder = slash == std::string::npos ? "" : typed.substr(0, slash + 1);
    const std::string begin = typed.substr(folder.size());
    std::vector<std::string> found;
    std::error_code error;
    std::filesystem::directory_iterator entry(folder.empty() ? "." : with_home(folder), error);
    for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        if (!name.starts_with(begin) || (begin.empty() && name.starts_with('.'))) continue;
        std::error_code ignored;
        found.push_back(folder + name + (entry->is_directory(ignored) ? "/" : ""));
    }
    std::sort(found.begin(), found.end());
    return found;
}

}  // namespace

std::span<const ChatCommandRow> chat_commands() { return kCommands; }

std::vector<std::string> chat_help() {
    std::vector<std::string> lines;
    for (const ChatCommandRow& row : kCommands) {
        std::string line;
        for_names(row, [&](std::string_view name) { line += (line.empty() ? "/" : ", /") + std::string(name); });
        if (!row.arguments.empty()) line += " " + std::string(row.arguments);
        line += std::string(line.size() < kColumn ? kColumn - line.size() : 1, ' ');
        lines.push_back(line + std::string(row.help));
    }
    lines.insert(lines.end(), std::begin(kKeyHelp), std::end(kKeyHelp));
    return lines;
}

std::vector<std::string> chat_command_names() {
    std::vector<std::string> names;
    for (const ChatCommandRow& row : kCommands)
        for_names(row, [&](std::string_view name) { names.push_back("/" + std::string(name)); });
    return names;
}

std::optional<TypedCommand> parse_command(std::string_view message) {
    if (!message.starts_with('/')) return {};
    message = message.substr(1, message.find_last_not_of(" \t\n"));
    const size_t end = std::min(message.find_first_of(" \t\n"), message.size());
    const std::string_view name = message.substr(0, end);
    if (!is_command_name(name)) return {};
    std::string_view argument = message.substr(end);
    argument.remove_prefix(std::min(argument.find_first_not_of(" \t\n"), argument.size()));
    const ChatCommandRow* row = find_chat_command(name);
    const bool takes_text = row && (row->takes == CommandArgument::Text || row->takes == CommandArgument::FileOrText);
    if (message.find('\n') != std::string_view::npos && !takes_text) return {};
    return TypedCommand{row, std::string(name), std::string(argument)};
}

Completion complete_command(std::string_view before_cursor) {
    if (!before_cursor.starts_with('/') || before_cursor.find('\n') != std::string_view::npos) return {};
    const size_t space = before_cursor.find(' ');
    Completion completion;
    if (space == std::string_view::npos) {
        for (const std::string& name : chat_command_names())
            if (name.starts_with(before_cursor)) completion.candidates.push_back(name);
        const ChatCommandRow* row = completion.candidates.size() == 1
                                        ? find_chat_command(std::string_view(completion.candidates[0]).substr(1))
                                        : nullptr;
        if (row && row->takes != CommandArgument::None) completion.candidates[0] += ' ';
        return completion;
    }
    const ChatCommandRow* row = find_chat_command(before_cursor.substr(1, space - 1));
    if (!row || (row->takes != CommandArgument::File && row->takes != CommandArgument::FileOrText)) return {};
    completion.from = before_cursor.find_first_not_of(' ', space);
    if (completion.from == std::string_view::npos) completion.from = before_cursor.size();
    completion.candidates = files_like(std::string(before_cursor.substr(completion.from)));
    return completion;
}

std::string with_home(const std::string& path) {
    const char* home = std::getenv("HOME");
    return home && (path == "~" || path.starts_with("~/")) ? home + path.substr(1) : path;
}

}  // namespace siskin
