#pragma once
// Chat templates: Jinja as jinja2 3.1 runs it with Hugging Face's settings (trim_blocks, lstrip_blocks, loop controls,
// {% generation %}, tojson, raise_exception, strftime_now), on plain data. Every byte of the output knows whether it is
// the template's own or came from the data: only the former may become control tokens.
//
//     const ChatTemplate chat = ChatTemplate::parse(metadata_text);
//     const Text prompt = chat.render(context, {.now = …});
//     for (const TextPiece& piece : prompt.pieces()) …

#include <chrono>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "engine/chat/template/limits.h"
#include "engine/chat/template/template_error.h"
#include "engine/chat/template/text.h"

namespace siskin {

struct RenderOptions {
    /// What strftime_now sees, as a clock on the wall shows it.
    std::chrono::sys_seconds now{};
    /// Variables whose text counts as the template's own, so that {{ bos_token }} becomes one. The caller vouches for
    /// them. So does, always, the role of a message where it is one of the usual words: '<|' + role + '|>' is common.
    std::vector<std::string> trusted = {"bos_token", "eos_token", "pad_token", "unk_token", "sep_token", "cls_token"};
    TemplateLimits limits;
};

class ChatTemplate {
  public:
    /// Throws TemplateError with the line and what was expected there.
    static ChatTemplate parse(std::string_view source);

    /// `context` is an object, the template's variables: messages, tools, add_generation_prompt, … Throws
    /// TemplateRefusal where the template calls raise_exception, another TemplateError where it cannot do with the data
    /// what it wants, or exceeds the limits. Safe to call from several threads.
    Text render(const nlohmann::ordered_json& context, const RenderOptions& options = {}) const;
    /// The same from JSON as text; integers of more than 64 bits keep all their digits.
    Text render_json(std::string_view context, const RenderOptions& options = {}) const;

    ChatTemplate(ChatTemplate&&) noexcept;
    ChatTemplate& operator=(ChatTemplate&&) noexcept;
    ~ChatTemplate();

  private:
    struct Parsed;
    explicit ChatTemplate(std::unique_ptr<const Parsed> parsed);
    std::unique_ptr<const Parsed> parsed_;
};

}  // namespace siskin
