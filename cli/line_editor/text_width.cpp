#include "cli/line_editor/text_width.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

#include "engine/tokenizer/utf8.h"

namespace siskin {
namespace {

struct Range {
    char32_t first, last;
};
#include "cli/line_editor/width_table.inc"

constexpr int kTabWidth = 4;
constexpr char32_t kJoiner = 0x200D, kEmojiStyle = 0xFE0F;

template <size_t N>
bool in_table(const Range (&table)[N], char32_t c) {
    const auto after =
        std::upper_bound(std::begin(table), std::end(table), c, [](char32_t v, const Range& r) { return v < r.first; });
    return after != std::begin(table) && c <= std::prev(after)->last;
}

bool is_control(char32_t c) { return c < 0x20 || (c >= 0x7F && c < 0xA0); }
bool is_skin_tone(char32_t c) { return c >= 0x1F3FB && c <= 0x1F3FF; }
bool is_flag_letter(char32_t c) { return c >= 0x1F1E6 && c <= 0x1F1FF; }

struct Point {
    char32_t c = 0;
    size_t bytes = 0;  ///< 0: no character of UTF-8 begins here
};

Point front_point(std::string_view text) {
    const size_t n = utf8_length(text);
    return n ? Point{utf8_decode(text.substr(0, n)), n} : Point{};
}

}  // namespace

Cluster front_cluster(std::string_view text) {
    const auto byte = [&](size_t i) { return uint8_t(text[i]); };
    const bool plain = byte(0) >= 0x20 && byte(0) < 0x7F;
    if (plain && (text.size() == 1 || byte(1) < 0x80)) return {1, 1};
    const Point first = front_point(text);
    if (first.bytes == 0) return {1, 4};
    if (first.c == '\t') return {1, kTabWidth};
    if (is_control(first.c)) return {first.bytes, first.c < 0x80 ? 2 : 4};

    Cluster cluster = {first.bytes, in_table(kZeroWidth, first.c) ? 0 : in_table(kWide, first.c) ? 2 : 1};
    char32_t previous = first.c;
    bool half_flag = is_flag_letter(first.c);
    while (cluster.bytes < text.size() && byte(cluster.bytes) >= 0x80) {
        const Point next = front_point(text.substr(cluster.bytes));
        if (next.bytes == 0 || is_control(next.c)) break;
        const bool joined = previous == kJoiner && first.c >= 0x80 && cluster.width > 0;
        const bool second_flag_letter = half_flag && is_flag_letter(next.c);
        if (!joined && !second_flag_letter && !is_skin_tone(next.c) && !in_table(kZeroWidth, next.c)) break;
        if (next.c == kEmojiStyle || second_flag_letter) cluster.width = 2;
        half_flag = false;
        cluster.bytes += next.bytes;
        previous = next.c;
    }
    return cluster;
}

size_t last_cluster(std::string_view text) {
    // Clusters are found from the front; none reaches over a line feed.
    const size_t line = text.size() < 2 ? std::string_view::npos : text.rfind('\n', text.size() - 2);
    size_t at = line == std::string_view::npos ? 0 : line + 1, bytes = 0;
    for (; at < text.size(); at += bytes) bytes = front_cluster(text.substr(at)).bytes;
    return bytes;
}

std::string shown(std::string_view cluster) {
    constexpr char kHex[] = "0123456789abcdef";
    const Point first = front_point(cluster);
    if (cluster == "\t") return std::string(kTabWidth, ' ');
    if (first.bytes && !is_control(first.c)) return std::string(cluster);
    if (first.bytes == 1) return {'^', char(first.c ^ 0x40)};
    const auto b = uint8_t(cluster.back());
    return {'\\', 'x', kHex[b >> 4], kHex[b & 15]};
}

int text_width(std::string_view text) {
    int width = 0;
    while (!text.empty()) {
        const Cluster cluster = front_cluster(text);
        width += cluster.width;
        text.remove_prefix(cluster.bytes);
    }
    return width;
}

}  // namespace siskin
