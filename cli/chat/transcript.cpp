#include "cli/chat/transcript.h"

#include <algorithm>

#include "formats/error.h"

namespace siskin {
namespace {

constexpr std::string_view kSystem = "## system", kUser = "## user", kAssistant = "## assistant";
constexpr std::string_view kCall = "## call: ", kTool = "## tool: ";  // and a name

bool is_heading(std::string_view line) {
    return line == kSystem || line == kUser || line == kAssistant || line.starts_with(kCall) || line.starts_with(kTool);
}

/// A heading behind any number of backslashes.
bool looks_like_heading(std::string_view line) {
    line.remove_prefix(std::min(line.find_first_not_of('\\'), line.size()));
    return is_heading(line);
}

/// Takes the first line off, without its end.
std::string_view take_line(std::string_view& text) {
    const size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return line;
}

void add_message(std::string& out, std::string_view heading, std::string_view message) {
    out += std::string(heading) + "\n";
    for (size_t at = 0; at <= message.size();) {
        const size_t end = std::min(message.find('\n', at), message.size());
        const std::string_view line = message.substr(at, end - at);
        if (looks_like_heading(line)) out += '\\';
        out += std::string(line) + "\n";
        at = end + 1;
    }
    out += '\n';
}

void join(std::string& message, std::string_view more) {
    if (!message.empty()) message += "\n\n";
    message += more;
}

/// A heading with a name on its line.
std::string named(std::string_view heading, std::string name) {
    std::replace(name.begin(), name.end(), '\n', ' ');
    return std::string(heading) + name;
}

/// Puts a transcript together, section after section.
class Parser {
  public:
    /// `message` is what stands below a heading; that is empty at the beginning of the text.
    void add(std::string_view heading, std::string_view message) {
        if (heading == kSystem) join(transcript.system, message);
        if (heading == kUser) add_user(message);
        if (heading == kAssistant) {
            join(last("answer").answer, message);
            answered_ = true;
        }
        if (heading.starts_with(kCall)) add_call(heading.substr(kCall.size()), message);
        if (heading.starts_with(kTool)) add_result(heading.substr(kTool.size()), message);
    }
    Transcript transcript;

  private:
    Turn& last(std::string_view what) {
        if (transcript.turns.empty()) fail(Fault::BadData, "the conversation begins with an ", what);
        return transcript.turns.back();
    }
    /// The turn that is asked for now: its question may go on until there is an answer.
    Turn& open_turn(bool is_result) {
        std::vector<Turn>& turns = transcript.turns;
        if (turns.empty() || answered_ || turns.back().results.empty() == is_result) turns.emplace_back();
        answered_ = false;
        return turns.back();
    }
    void add_user(std::string_view message) { join(open_turn(false).user, message); }
    void add_call(std::string_view name, std::string_view arguments) {
        last("answer").tool_calls.push_back(
            {{"id", tool_call_id(n_calls_++)},
             {"type", "function"},
             {"function", {{"name", std::string(name)}, {"arguments", std::string(arguments)}}}});
        answered_ = true;
    }
    void add_result(std::string_view name, std::string_view text) {
        (void)last("answer");
        std::vector<ToolResult>& results = open_turn(true).results;
        const std::vector<Turn>& turns = transcript.turns;
        const auto& calls = turns[turns.size() - std::min<size_t>(turns.size(), 2)].tool_calls;
        const size_t i = results.size();
        results.push_back({std::string(name), i < calls.size() ? calls[i]["id"].get<std::string>() : tool_call_id(i),
                           std::string(text)});
    }

    bool answered_ = false;
    size_t n_calls_ = 0;
};

}  // namespace

std::string write_transcript(const Transcript& transcript) {
    std::string out;
    if (!transcript.system.empty()) add_message(out, kSystem, transcript.system);
    for (const Turn& turn : transcript.turns) {
        for (const ToolResult& result : turn.results) add_message(out, named(kTool, result.name), result.text);
        if (turn.results.empty()) add_message(out, kUser, turn.user);
        add_message(out, kAssistant, turn.answer);
        for (const auto& call : turn.tool_calls) {
            const auto& function = call["function"];
            add_message(out, named(kCall, function["name"].get<std::string>()),
                        function["arguments"].get<std::string>());
        }
    }
    return out;
}

Transcript parse_transcript(std::string_view text) {
    Parser parser;
    std::string_view heading;
    std::string message;
    const auto finish = [&] {
        // The empty line before a heading, and the end of the last line, are no part of the message.
        for (int i = 0; i < 2 && message.ends_with('\n'); ++i) message.pop_back();
        parser.add(heading, message);
        message.clear();
    };
    while (!text.empty()) {
        std::string_view line = take_line(text);
        if (is_heading(line)) {
            finish();
            heading = line;
            continue;
        }
        if (looks_like_heading(line)) line.remove_prefix(1);
        message += std::string(line) + "\n";
    }
    if (heading.empty() && message.find_first_not_of(" \t\r\n") != std::string::npos)
        fail(Fault::BadData, "no line is \"", kUser, "\": this is no conversation of siskin");
    finish();
    return std::move(parser.transcript);
}

}  // namespace siskin
