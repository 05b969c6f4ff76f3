#include "cli/prompt.h"

#include <algorithm>

#include "engine/tokenizer/utf8.h"

namespace siskin {
namespace {

/// The beginning and the end of a text, about `n` bytes of it, no character cut in two.
std::string without_middle(std::string_view text, size_t n) {
    const std::string_view head = text.substr(0, n / 2);
    std::string_view tail = text.substr(text.size() - (n - n / 2));
    const auto is_inside = [](char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; };
    while (!tail.empty() && is_inside(tail.front())) tail.remove_prefix(1);
    return std::string(head.substr(0, utf8_complete_prefix(head))) + std::string(Prompt::kCut) + std::string(tail);
}

}  // namespace

void Prompt::add(std::string_view name, std::string_view text) {
    parts_.push_back({std::string(name), std::string(text), true});
}

void Prompt::append(std::string_view name, std::string_view text) {
    parts_.push_back({std::string(name), std::string(text), false});
}

std::string Prompt::text() const {
    std::string text;
    for (const Part& part : parts_) {
        if (part.has_own_line && !text.empty() && !part.text.empty()) text += '\n';
        text += part.text;
    }
    return text;
}

std::string Prompt::cut_to(size_t most, const std::function<size_t(const std::string&)>& n_tokens) {
    size_t n = n_tokens(text());
    if (n <= most || parts_.empty()) return "";
    Part& part = *std::max_element(parts_.begin(), parts_.end(),
                                   [](const Part& a, const Part& b) { return a.text.size() < b.text.size(); });
    const std::string whole = part.text;
    part.text = kCut;
    const size_t least = n_tokens(text());
    if (least > most) {
        part.text = whole;
        return "";
    }
    // The tokens of a text are about proportional to its bytes; where its ends have more of them, once more.
    for (size_t kept = whole.size(); n > most && kept > 0;) {
        kept = std::min(kept - 1, size_t(double(kept) * double(most - least) / double(n - least)));
        part.text = without_middle(whole, kept);
        n = n_tokens(text());
    }
    return part.name;
}

}  // namespace siskin
