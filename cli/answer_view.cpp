#include "cli/answer_view.h"

#include "cli/terminal.h"
#include "cli/terminal_mode.h"

namespace siskin {

AnswerView::AnswerView(const ChatFlags& flags)
    : shows_thinking_(flags.shows_thinking() && stdout_is_terminal()),
      dims_(stdout_is_coloured()),
      styles_(stdout_is_terminal() && understands_sequences()),
      styler_(dims_) {}

AnswerSplitter::Sink AnswerView::sink() {
    return [this](AnswerPart part, std::string_view text) {
        show(part, text);
        return true;
    };
}

void AnswerView::show(AnswerPart part, std::string_view text) {
    const bool is_reasoning = part == AnswerPart::Reasoning;
    if (is_reasoning && !shows_thinking_) return progress("thinking");
    progress("");
    if (is_reasoning && !in_reasoning_ && dims_) put("\x1b[2m");
    if (!is_reasoning) leave_reasoning();
    in_reasoning_ = is_reasoning;
    if (styles_ && !is_reasoning) {
        styler_.set_columns(terminal_size().columns);
        put(styler_.push(visible(text)));
    } else {
        put_text(text);
    }
    at_line_start_ = text.back() == '\n';
    empty_ = false;
}

void AnswerView::leave_reasoning() {
    if (!in_reasoning_) return;
    in_reasoning_ = false;
    put(dims_ ? "\x1b[22m\n\n" : "\n\n");
    at_line_start_ = true;
}

void AnswerView::finish(const ChatAnswer& answer) {
    progress("");
    leave_reasoning();
    put(styler_.finish());
    if (!at_line_start_ || empty_) put("\n");
    for (const auto& call : answer.tool_calls)
        note("the model calls ", call["function"]["name"].get<std::string>(), " with ",
             call["function"]["arguments"].get<std::string>());
}

}  // namespace siskin
