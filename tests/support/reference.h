#pragma once
// The forward pass written a second time: plain loops over doubles, weights through decode_row, sizes straight from the
// metadata. It shares nothing with engine/, models/ or ops/, so that a mistake there shows as a difference.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "formats/gguf_reader.h"

namespace siskin::test {

/// Whether the reference knows a general.architecture.
bool reference_knows(std::string_view arch);

/// Logits after each token of one text, [n_tokens][n_vocab]. `n_ctx` is the context that the text is run in: long-rope
/// models choose their factors by it. Throws std::logic_error for a file that the reference cannot run.
std::vector<double> reference_logits(const GgufFile& file, std::span<const int32_t> tokens, uint64_t n_ctx);

/// How clearly each token chooses its experts: the smallest gap, over the layers, between the last expert taken and the
/// first one left, in router logits. Where it is smaller than the rounding of a quantized model, either choice is
/// right.
std::vector<double> router_margins(const GgufFile& file, std::span<const int32_t> tokens, uint64_t n_ctx);

/// Normalized mean squared error, sum (a - ref)^2 / sum ref^2: over everything, and the worst position.
struct Nmse {
    double whole = 0, worst = 0;
};
template <class A, class B>
Nmse nmse(std::span<const A> a, std::span<const B> reference, size_t n_vocab) {
    Nmse result;
    double error = 0, size = 0;
    for (size_t at = 0; at < reference.size(); at += n_vocab) {
        double position_error = 0, position_size = 0;
        for (size_t i = at; i < at + n_vocab; ++i) {
            const double r = double(reference[i]), d = double(a[i]) - r;
            position_error += d * d;
            position_size += r * r;
        }
        const double ratio = position_error / position_size;
        result.worst = std::isnan(ratio) ? std::numeric_limits<double>::infinity() : std::max(result.worst, ratio);
        error += position_error;
        size += position_size;
    }
    result.whole = error / size;
    return result;
}

}  // namespace siskin::test
