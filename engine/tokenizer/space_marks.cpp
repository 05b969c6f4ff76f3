#include "engine/tokenizer/space_marks.h"

namespace siskin {
namespace {

std::string replace_all(std::string_view text, std::string_view from, std::string_view to) {
    std::string out;
    out.reserve(text.size());
    while (true) {
        const size_t found = text.find(from);
        out += text.substr(0, found);
        if (found == std::string_view::npos) return out;
        out += to;
        text.remove_prefix(found + from.size());
    }
}

}  // namespace

std::string spaces_to_marks(std::string_view text) { return replace_all(text, " ", kSpaceMark); }
std::string marks_to_spaces(std::string_view text) { return replace_all(text, kSpaceMark, " "); }

}  // namespace siskin
