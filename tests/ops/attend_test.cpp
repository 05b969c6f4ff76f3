// Attention: every table against scalar, bit for bit, and scalar against double precision; rows, heads and chunks apart
// against together.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "formats/half.h"
#include "ops/kernels.h"
#include "ops/memory.h"
#include "tests/support/guarded.h"
#include "tests/support/tiny_blocks.h"

namespace siskin::test {
namespace {

using Floats = std::vector<float>;

struct Case {
    size_t n_rows, n_q, d_k, d_v, end_key, window = 0;
    float softcap = 0;
    bool sinks = false;
    float query_size = 1;

    size_t end(size_t row) const { return end_key + row; }
    size_t first(size_t row) const { return window && end(row) > window ? end(row) - window : 0; }
};

// Borders of groups (16), tiles (64) and pages (256) at either end, lengths that are no multiple of 16 or 32, numbers
// of columns that leave every rest.
const Case kCases[] = {
    {1, 1, 16, 16, 1},
    {1, 1, 64, 64, 63},
    {1, 1, 128, 128, 64},
    {1, 4, 128, 128, 65},
    {2, 2, 64, 96, 255},
    {1, 3, 64, 64, 257},
    {1, 5, 80, 80, 700},
    {1, 8, 128, 128, 1030},
    {2, 9, 24, 40, 300},
    {1, 16, 32, 32, 130},
    {1, 17, 20, 12, 90, 87},
    {1, 1, 256, 256, 101, 1},
    {1, 4, 64, 64, 65, 2},
    {3, 4, 64, 64, 255, 2},
    {1, 4, 64, 64, 320, 20},
    {2, 7, 192, 128, 1000, 489},
    {12, 4, 64, 64, 1},
    {48, 1, 64, 64, 1},
    {12, 4, 128, 128, 250},
    {34, 4, 64, 64, 200},
    {11, 4, 64, 64, 500, 70},
    {23, 2, 64, 64, 300, 5},
    {40, 1, 32, 48, 250, 256},
    {20, 2, 64, 64, 520, 257},
    {1, 6, 64, 64, 600, 0, 50},
    {5, 2, 64, 64, 300, 230, 30},
    {3, 4, 64, 64, 200, 0, 0, true},
    {2, 4, 64, 64, 600, 350, 20, true},
    {1, 1, 64, 64, 400, 0, 0, true, 30},
    {1, 4, 128, 128, 500, 0, 0, false, 30},
};

std::string describe(const Case& c) {
    return "rows " + std::to_string(c.n_rows) + " n_q " + std::to_string(c.n_q) + " d_k " + std::to_string(c.d_k) +
           " d_v " + std::to_string(c.d_v) + " end " + std::to_string(c.end_key) + " window " +
           std::to_string(c.window) + (c.softcap != 0 ? " capped" : "") + (c.sinks ? " sinks" : "");
}

struct KvTypes {
    DType k, v;
};

/// Number i of the key or value in a slot of a page of blocks.
double in_block(DType type, const std::byte* page, size_t n, size_t slot, size_t i) {
    const DTypeInfo& info = dtype_info(type);
    Floats decoded(32);
    decode_row(info, page + (slot * ((n + 31) / 32) + i / 32) * info.block_bytes, 32, decoded.data());
    return decoded[i % 32];
}

/// What a page says about dimension i of the key in a slot.
double key_in(DType type, const std::byte* page, size_t d_k, size_t slot, size_t i) {
    if (in_blocks(type)) return in_block(type, page, d_k, slot, i);
    const size_t at = (slot / 16 * d_k + i) * 16 + slot % 16;
    if (type == DType::F16) return f16_to_f32(reinterpret_cast<const uint16_t*>(page)[at]);
    return reinterpret_cast<const float*>(page)[at];
}

double value_in(DType type, const std::byte* page, size_t d_v, size_t slot, size_t i) {
    if (in_blocks(type)) return in_block(type, page, d_v, slot, i);
    const size_t at = slot * ((d_v + 15) / 16 * 16) + i;
    if (type == DType::F16) return f16_to_f32(reinterpret_cast<const uint16_t*>(page)[at]);
    return reinterpret_cast<const float*>(page)[at];
}

/// A KV cache with random keys and values where the rows of the case see some, NaN in the other places of its pages,
/// and no pages elsewhere.
class Cache {
  public:
    Cache(const Case& c, const KvTypes& types, Random& random, const Kernels& table = *all_kernels().back())
        : c_(c), types_(types) {
        Floats key(c.d_k), value(c.d_v);
        const size_t end = c.end(c.n_rows - 1);
        for (size_t first = 0; first < end; first += kPageKeys) {
            if (first + kPageKeys <= c.first(0)) {
                k_pages_.push_back(nullptr);
                v_pages_.push_back(nullptr);
                continue;
            }
            std::byte* const k = add_page(key_page_bytes(types.k, c.d_k), k_pages_);
            std::byte* const v = add_page(value_page_bytes(types.v, c.d_v), v_pages_);
            for (size_t j = std::max(first, c.first(0)); j < std::min(end, first + kPageKeys); ++j) {
                for (float& x : key) x = float(random.normal());
                for (float& x : value) x = float(random.normal());
                table.put_key(types.k, c.d_k, key.data(), k, j - first);
                table.put_value(types.v, c.d_v, value.data(), v, j - first);
            }
        }
    }

    const KvTypes& types() const { return types_; }
    const std::byte* const* k_pages() const { return k_pages_.data(); }
    const std::byte* const* v_pages() const { return v_pages_.data(); }
    double k(size_t j, size_t i) const { return key_in(types_.k, k_pages_[j / kPageKeys], c_.d_k, j % kPageKeys, i); }
    double v(size_t j, size_t i) const { return value_in(types_.v, v_pages_[j / kPageKeys], c_.d_v, j % kPageKeys, i); }

  private:
    std::byte* add_page(size_t bytes, std::vector<const std::byte*>& pages) {
        memory_.push_back(std::make_unique<Guarded>(bytes, Against::End));
        std::memset(memory_.back()->data(), 0xff, bytes);
        pages.push_back(memory_.back()->data());
        return memory_.back()->data();
    }

    Case c_;
    KvTypes types_;
    std::vector<std::unique_ptr<Guarded>> memory_;
    std::vector<const std::byte*> k_pages_, v_pages_;
};

enum class Chunks { Together, Apart };

/// The rows one after the other, [n_rows][n_q][d_v]; the queries likewise.
Floats attend(const Kernels& table, const Case& c, const Cache& cache, const Floats& q, const Floats& sinks,
              Chunks chunks = Chunks::Together) {
    const Guarded queries(q.data(), q.size() * sizeof(float), Against::End);
    const size_t row_out = c.n_q * c.d_v, n_scratch = attend_scratch(c.n_rows, c.n_q, c.d_k, c.d_v);
    const Guarded out(c.n_rows * row_out * sizeof(float), Against::End);
    const Guarded scratch(n_scratch * sizeof(float), Against::End);
    const Buffer tile_scratch(kTileScratch);
    std::fill_n(scratch.as<float>(), n_scratch, std::nanf(""));
    std::vector<const float*> q_rows;
    std::vector<float*> out_rows;
    for (size_t r = 0; r < c.n_rows; ++r) {
        q_rows.push_back(queries.as<float>() + r * c.n_q * c.d_k - 3);
        out_rows.push_back(out.as<float>() + r * row_out - 5);
    }
    const AttendArgs args = {.n_rows = c.n_rows,
                             .n_q = c.n_q,
                             .d_k = c.d_k,
                             .d_v = c.d_v,
                             .q = q_rows.data(),
                             .q_at = 3,
                             .k_pages = cache.k_pages(),
                             .v_pages = cache.v_pages(),
                             .k_type = cache.types().k,
                             .v_type = cache.types().v,
                             .end_key = c.end_key,
                             .window = c.window,
                             .scale = 1 / std::sqrt(float(c.d_k)),
                             .softcap = c.softcap,
                             .sinks = c.sinks ? sinks.data() : nullptr,
                             .out = out_rows.data(),
                             .out_at = 5,
                             .scratch = scratch.as<float>(),
                             .tile_scratch = tile_scratch.data()};
    if (chunks == Chunks::Together) {
        table.attend(args);
    } else {
        const size_t first = c.first(0) / kPageKeys, end = (c.end(c.n_rows - 1) + kPageKeys - 1) / kPageKeys;
        const size_t states = c.n_rows * c.n_q * attend_state(c.d_v);
        const Guarded all((end - first) * states * sizeof(float), Against::End);
        for (size_t i = end; i-- > first;) table.attend_chunk(args, i, all.as<float>() + (i - first) * states);
        std::fill_n(scratch.as<float>(), n_scratch, std::nanf(""));
        table.merge_chunks(args, all.as<float>());
    }
    return Floats(out.as<float>(), out.as<float>() + c.n_rows * row_out);
}

/// The query, scaled, as keys of a type are multiplied with it.
std::vector<double> query_for(DType k_type, const Case& c, const float* q) {
    Floats scaled(rounded_up(c.d_k, 32));
    for (size_t i = 0; i < c.d_k; ++i) scaled[i] = q[i] * (1 / std::sqrt(float(c.d_k)));
    std::vector<double> out(scaled.begin(), scaled.end());
    if (!in_blocks(k_type)) return out;
    std::vector<ActQ80> coded(scaled.size() / 32);
    all_kernels().back()->quantize_q80(scaled.size(), scaled.data(), coded.data());
    for (size_t i = 0; i < c.d_k; ++i) out[i] = double(coded[i / 32].d) * coded[i / 32].q[i % 32];
    return out;
}

/// One head of a row by the textbook.
std::vector<double> attend_exactly(const Case& c, const Cache& cache, size_t row, const float* query, double sink) {
    const std::vector<double> q = query_for(cache.types().k, c, query);
    std::vector<double> scores(c.end(row)), out(c.d_v);
    double top = c.sinks ? sink : -INFINITY;
    for (size_t j = c.first(row); j < c.end(row); ++j) {
        double s = 0;
        for (size_t i = 0; i < c.d_k; ++i) s += q[i] * cache.k(j, i);
        if (c.softcap != 0) s = c.softcap * std::tanh(s / c.softcap);
        scores[j] = s;
        top = std::max(top, s);
    }
    double total = c.sinks ? std::exp(sink - top) : 0;
    for (size_t j = c.first(row); j < c.end(row); ++j) {
        const double p = std::exp(scores[j] - top);
        total += p;
        for (size_t i = 0; i < c.d_v; ++i) out[i] += p * cache.v(j, i);
    }
    for (double& v : out) v /= total;
    return out;
}

/// The first place where two results differ in any bit; their size where none does.
size_t first_difference(const Floats& a, const Floats& b) {
    for (size_t i = 0; i < a.size(); ++i)
        if (std::memcmp(&a[i], &b[i], sizeof(float)) != 0) return i;
    return a.size();
}

Floats random_floats(size_t n, float size, Random& random) {
    Floats out(n);
    for (float& x : out) x = size * float(random.normal());
    return out;
}

class Attention : public testing::TestWithParam<KvTypes> {};
INSTANTIATE_TEST_SUITE_P(Kv, Attention,
                         testing::Values(KvTypes{DType::F16, DType::F16}, KvTypes{DType::F32, DType::F32},
                                         KvTypes{DType::Q8_0, DType::Q8_0}, KvTypes{DType::Q4_0, DType::Q4_0},
                                         KvTypes{DType::Q8_0, DType::F16}, KvTypes{DType::F32, DType::Q4_0}),
                         [](const auto& parameter) {
                             return std::string(dtype_info(parameter.param.k).name) + "_" +
                                    std::string(dtype_info(parameter.param.v).name);
                         });

TEST_P(Attention, ScalarIsNearDoublePrecisionAndAllTablesEqualIt) {
    Random random(1);
    for (const Case& c : kCases) {
        SCOPED_TRACE(describe(c));
        const Cache cache(c, GetParam(), random);
        const Floats q = random_floats(c.n_rows * c.n_q * c.d_k, c.query_size, random);
        const Floats sinks = random_floats(c.n_q, 2, random);
        const Floats expected = attend(*all_kernels().back(), c, cache, q, sinks);
        for (size_t r = 0; r < c.n_rows; ++r)
            for (size_t h = 0; h < c.n_q; ++h) {
                const size_t at = r * c.n_q + h;
                const std::vector<double> exact = attend_exactly(c, cache, r, &q[at * c.d_k], sinks[h]);
                // Scores of size s err by about s 2^-24 sqrt(d_k), which is the relative error of their weights.
                const double tolerance = 2e-6 * (1 + c.query_size);
                for (size_t i = 0; i < c.d_v; ++i)
                    ASSERT_NEAR(expected[at * c.d_v + i], exact[i], tolerance) << "row " << r << " head " << h;
            }
        for (const Kernels* table : all_kernels()) {
            if (!can_run(*table)) continue;
            for (const Chunks chunks : {Chunks::Together, Chunks::Apart})
                ASSERT_EQ(first_difference(attend(*table, c, cache, q, sinks, chunks), expected), expected.size())
                    << table->name << (chunks == Chunks::Apart ? ", chunks apart" : "");
        }
    }
}

// A result does not depend on the other rows and heads of its block.
TEST_P(Attention, RowsAndHeadsAreIndependent) {
    Random random(2);
    for (const size_t window : {0, 60, 270}) {
        const Case all = {.n_rows = 7, .n_q = 5, .d_k = 48, .d_v = 32, .end_key = 508, .window = window};
        const Cache cache(all, GetParam(), random);
        const Floats q = random_floats(all.n_rows * all.n_q * all.d_k, 1, random);
        for (const Kernels* table : all_kernels()) {
            if (!can_run(*table)) continue;
            const Floats together = attend(*table, all, cache, q, {});
            for (size_t r = 0; r < all.n_rows; ++r)
                for (size_t h = 0; h < all.n_q; ++h) {
                    Case one = all;
                    one.n_rows = one.n_q = 1;
                    one.end_key = all.end(r);
                    const size_t at = r * all.n_q + h;
                    const Floats mine(&q[at * all.d_k], &q[at * all.d_k] + all.d_k);
                    const Floats alone = attend(*table, one, cache, mine, {});
                    const Floats among(&together[at * all.d_v], &together[at * all.d_v] + all.d_v);
                    ASSERT_EQ(first_difference(alone, among), alone.size())
                        << table->name << " row " << r << " head " << h;
                }
        }
    }
}

// What is stored is near what was given, the same on every table, and lies within the page.
TEST_P(Attention, KeysAndValuesAreStored) {
    const auto [k_type, v_type] = GetParam();
    const auto tolerance = [](DType type) {
        return type == DType::F32 ? 0 : type == DType::F16 ? 0x1p-11 : type == DType::Q8_0 ? 0.6 / 127 : 1.02 / 8;
    };
    for (const size_t d : {64, 40, 12}) {
        Random random(3);
        Floats x(d);
        const Guarded expected_keys(key_page_bytes(k_type, d), Against::End);
        const Guarded expected_values(value_page_bytes(v_type, d), Against::End);
        for (const Kernels* table : {all_kernels().back(), all_kernels().front()}) {
            if (!can_run(*table)) continue;
            random = Random(3);
            const Guarded keys(key_page_bytes(k_type, d), Against::End),
                values(value_page_bytes(v_type, d), Against::End);
            for (size_t slot = 0; slot < kPageKeys; ++slot) {
                for (float& v : x) v = float(random.normal()) * float(slot % 3);
                table->put_key(k_type, d, x.data(), keys.data(), slot);
                table->put_value(v_type, d, x.data(), values.data(), slot);
                double most = 0;
                for (const float v : x) most = std::max<double>(most, std::fabs(v));
                for (size_t i = 0; i < d; ++i) {
                    ASSERT_NEAR(key_in(k_type, keys.data(), d, slot, i), x[i], most * tolerance(k_type));
                    ASSERT_NEAR(value_in(v_type, values.data(), d, slot, i), x[i], most * tolerance(v_type));
                }
            }
            if (table == all_kernels().back()) {
                std::memcpy(expected_keys.data(), keys.data(), key_page_bytes(k_type, d));
                std::memcpy(expected_values.data(), values.data(), value_page_bytes(v_type, d));
            }
            EXPECT_EQ(std::memcmp(expected_keys.data(), keys.data(), key_page_bytes(k_type, d)), 0) << table->name;
            EXPECT_EQ(std::memcmp(expected_values.data(), values.data(), value_page_bytes(v_type, d)), 0)
                << table->name;
        }
    }
}

TEST_P(Attention, WhatIsNotFiniteStaysSo) {
    constexpr size_t kD = 64;
    Floats x(kD, 1);
    x[37] = INFINITY;
    for (const Kernels* table : all_kernels()) {
        if (!can_run(*table)) continue;
        std::vector<std::byte> page(std::max(key_page_bytes(DType::F32, kD), value_page_bytes(DType::F32, kD)));
        table->put_key(GetParam().k, kD, x.data(), page.data(), 9);
        EXPECT_FALSE(std::isfinite(key_in(GetParam().k, page.data(), kD, 9, 37))) << table->name;
        table->put_value(GetParam().v, kD, x.data(), page.data(), 9);
        EXPECT_FALSE(std::isfinite(value_in(GetParam().v, page.data(), kD, 9, 37))) << table->name;
    }
}

}  // namespace
}  // namespace siskin::test
