#include "engine/chat/template/text.h"

#include <algorithm>

#include "engine/chat/template/template_error.h"

namespace siskin {

void Text::append(std::string_view bytes, Origin origin) {
    if (bytes.empty()) return;
    if (bytes.size() > kMaxSize - bytes_.size()) complain("text grows beyond ", kMaxSize >> 20, " MiB");
    bytes_ += bytes;
    if (!runs_.empty() && runs_.back().origin == origin) {
        runs_.back().end = bytes_.size();
    } else {
        runs_.push_back({bytes_.size(), origin});
    }
}

void Text::append(const Text& text, size_t begin, size_t end) {
    for (const TextPiece& piece : text.pieces(begin, end)) append(piece.bytes, piece.origin);
}

Text Text::slice(size_t begin, size_t end) const {
    Text out;
    out.append(*this, begin, end);
    return out;
}

std::vector<TextPiece> Text::pieces(size_t begin, size_t end) const {
    std::vector<TextPiece> out;
    auto run = std::upper_bound(runs_.begin(), runs_.end(), begin,
                                [](size_t position, const Run& candidate) { return position < candidate.end; });
    for (; begin < end; ++run) {
        const size_t piece_end = std::min(end, run->end);
        out.push_back({bytes().substr(begin, piece_end - begin), run->origin});
        begin = piece_end;
    }
    return out;
}

}  // namespace siskin
