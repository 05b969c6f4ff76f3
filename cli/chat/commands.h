#pragma once
// What can be typed in a talk besides messages: one table of commands, and their completion.

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "cli/line_editor/line_editor.h"

namespace siskin {

enum class ChatCommand {
    Exit,
    Clear,
    Regenerate,
    Undo,
    Edit,
    Read,
    Tool,
    Set,
    Schema,
    System,
    Show,
    Save,
    Load,
    Context,
    Stats,
    Help,
};

/// Text may have several lines.
enum class CommandArgument { None, Words, File, Text, FileOrText };

struct ChatCommandRow {
    ChatCommand command;
    std::string_view names;  ///< the one to learn, then others that work as well
    CommandArgument takes;
    std::string_view arguments, help;
};
std::span<const ChatCommandRow> chat_commands();

/// A line for each command, and the keys.
std::vector<std::string> chat_help();

struct TypedCommand {
    const ChatCommandRow* row;  ///< nullptr: there is no such command
    std::string name, argument;
};
/// Nothing where the message is no command: it does not begin with a slash, what follows is no word ("/etc/hosts"), or
/// there are several lines and the command takes no text, as when somebody pastes a list of commands.
std::optional<TypedCommand> parse_command(std::string_view message);

/// Every name of every command, for hints.
std::vector<std::string> chat_command_names();

/// The names of commands at the beginning of a message, names of files behind one that takes a file.
Completion complete_command(std::string_view before_cursor);

/// "~/notes.txt" with the home folder in place of the tilde.
std::string with_home(const std::string& path);

}  // namespace siskin
