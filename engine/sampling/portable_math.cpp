#include "engine/sampling/portable_math.h"

#include <cmath>
#include <limits>

namespace siskin {
namespace {

constexpr double kLn2 = 0.693147180559945309417, kSqrtHalf = 0.70710678118654752440;
// ln 2 in two parts; the first has so few bits that its product with an exponent is exact.
constexpr double kLn2High = 0x1.62e42feep-1, kLn2Low = 1.90821492927058770002e-10;

}  // namespace

double portable_log(double x) {
    int exponent = 0;
    double m = std::frexp(x, &exponent);
    if (m < kSqrtHalf) m *= 2, exponent -= 1;
    // ln m = 2 artanh z = 2 (z + z^3/3 + z^5/5 + ...) with |z| <= 0.172.
    const double z = (m - 1) / (m + 1), zz = z * z;
    double series = 0;
    for (int k = 23; k >= 3; k -= 2) series = (series + 1.0 / k) * zz;
    return exponent * kLn2High + (2 * z + (2 * z * series + exponent * kLn2Low));
}

double portable_exp(double x) {
    if (!(x > -745)) return 0;
    if (x > 709) return std::numeric_limits<double>::infinity();
    const double n = std::floor(x / kLn2 + 0.5), r = (x - n * kLn2High) - n * kLn2Low;
    double series = 1;  // Horner's way through r^k / k!
    for (int k = 14; k >= 1; --k) series = 1 + series * r / k;
    return std::ldexp(series, int(n));
}

double portable_pow(double base, double exp) {
    if (exp == 0) return 1;
    return base > 0 ? portable_exp(exp * portable_log(base)) : 0;
}

}  // namespace siskin
