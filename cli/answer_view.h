#pragma once
// Shows an answer while it is written: the content on stdout, reasoning dim and only on a terminal.

#include <optional>

#include "cli/chat/markdown.h"
#include "cli/chat_flags.h"
#include "engine/chat/conversation.h"

namespace siskin {

class AnswerView {
  public:
    enum class Style { Plain, Markdown };  ///< Markdown: colours and wrapped lines, on a terminal that can
    AnswerView(const ChatFlags& flags, Style style);

    /// For Conversation::answer. The view must outlive its use.
    AnswerSplitter::Sink sink();
    void show(AnswerPart part, std::string_view text);
    /// Ends the last line, and says which tools were called.
    void finish(const ChatAnswer& answer);

  private:
    void put_content(std::string_view text);
    void leave_reasoning();

    const bool shows_thinking_, dims_;
    std::optional<MarkdownStyler> styler_;
    bool in_reasoning_ = false, at_line_start_ = true, empty_ = true;
};

}  // namespace siskin
