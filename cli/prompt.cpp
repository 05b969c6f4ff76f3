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
    const size_t n_given = n_tokens(text());
    if (n_given <= most || parts_.empty()) return "";
    Part& part = *std::max_element(parts_.begin(), parts_.end(),
                                   [](const Part& a, const Part& b) { return a.text.size() < b.text.size(); });
    const std::string whole = part.text;
    part.text = kCut;
    const size_t least = n_tokens(text());
    if (least > most) {
        part.text = whole;
        return "";
    }
    // The tokens of a text are about proportional to its bytes; what is between a number of bytes that fits and one
    // that does not is narrowed down until nearly all the room is used.
    constexpr int kMostTurns = 8;
    size_t fits = 0, n_fits = least, too_many = whole.size(), n_too_many = n_given;
    for (int turn = 0; turn < kMostTurns && most - n_fits > most / 64 && too_many - fits > 1; ++turn) {
        const double share = double(most - n_fits) / double(n_too_many - n_fits);
        const size_t kept = std::clamp(fits + size_t(share * double(too_many - fits)), fits + 1, too_many - 1);
        part.text = without_middle(whole, kept);
        const size_t n = n_tokens(text());
        (n <= most ? fits : too_many) = kept;
        (n <= most ? n_fits : n_too_many) = n;
    }
    part.text = fits > 0 ? without_middle(whole, fits) : std::string(kCut);
    return part.name;
}

}  // namespace siskin
