#include "engine/grammar/number_range.h"

#include <algorithm>
#include <charconv>

namespace siskin {
namespace {

/// Digits of a bound on one side of the number that is being written. While the number so far has the bound's digits it
/// is tight: the next digit must not pass the bound's.
struct Side {
    const Bound* bound;  // nullptr: open

    char digit(size_t fraction_place) const {
        const std::string& fraction = bound->value.fraction;
        return fraction_place < fraction.size() ? fraction[fraction_place] : '0';
    }
    /// The number so far is the bound's first `n` digits behind the point and all before it; is it the bound itself?
    bool is_reached(size_t n) const { return n >= bound->value.fraction.size(); }
};

/// Writes the numbers that are not negative and have a given number of digits before the point.
class RangeWriter {
  public:
    RangeWriter(Grammar& grammar, Side low, Side high, uint32_t max_fraction)
        : grammar_(grammar), low_(low), high_(high), max_fraction_(max_fraction) {}

    Expr numbers(uint32_t n_whole, bool low_tight, bool high_tight) {
        n_whole_ = n_whole;
        n_fraction_ = std::min(max_fraction_, kMaxDigits - n_whole);
        return whole(0, low_tight, high_tight);
    }

  private:
    Expr digit(char first, char last) { return grammar_.chars(CharSet({{char32_t(first), char32_t(last)}})); }
    Expr any_digits(uint32_t least, uint32_t most) { return grammar_.repeat(digit('0', '9'), least, most); }

    /// The next digit and what follows it, where `low` and `high` are the bounds' digits at this place.
    template <class Rest>
    Expr next_digit(char low, char high, bool low_tight, bool high_tight, Rest rest) {
        if (low > high) return grammar_.choice({});
        if (low == high) return grammar_.sequence({digit(low, low), rest(low_tight, high_tight)});
        std::vector<Expr> ways;
        if (low_tight) {
            ways.push_back(grammar_.sequence({digit(low, low), rest(true, false)}));
            ++low;
        }
        if (high_tight) {
            ways.push_back(grammar_.sequence({digit(high, high), rest(false, true)}));
            --high;
        }
        if (low <= high) ways.push_back(grammar_.sequence({digit(low, high), rest(false, false)}));
        return grammar_.choice(ways);
    }

    Expr whole(size_t place, bool low_tight, bool high_tight) {
        if (place == n_whole_) return behind_whole(low_tight, high_tight);
        const char least = place == 0 && n_whole_ > 1 ? '1' : '0';
        const char low = low_tight ? low_.bound->value.whole[place] : least;
        const char high = high_tight ? high_.bound->value.whole[place] : '9';
        return next_digit(low, high, low_tight, high_tight,
                          [&, place](bool l, bool h) { return whole(place + 1, l, h); });
    }

    bool may_stop(size_t n, bool low_tight, bool high_tight) const {
        const bool low_fits = !low_tight || (low_.is_reached(n) && low_.bound->inclusive);
        const bool high_fits = !high_tight || !high_.is_reached(n) || high_.bound->inclusive;
        return low_fits && high_fits;
    }

    Expr behind_whole(bool low_tight, bool high_tight) {
        std::vector<Expr> ways;
        if (may_stop(0, low_tight, high_tight)) ways.push_back(grammar_.empty());
        if (n_fraction_ > 0)
            ways.push_back(grammar_.sequence({grammar_.text("."), fraction(0, low_tight, high_tight)}));
        return grammar_.choice(ways);
    }

    /// At least one more digit behind the point.
    Expr fraction(uint32_t place, bool low_tight, bool high_tight) {
        if (!low_tight && !high_tight) return any_digits(1, n_fraction_ - place);
        const char low = low_tight ? low_.digit(place) : '0', high = high_tight ? high_.digit(place) : '9';
        return next_digit(low, high, low_tight, high_tight,
                          [&, place](bool l, bool h) { return behind_digit(place + 1, l, h); });
    }

    Expr behind_digit(uint32_t n, bool low_tight, bool high_tight) {
        if (!low_tight && !high_tight) return any_digits(0, n_fraction_ - n);
        std::vector<Expr> ways;
        if (may_stop(n, low_tight, high_tight)) ways.push_back(grammar_.empty());
        if (n < n_fraction_) ways.push_back(fraction(n, low_tight, high_tight));
        return grammar_.choice(ways);
    }

    Grammar& grammar_;
    Side low_, high_;
    uint32_t max_fraction_, n_whole_ = 0, n_fraction_ = 0;
};

/// Numbers from `low`, which is not negative, to `high`.
Expr positive_range(Grammar& grammar, const Bound* low, const Bound* high, uint32_t max_fraction) {
    const size_t low_digits = low ? low->value.whole.size() : 1,
                 high_digits = high ? high->value.whole.size() : SIZE_MAX;
    std::vector<Expr> ways;
    for (uint32_t n = uint32_t(low_digits); n <= std::min<size_t>(kMaxDigits, high_digits); ++n) {
        const bool low_tight = low && n == low_digits, high_tight = high && n == high_digits;
        ways.push_back(RangeWriter(grammar, {low}, {high}, max_fraction).numbers(n, low_tight, high_tight));
    }
    return grammar.choice(ways);
}

Decimal from_notation(std::string_view text) {
    Decimal out;
    out.negative = text.starts_with('-');
    if (out.negative) text.remove_prefix(1);
    const size_t point = text.find('.');
    out.whole = text.substr(0, point);
    if (point != std::string_view::npos) out.fraction = text.substr(point + 1);
    out.fraction.resize(out.fraction.find_last_not_of('0') + 1);
    if (out.is_zero()) out.negative = false;
    return out;
}

template <class Number>
Decimal notation_of(Number value) {
    char buffer[1500];  // the smallest double has 1074 digits behind the point
    std::to_chars_result end{};
    if constexpr (std::is_floating_point_v<Number>)
        end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed);
    else
        end = std::to_chars(buffer, buffer + sizeof buffer, value);
    return from_notation({buffer, size_t(end.ptr - buffer)});
}

}  // namespace

Decimal Decimal::of(double value) { return notation_of(value); }
Decimal Decimal::of(int64_t value) { return notation_of(value); }
Decimal Decimal::of(uint64_t value) { return notation_of(value); }

Expr number_range(Grammar& grammar, const std::optional<Bound>& least, const std::optional<Bound>& most,
                  uint32_t max_fraction) {
    const auto negative = [](const std::optional<Bound>& bound) { return bound && bound->value.negative; };
    const Bound above_zero = {{}, false};
    std::vector<Expr> ways;
    if (!negative(most))
        ways.push_back(positive_range(grammar, least && !negative(least) ? &*least : nullptr, most ? &*most : nullptr,
                                      max_fraction));
    // Below zero the bounds change sides. Zero itself is written without a sign.
    if (!least || negative(least)) {
        const Bound* low = negative(most) ? &*most : &above_zero;
        ways.push_back(grammar.sequence(
            {grammar.text("-"), positive_range(grammar, low, least ? &*least : nullptr, max_fraction)}));
    }
    return grammar.choice(ways);
}

}  // namespace siskin
