#include "cli/each/prompt_pattern.h"

#include <algorithm>

#include "formats/error.h"

namespace siskin {
namespace {

bool is_name(std::string_view text) {
    constexpr std::string_view kFirst = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";
    constexpr std::string_view kAny = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789-.";
    return !text.empty() && kFirst.find(text[0]) != std::string_view::npos &&
           text.find_first_not_of(kAny) == std::string_view::npos;
}

}  // namespace

PromptPattern::PromptPattern(std::string_view text, bool with_fields) {
    const auto is_place = [&](std::string_view name) { return name.empty() || (with_fields && is_name(name)); };
    while (!text.empty()) {
        const size_t open = text.find('{');
        add_text(text.substr(0, open));
        if (open == std::string_view::npos) break;
        text.remove_prefix(open);
        const size_t close = std::min(text.find('}'), text.size());
        const bool doubled = text.starts_with("{{") && text.substr(close).starts_with("}}");
        const size_t begin = doubled ? 2 : 1;
        const std::string_view name = text.substr(begin, close < begin ? 0 : close - begin);
        if (close == text.size() || !is_place(name)) {
            add_text("{");
            text.remove_prefix(1);
        } else if (doubled) {
            add_text("{" + std::string(name) + "}");
            text.remove_prefix(close + 2);
        } else {
            parts_.push_back({name.empty() ? Kind::Item : Kind::Field, std::string(name)});
            text.remove_prefix(close + 1);
        }
    }
    if (std::any_of(parts_.begin(), parts_.end(), [](const Part& part) { return part.kind != Kind::Text; })) return;
    if (!parts_.empty()) parts_.front().text.insert(0, "\n");
    parts_.insert(parts_.begin(), {Kind::Item, ""});
}

void PromptPattern::add_text(std::string_view text) {
    if (text.empty()) return;
    if (parts_.empty() || parts_.back().kind != Kind::Text) parts_.push_back({Kind::Text, ""});
    parts_.back().text += text;
}

Prompt PromptPattern::prompt(std::string_view item, const nlohmann::ordered_json& value) const {
    Prompt out;
    for (const Part& part : parts_) {
        if (part.kind == Kind::Text) out.append("the prompt", part.text);
        if (part.kind == Kind::Item) out.append("the item", item);
        if (part.kind != Kind::Field) continue;
        if (!value.is_object() || !value.contains(part.text))
            fail(Fault::BadData, "no field \"", part.text, "\" in it; {{", part.text, "}} writes {", part.text, "}");
        const auto& field = value[part.text];
        out.append("{" + part.text + "}", field.is_string() ? field.get<std::string>() : field.dump());
    }
    return out;
}

}  // namespace siskin
