#include "cli/chat/transcript.h"

#include <algorithm>

#include "formats/error.h"

namespace siskin {
namespace {

constexpr std::string_view kSystem = "## system", kUser = "## user", kAssistant = "## assistant";

bool is_heading(std::string_view line) { return line == kSystem || line == kUser || line == kAssistant; }

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

}  // namespace

std::string write_transcript(const Transcript& transcript) {
    std::string out;
    if (!transcript.system.empty()) add_message(out, kSystem, transcript.system);
    for (const Turn& turn : transcript.turns) {
        add_message(out, kUser, turn.user);
        add_message(out, kAssistant, turn.answer);
    }
    return out;
}

Transcript parse_transcript(std::string_view text) {
    Transcript transcript;
    std::string_view heading;
    std::string message;
    bool answered = false;
    const auto finish = [&] {
        // The empty line before a heading, and the end of the last line, are no part of the message.
        for (int i = 0; i < 2 && message.ends_with('\n'); ++i) message.pop_back();
        if (heading == kSystem) join(transcript.system, message);
        if (heading == kUser) {
            if (transcript.turns.empty() || answered) transcript.turns.emplace_back();
            join(transcript.turns.back().user, message);
            answered = false;
        }
        if (heading == kAssistant) {
            if (transcript.turns.empty()) fail(Fault::BadData, "the conversation begins with an answer");
            join(transcript.turns.back().answer, message);
            answered = true;
        }
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
    return transcript;
}

}  // namespace siskin
