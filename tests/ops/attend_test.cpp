// Attention: every table against scalar, bit for bit, and scalar against double precision.

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "formats/half.h"
#include "ops/kernels.h"
#include "tests/support/guarded.h"
#include "tests/support/tiny_blocks.h"

namespace siskin::test {
namespace {

using Floats = std::vector<float>;

struct Case {
    size_t n_q, d_k, d_v, first_key, end_key;
    float softcap = 0;
    bool sinks = false;
    float query_size = 1;
};

// Borders of tiles (64) and pages (256) at either end, lengths that are no multiple of 16, groups of every size.
const Case kCases[] = {
    {1, 16, 16, 0, 1},
    {1, 64, 64, 0, 63},
    {1, 128, 128, 0, 64},
    {4, 128, 128, 0, 65},
    {2, 64, 96, 0, 256},
    {3, 64, 64, 0, 257},
    {5, 80, 80, 0, 700},
    {8, 128, 128, 0, 1030},
    {9, 24, 40, 0, 300},
    {16, 32, 32, 0, 130},
    {17, 20, 12, 3, 90},
    {1, 256, 256, 100, 101},
    {4, 64, 64, 63, 65},
    {4, 64, 64, 255, 257},
    {4, 64, 64, 300, 320},
    {7, 192, 128, 511, 1000},
    {6, 64, 64, 0, 600, 50},
    {2, 64, 64, 70, 300, 30},
    {4, 64, 64, 0, 200, 0, true},
    {4, 64, 64, 250, 600, 20, true},
    {1, 64, 64, 0, 400, 0, true, 30},
    {4, 128, 128, 0, 500, 0, false, 30},
};

std::string describe(const Case& c) {
    return "n_q " + std::to_string(c.n_q) + " d_k " + std::to_string(c.d_k) + " d_v " + std::to_string(c.d_v) +
           " keys " + std::to_string(c.first_key) + ".." + std::to_string(c.end_key) +
           (c.softcap != 0 ? " capped" : "") + (c.sinks ? " sinks" : "");
}

/// A KV cache with random keys and values where the case has keys, NaN in the other places of its pages, and no pages
/// elsewhere.
class Cache {
  public:
    Cache(const Case& c, DType type, Random& random) : type_(type), k_(c.d_k), v_(c.d_v) {
        for (size_t first = 0; first < c.end_key; first += kPageKeys)
            for (Side* side : {&k_, &v_}) {
                if (first + kPageKeys <= c.first_key) {
                    side->pages.push_back(nullptr);
                    continue;
                }
                side->memory.push_back(std::make_unique<Guarded>(kPageKeys * side->d * element_bytes(), Against::End));
                side->pages.push_back(side->memory.back()->data());
                for (size_t j = 0; j < kPageKeys; ++j) {
                    const bool present = first + j >= c.first_key && first + j < c.end_key;
                    for (size_t i = 0; i < side->d; ++i)
                        set(*side, first + j, i, present ? float(random.normal()) : std::nanf(""));
                }
            }
    }

    const std::byte* const* k_pages() const { return k_.pages.data(); }
    const std::byte* const* v_pages() const { return v_.pages.data(); }
    double k(size_t j, size_t i) const { return get(k_, j, i); }
    double v(size_t j, size_t i) const { return get(v_, j, i); }

  private:
    struct Side {
        explicit Side(size_t length) : d(length) {}
        size_t d;
        std::vector<std::unique_ptr<Guarded>> memory;
        std::vector<const std::byte*> pages;
    };
    size_t element_bytes() const { return type_ == DType::F16 ? 2 : 4; }
    std::byte* at(const Side& side, size_t j, size_t i) const {
        const std::byte* page = side.pages[j / kPageKeys];
        return const_cast<std::byte*>(page) + (j % kPageKeys * side.d + i) * element_bytes();
    }
    void set(const Side& side, size_t j, size_t i, float value) {
        const uint16_t half = f32_to_f16(value);
        std::memcpy(at(side, j, i), type_ == DType::F16 ? static_cast<const void*>(&half) : &value, element_bytes());
    }
    double get(const Side& side, size_t j, size_t i) const {
        uint16_t half;
        float value;
        if (type_ == DType::F16) return std::memcpy(&half, at(side, j, i), 2), f16_to_f32(half);
        return std::memcpy(&value, at(side, j, i), 4), value;
    }

    DType type_;
    Side k_, v_;
};

Floats attend(const Kernels& table, const Case& c, DType type, const Cache& cache, const Floats& q,
              const Floats& sinks) {
    const Guarded queries(q.data(), q.size() * sizeof(float), Against::End);
    const Guarded out(c.n_q * c.d_v * sizeof(float), Against::End);
    const Guarded scratch(attend_scratch(c.n_q, c.d_k, c.d_v) * sizeof(float), Against::End);
    std::fill_n(scratch.as<float>(), attend_scratch(c.n_q, c.d_k, c.d_v), std::nanf(""));
    table.attend({.n_q = c.n_q,
                  .d_k = c.d_k,
                  .d_v = c.d_v,
                  .q = queries.as<float>(),
                  .k_pages = cache.k_pages(),
                  .v_pages = cache.v_pages(),
                  .kv_type = type,
                  .first_key = c.first_key,
                  .end_key = c.end_key,
                  .scale = 1 / std::sqrt(float(c.d_k)),
                  .softcap = c.softcap,
                  .sinks = c.sinks ? sinks.data() : nullptr,
                  .out = out.as<float>(),
                  .scratch = scratch.as<float>()});
    return Floats(out.as<float>(), out.as<float>() + c.n_q * c.d_v);
}

/// One head by the textbook.
std::vector<double> attend_exactly(const Case& c, const Cache& cache, const float* q, double sink) {
    std::vector<double> scores(c.end_key), out(c.d_v);
    double top = c.sinks ? sink : -INFINITY;
    for (size_t j = c.first_key; j < c.end_key; ++j) {
        double s = 0;
        for (size_t i = 0; i < c.d_k; ++i) s += q[i] * cache.k(j, i);
        s /= std::sqrt(double(c.d_k));
        if (c.softcap != 0) s = c.softcap * std::tanh(s / c.softcap);
        scores[j] = s;
        top = std::max(top, s);
    }
    double total = c.sinks ? std::exp(sink - top) : 0;
    for (size_t j = c.first_key; j < c.end_key; ++j) {
        const double p = std::exp(scores[j] - top);
        total += p;
        for (size_t i = 0; i < c.d_v; ++i) out[i] += p * cache.v(j, i);
    }
    for (double& v : out) v /= total;
    return out;
}

class Attention : public testing::TestWithParam<DType> {};
INSTANTIATE_TEST_SUITE_P(Kv, Attention, testing::Values(DType::F16, DType::F32),
                         [](const auto& parameter) { return std::string(dtype_info(parameter.param).name); });

TEST_P(Attention, ScalarIsNearDoublePrecisionAndAllTablesEqualIt) {
    Random random(1);
    for (const Case& c : kCases) {
        const Cache cache(c, GetParam(), random);
        Floats q(c.n_q * c.d_k), sinks(c.n_q);
        for (float& v : q) v = c.query_size * float(random.normal());
        for (float& v : sinks) v = 2 * float(random.normal());
        const Floats expected = attend(*all_kernels().back(), c, GetParam(), cache, q, sinks);
        for (size_t h = 0; h < c.n_q; ++h) {
            const std::vector<double> exact = attend_exactly(c, cache, &q[h * c.d_k], sinks[h]);
            // Scores of size s err by about s 2^-24 sqrt(d_k), which is the relative error of their weights.
            const double tolerance = 2e-6 * (1 + c.query_size);
            for (size_t i = 0; i < c.d_v; ++i)
                ASSERT_NEAR(expected[h * c.d_v + i], exact[i], tolerance)
                    << describe(c) << " head " << h << " at " << i;
        }
        for (const Kernels* table : all_kernels()) {
            if (!can_run(*table)) continue;
            const Floats got = attend(*table, c, GetParam(), cache, q, sinks);
            for (size_t i = 0; i < got.size(); ++i)
                ASSERT_EQ(std::bit_cast<uint32_t>(got[i]), std::bit_cast<uint32_t>(expected[i]))
                    << table->name << " " << describe(c) << " at " << i << ": " << got[i] << ", scalar " << expected[i];
        }
    }
}

// A head's result does not depend on the other heads of its group.
TEST_P(Attention, HeadsAreIndependent) {
    Random random(2);
    const Case all = {9, 48, 32, 5, 333}, one = {1, 48, 32, 5, 333};
    const Cache cache(all, GetParam(), random);
    Floats q(all.n_q * all.d_k);
    for (float& v : q) v = float(random.normal());
    for (const Kernels* table : all_kernels()) {
        if (!can_run(*table)) continue;
        const Floats together = attend(*table, all, GetParam(), cache, q, {});
        for (size_t h = 0; h < all.n_q; ++h) {
            const Floats mine(&q[h * all.d_k], &q[h * all.d_k] + all.d_k);
            const Floats alone = attend(*table, one, GetParam(), cache, mine, {});
            ASSERT_TRUE(std::equal(alone.begin(), alone.end(), &together[h * all.d_v])) << table->name << " head " << h;
        }
    }
}

}  // namespace
}  // namespace siskin::test
