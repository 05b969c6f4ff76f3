#include "engine/tokenizer/special_matcher.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace siskin {
namespace {

constexpr std::string_view kWhiteSpace = " \t\n\v\f\r";

std::string_view without_leading_space(std::string_view text) {
    return text.substr(std::min(text.size(), text.find_first_not_of(kWhiteSpace)));
}

std::string_view without_trailing_space(std::string_view text) {
    return text.substr(0, text.find_last_not_of(kWhiteSpace) + 1);
}

}  // namespace

SpecialMatcher::SpecialMatcher(std::vector<SpecialToken> specials) : specials_(std::move(specials)) {
    std::stable_sort(specials_.begin(), specials_.end(),
                     [](const SpecialToken& a, const SpecialToken& b) { return a.text < b.text; });
    const auto same_text = [](const SpecialToken& a, const SpecialToken& b) { return a.text == b.text; };
    specials_.erase(std::unique(specials_.begin(), specials_.end(), same_text), specials_.end());
    for (size_t i = 0; i < specials_.size(); ++i) {
        TextRange& range = by_first_byte_[uint8_t(specials_[i].text[0])];
        if (range.end == 0) range.begin = i;
        range.end = i + 1;
        max_length_ = std::max(max_length_, specials_[i].text.size());
    }
}

bool SpecialMatcher::Place::allows(const SpecialToken& special, size_t position) const {
    if (special.everywhere) return true;
    const auto after = std::upper_bound(allowed.begin(), allowed.end(), position,
                                        [](size_t at, const TextRange& range) { return at < range.begin; });
    return after != allowed.begin() && position + special.text.size() <= std::prev(after)->end;
}

/// Calls `found` for every special token that stands at `position`, shorter ones first. The candidates are a range of
/// the sorted list that each further byte of the text narrows.
template <class Found>
void SpecialMatcher::for_each_match(const Place& place, size_t position, Found found) const {
    const std::string_view text = place.text;
    auto [begin, end] = by_first_byte_[uint8_t(text[position])];
    for (size_t length = 1; begin < end; ++length) {
        if (specials_[begin].text.size() == length) {
            if (place.allows(specials_[begin], position)) found(specials_[begin]);
            ++begin;
        }
        if (position + length == text.size()) return;
        if (begin == end) return;
        const auto next = uint8_t(text[position + length]);
        if (uint8_t(specials_[begin].text[length]) == next && uint8_t(specials_[end - 1].text[length]) == next)
            continue;
        const auto byte_is_less = [&](const SpecialToken& s, uint8_t byte) { return uint8_t(s.text[length]) < byte; };
        const auto byte_is_more = [&](uint8_t byte, const SpecialToken& s) { return byte < uint8_t(s.text[length]); };
        const auto first = specials_.begin() + ptrdiff_t(begin), last = specials_.begin() + ptrdiff_t(end);
        begin = size_t(std::lower_bound(first, last, next, byte_is_less) - specials_.begin());
        end = size_t(std::upper_bound(first, last, next, byte_is_more) - specials_.begin());
    }
}

const SpecialToken* SpecialMatcher::longest_match(const Place& place, size_t position) const {
    const SpecialToken* longest = nullptr;
    for_each_match(place, position, [&](const SpecialToken& special) { longest = &special; });
    return longest;
}

const SpecialToken* SpecialMatcher::match_of_length(const Place& place, size_t position, size_t length) const {
    const SpecialToken* match = nullptr;
    for_each_match(place.until(position + length), position, [&](const SpecialToken& special) {
        if (special.text.size() == length) match = &special;
    });
    return match;
}

/// Chooses among matches that overlap one another and cover `cluster` without a gap.
void SpecialMatcher::resolve(const Place& place, TextRange cluster, std::vector<Match>& out) const {
    if (const SpecialToken* whole = match_of_length(place, cluster.begin, cluster.end - cluster.begin)) {
        out.push_back({cluster.begin, cluster.end, whole});
        return;
    }
    std::vector<bool> occurs(max_length_ + 1);
    for (size_t position = cluster.begin; position < cluster.end; ++position) {
        for_each_match(place, position, [&](const SpecialToken& special) { occurs[special.text.size()] = true; });
    }
    const size_t first_new = out.size();
    std::vector<TextRange> gaps = {cluster}, smaller_gaps;
    for (size_t length = max_length_; length > 0; --length) {
        if (!occurs[length]) continue;
        smaller_gaps.clear();
        for (TextRange gap : gaps) {
            for (size_t position = gap.begin; position + length <= gap.end;) {
                const SpecialToken* special = match_of_length(place, position, length);
                if (!special) {
                    ++position;
                    continue;
                }
                out.push_back({position, position + length, special});
                if (position > gap.begin) smaller_gaps.push_back({gap.begin, position});
                position = gap.begin = position + length;
            }
            if (gap.begin < gap.end) smaller_gaps.push_back(gap);
        }
        std::swap(gaps, smaller_gaps);
    }
    std::sort(out.begin() + ptrdiff_t(first_new), out.end(),
              [](const Match& a, const Match& b) { return a.begin < b.begin; });
}

std::vector<SpecialMatcher::Part> SpecialMatcher::split(std::string_view text,
                                                        std::span<const TextRange> allowed) const {
    const Place place = {text, allowed};
    std::vector<Match> matches;
    TextRange cluster;
    for (size_t position = 0; position < text.size(); ++position) {
        const SpecialToken* special = longest_match(place, position);
        if (!special) continue;
        if (position >= cluster.end) {
            if (cluster.end > 0) resolve(place, cluster, matches);
            cluster = {position, position};
        }
        cluster.end = std::max(cluster.end, position + special->text.size());
    }
    if (cluster.end > 0) resolve(place, cluster, matches);

    std::vector<Part> parts;
    size_t position = 0;
    const SpecialToken* before = nullptr;
    const auto add_plain = [&](size_t end, const SpecialToken* after) {
        std::string_view plain = text.substr(position, end - position);
        if (before && before->strips_right) plain = without_leading_space(plain);
        if (after && after->strips_left) plain = without_trailing_space(plain);
        if (!plain.empty()) parts.push_back({plain});
    };
    for (const Match& match : matches) {
        add_plain(match.begin, match.special);
        parts.push_back({text.substr(match.begin, match.end - match.begin), match.special->token});
        before = match.special;
        position = match.end;
    }
    add_plain(text.size(), nullptr);
    return parts;
}

}  // namespace siskin
