#include "cli/chat/word_wrap.h"

#include "cli/line_editor/text_width.h"

namespace siskin {
namespace {

/// A word of so many columns does not wait any longer.
constexpr int kLongWord = 32;

}  // namespace

void WordWrap::text(std::string_view text, bool breakable, std::string& out) {
    while (!text.empty()) {
        const Cluster cluster = front_cluster(text);
        const std::string_view bytes = text.substr(0, cluster.bytes);
        text.remove_prefix(cluster.bytes);
        if (bytes == " " || bytes == "\n") flush(out);
        if (bytes == " " && breakable && columns_ > 0) {
            ++spaces_;
        } else if (bytes == "\n") {
            out += '\n';
            column_ = 0;
        } else {
            word_ += bytes;
            word_width_ += cluster.width;
            // Scripts with wide characters need no spaces to break a line.
            if (!breakable || columns_ <= 0 || cluster.width > 1 || word_width_ >= kLongWord) flush(out);
        }
    }
}

void WordWrap::sequence(std::string_view bytes, std::string& out) {
    if (word_.empty() && spaces_ == 0)
        out += bytes;
    else
        word_ += bytes;
}

void WordWrap::flush(std::string& out) {
    const bool breaks =
        columns_ > 0 && spaces_ > 0 && word_width_ > 0 && column_ > 0 && column_ + spaces_ + word_width_ > columns_;
    if (breaks) {
        out += '\n';
        column_ = 0;
    } else {
        out.append(size_t(spaces_), ' ');
        column_ += spaces_;
    }
    out += word_;
    column_ += word_width_;
    if (columns_ > 0 && column_ > columns_) column_ %= columns_;
    word_.clear();
    word_width_ = spaces_ = 0;
}

}  // namespace siskin
