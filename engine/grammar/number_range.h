#pragma once
// Numbers between two bounds, as an expression over their digits.

#include <optional>
#include <string>

#include "engine/grammar/grammar.h"

namespace siskin {

/// A number in decimal notation, without leading zeros before and trailing zeros behind the point.
struct Decimal {
    bool negative = false;
    std::string whole = "0", fraction;

    /// The shortest notation that gives `value` again. It must be finite.
    static Decimal of(double value);
    static Decimal of(int64_t value);
    static Decimal of(uint64_t value);
    bool is_zero() const { return whole == "0" && fraction.empty(); }
};

struct Bound {
    Decimal value;
    bool inclusive = true;
};

/// Numbers have at most so many digits, so that different ones are different as doubles.
constexpr uint32_t kMaxDigits = 15;

/// Decimal notations, without exponent, of the numbers from `least` to `most` that have at most `max_fraction` digits
/// behind the point. A bound that is absent, or beyond 10^15, leaves the side open up to 15 digits.
Expr number_range(Grammar& grammar, const std::optional<Bound>& least, const std::optional<Bound>& most,
                  uint32_t max_fraction);

}  // namespace siskin
