#pragma once
// Shows an answer while it is written: the content on stdout, on a terminal with light colours and with lines that end
// between words; reasoning dim and only on a terminal.

#include "cli/chat/markdown.h"
#include "cli/chat_flags.h"
#include "engine/chat/conversation.h"

namespace siskin {

class AnswerView {
  public:
    explicit AnswerView(const ChatFlags& flags);

    /// For Conversation::answer. The view must outlive its use.
    AnswerSplitter::Sink sink();
    void show(AnswerPart part, std::string_view text);
    /// Ends the last line, and says which tools were called.
    void finish(const ChatAnswer& answer);

  private:
    void leave_reasoning();

    const bool shows_thinking_, dims_, styles_;
    MarkdownStyler styler_;
    bool in_reasoning_ = false, at_line_start_ = true, empty_ = true;
};

}  // namespace siskin
