// Completion scripts for shells, written from the tables of commands and the options of their parsers, so that they
// know what this siskin knows. A value's name says what completes it: FILE a file, a|b|c one of these words.

#include <CLI/CLI.hpp>

#include "cli/commands.h"
#include "cli/options.h"
#include "cli/terminal.h"
#include "formats/error.h"

namespace siskin {
namespace {

enum class Kind { Nothing, Text, File, Model, Words };

struct Value {
    Kind kind = Kind::Nothing;
    std::string name, words;  // words: separated by spaces
};

struct Flag {
    std::vector<std::string> names;
    std::string about;
    Value value;
};

/// A command by what can follow its name.
struct Completed {
    std::string name, summary;
    std::vector<Flag> flags;
    Value argument;
};

std::string replaced(std::string_view text, char what, std::string_view by) {
    std::string out;
    for (const char c : text) c == what ? void(out += by) : out.push_back(c);
    return out;
}

Value value_named(const std::string& name) {
    if (name.find('|') != std::string::npos) return {Kind::Words, name, replaced(name, '|', " ")};
    return {name.starts_with("FILE") ? Kind::File : name.empty() ? Kind::Nothing : Kind::Text, name, ""};
}

Flag completed_flag(const CLI::Option& option) {
    Flag flag{option_names(option), option.get_description(), {}};
    if (option.get_items_expected_max() > 0) flag.value = value_named(option.get_type_name());
    if (option.check_name("--model")) flag.value.kind = Kind::Model;
    return flag;
}

std::vector<Completed> all_completed() {
    std::vector<Completed> out;
    std::string names;
    for (const CommandRow& row : all_commands()) {
        const CommandParser parser = parser_of(row);
        const bool takes_model = row.usage.starts_with("[MODEL]");
        Completed command{std::string(row.name), std::string(row.summary), {}, value_named(std::string(row.usage))};
        if (takes_model) command.argument = {Kind::Model, "MODEL", ""};
        for (const CLI::Option* option : parser.app->get_options()) command.flags.push_back(completed_flag(*option));
        out.push_back(command);
        names.append(names.empty() ? "" : " ").append(row.name);
    }
    out.push_back({"help", "the flags of a command", {}, {Kind::Words, "COMMAND", names}});
    return out;
}

std::string joined(const std::vector<std::string>& parts, std::string_view between) {
    std::string out;
    for (const std::string& part : parts) out.append(out.empty() ? "" : between).append(part);
    return out;
}

// ---- bash ----

constexpr std::string_view kBashBegin = R"(# bash completion for siskin, written by "siskin completion bash".

_siskin_words() {
    local word
    for word in $1; do
        [[ $word != "$cur"* ]] || COMPREPLY+=("$word")
    done
}

# Files and folders; $1: what their names end in.
_siskin_files() {
    local file
    compopt -o filenames 2>/dev/null
    while IFS= read -r file; do
        if [[ -d $file || $file == *"$1" ]]; then COMPREPLY+=("$file"); fi
    done < <(compgen -f -- "$cur")
}

_siskin() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]} word only_arguments=
    COMPREPLY=()
    # --flag=value is three words.
    if [[ $cur == = ]]; then
        cur=
    elif [[ $prev == = ]]; then
        prev=${COMP_WORDS[COMP_CWORD-2]}
    fi
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        [[ $word != -- ]] || only_arguments=1
    done
    if ((COMP_CWORD == 1)); then
)";

constexpr std::string_view kBashEnd = R"(}

complete -F _siskin siskin
)";

std::string bash_value(const Value& value) {
    switch (value.kind) {
        case Kind::Model:
            return "_siskin_files .gguf";
        case Kind::File:
            return "_siskin_files ''";
        case Kind::Words:
            return "_siskin_words '" + value.words + "'";
        default:
            return ":";
    }
}

std::string bash_script() {
    std::string names, values, flags, arguments;
    for (const Completed& command : all_completed()) {
        names += command.name + " ";
        std::vector<std::string> all;
        for (const Flag& flag : command.flags) {
            all.insert(all.end(), flag.names.begin(), flag.names.end());
            if (flag.value.kind == Kind::Nothing) continue;
            const std::string pattern = command.name + ":" + joined(flag.names, " | " + command.name + ":");
            values += "        " + pattern + ") " + bash_value(flag.value) + "; return ;;\n";
        }
        if (!all.empty()) flags += "            " + command.name + ") _siskin_words '" + joined(all, " ") + "' ;;\n";
        arguments += "            " + command.name + ") " + bash_value(command.argument) + " ;;\n";
    }
    return std::string(kBashBegin) + "        _siskin_words '" + names + "--help --version'\n        return\n    fi\n" +
           "    [[ $only_arguments ]] || case $command:$prev in\n" + values + "    esac\n" +
           "    if [[ $cur == -* && ! $only_arguments ]]; then\n        case $command in\n" + flags +
           "        esac\n    else\n        case $command in\n" + arguments + "        esac\n    fi\n" +
           std::string(kBashEnd);
}

// ---- zsh ----

constexpr std::string_view kZshBegin = R"(#compdef siskin
# zsh completion for siskin, written by "siskin completion zsh".

_siskin() {
    local -a commands
    commands=(
)";

constexpr std::string_view kZshMiddle = R"(    )
    if ((CURRENT == 2)); then
        _describe -t commands 'siskin command' commands
        return
    fi
    shift words
    ((CURRENT--))
    case $words[1] in
)";

constexpr std::string_view kZshEnd = R"(    esac
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _siskin "$@"
else
    compdef _siskin siskin
fi
)";

std::string zsh_quoted(std::string_view text) { return "'" + replaced(text, '\'', "'\\''") + "'"; }

/// Text inside the brackets and between the colons of _arguments.
std::string zsh_plain(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
        out += c;
    }
    return out;
}

std::string zsh_value(const Value& value) {
    switch (value.kind) {
        case Kind::Nothing:
            return "";
        case Kind::Text:
            return ":" + zsh_plain(value.name) + ": ";
        case Kind::File:
            return ":file:_files";
        case Kind::Model:
            return ":model:_files -g \"*.gguf\"";
        case Kind::Words:
            return ":value:(" + value.words + ")";
    }
    return "";
}

std::string zsh_flag(const Flag& flag) {
    std::string text;
    const bool takes_value = flag.value.kind != Kind::Nothing;
    for (const std::string& name : flag.names) {
        const std::string sign = takes_value && name.starts_with("--") ? "=" : "";
        text += " \\\n                " +
                zsh_quoted("*" + name + sign + "[" + zsh_plain(flag.about) + "]" + zsh_value(flag.value));
    }
    return text;
}

std::string zsh_script() {
    std::string commands, cases;
    for (const Completed& command : all_completed()) {
        commands += "        " + zsh_quoted(command.name + ":" + zsh_plain(command.summary)) + "\n";
        cases += "        " + command.name + ")\n            _arguments";
        for (const Flag& flag : command.flags) cases += zsh_flag(flag);
        const std::string argument = zsh_value(command.argument);
        if (!argument.empty()) cases += " \\\n                " + zsh_quoted("*" + argument);
        cases += "\n            ;;\n";
    }
    return std::string(kZshBegin) + commands + std::string(kZshMiddle) + cases + std::string(kZshEnd);
}

// ---- fish ----

constexpr std::string_view kFishBegin = R"(# fish completion for siskin, written by "siskin completion fish".

function __siskin_needs_command
    test (count (commandline -opc)) -eq 1
end

function __siskin_runs
    set -l words (commandline -opc)
    test (count $words) -gt 1; and test $words[2] = $argv[1]
end

complete -c siskin -f
complete -c siskin -n __siskin_needs_command -l help -d 'print help'
complete -c siskin -n __siskin_needs_command -l version -d 'print the version'
)";

std::string fish_quoted(std::string_view text) {
    return "'" + replaced(replaced(text, '\\', "\\\\"), '\'', "\\'") + "'";
}

std::string fish_value(const Value& value) {
    switch (value.kind) {
        case Kind::Nothing:
            return "";
        case Kind::Text:
            return " -x";
        case Kind::File:
            return " -rF";
        case Kind::Model:
            return " -x -a '(__fish_complete_suffix .gguf)'";
        case Kind::Words:
            return " -x -a " + fish_quoted(value.words);
    }
    return "";
}

std::string fish_name(std::string_view name) {
    if (name.starts_with("--")) return " -l " + std::string(name.substr(2));
    return (name.size() == 2 ? " -s " : " -o ") + std::string(name.substr(1));
}

std::string fish_script() {
    std::string text(kFishBegin);
    for (const Completed& command : all_completed()) {
        text += "\ncomplete -c siskin -n __siskin_needs_command -a " + command.name + " -d " +
                fish_quoted(command.summary) + "\n";
        const std::string condition = "complete -c siskin -n '__siskin_runs " + command.name + "'";
        if (command.argument.kind == Kind::Model)
            text += condition + " -k -a '(__fish_complete_suffix .gguf)'\n";
        else if (command.argument.kind == Kind::Words)
            text += condition + " -a " + fish_quoted(command.argument.words) + "\n";
        for (const Flag& flag : command.flags) {
            text += condition;
            for (const std::string& name : flag.names) text += fish_name(name);
            text += fish_value(flag.value) + " -d " + fish_quoted(flag.about) + "\n";
        }
    }
    return text;
}

struct Shell {
    std::string_view name;
    std::string (*script)();
};
constexpr Shell kShells[] = {{"bash", bash_script}, {"zsh", zsh_script}, {"fish", fish_script}};

}  // namespace

Command completion_command(CLI::App&) {
    return [](Arguments& arguments) {
        note_ignored(arguments);
        if (arguments.positional.empty()) fail(Fault::Usage, "for which shell? bash, zsh or fish");
        const std::string name = arguments.positional.front();
        arguments.positional.erase(arguments.positional.begin());
        refuse_more(arguments);
        for (const Shell& shell : kShells)
            if (shell.name == name) return put(shell.script()), 0;
        fail(Fault::Usage, "completion: \"", name, "\", expected bash, zsh or fish");
    };
}

}  // namespace siskin
