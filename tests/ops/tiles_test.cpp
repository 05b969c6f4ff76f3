// Products by way of tiles: every type and table against scalar rows, bit for bit.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "ops/kernels.h"
#include "ops/memory.h"
#include "tests/support/guarded.h"

namespace siskin::test {
namespace {

const Kernels& scalar() { return *all_kernels().back(); }

struct Case {
    const Kernels* table;
    const DTypeInfo* info;
};

std::vector<Case> cases() {
    std::vector<Case> all;
    for (const Kernels* table : all_kernels())
        for (const DTypeInfo& info : all_dtypes())
            if (can_run(*table) && table->tiles[size_t(info.type)]) all.push_back({table, &info});
    return all;
}

/// The blocks of a matrix, which end where memory ends.
std::unique_ptr<Guarded> random_bytes(size_t n, std::mt19937& random) {
    auto bytes = std::make_unique<Guarded>(n, Against::End);
    for (size_t i = 0; i < n; ++i) bytes->data()[i] = std::byte(random());
    return bytes;
}

/// Columns of activations in the form that a type needs, each at the end of readable memory.
class Columns {
  public:
    /// value(c, k) is element k of column c.
    template <class F>
    Columns(ActKind kind, size_t n_cols, size_t n_k, F value) {
        for (size_t c = 0; c < n_cols; ++c) {
            std::vector<float> x(n_k);
            for (size_t k = 0; k < n_k; ++k) x[k] = value(c, k);
            memory_.push_back(std::make_unique<Guarded>(column_bytes(kind, n_k), Against::End));
            const Guarded& column = *memory_.back();
            if (kind == ActKind::F32) std::memcpy(column.data(), x.data(), n_k * sizeof(float));
            if (kind == ActKind::BF16) scalar().to_bf16(n_k, x.data(), column.as<uint16_t>());
            if (kind == ActKind::Q8_K) scalar().quantize_q8k(n_k, x.data(), column.as<ActQ8K>());
            if (kind == ActKind::Q8_0) scalar().quantize_q80(n_k, x.data(), column.as<ActQ80>());
            pointers_.push_back(column.data());
        }
    }
    const void* const* pointers() const { return pointers_.data(); }

  private:
    std::vector<std::unique_ptr<Guarded>> memory_;
    std::vector<const void*> pointers_;
};

auto random_values(std::mt19937& random) {
    return [&random](size_t, size_t) { return float(int(random() % 2001) - 1000) / 500; };
}

/// Results at the end of writable memory.
struct Output {
    Guarded memory;
    std::vector<float*> pointers;

    Output(size_t n_cols, size_t n_rows) : memory(n_cols * n_rows * sizeof(float), Against::End) {
        for (size_t c = 0; c < n_cols; ++c) pointers.push_back(memory.as<float>() + c * n_rows);
    }
};

struct Shape {
    size_t n_k, n_rows, n_cols;
};

void expect_the_bits_of_scalar(const Case& c, const Shape& s, const std::byte* w, const Columns& x) {
    const Buffer scratch(kTileScratch);
    const size_t stride = row_bytes(*c.info, s.n_k), type = size_t(c.info->type);
    const Output expected(s.n_cols, s.n_rows), got(s.n_cols, s.n_rows);
    for (size_t col = 0; col < s.n_cols; col += kMaxCols)
        scalar().rows[type](s.n_k, s.n_rows, w, stride, int(std::min<size_t>(kMaxCols, s.n_cols - col)),
                            x.pointers() + col, &expected.pointers[col]);
    c.table->tiles[type](s.n_k, s.n_rows, w, stride, s.n_cols, x.pointers(), got.pointers.data(), scratch.data());
    for (size_t i = 0; i < s.n_rows * s.n_cols; ++i) {
        const float a = got.memory.as<float>()[i], b = expected.memory.as<float>()[i];
        if (std::isnan(a) && std::isnan(b)) continue;
        ASSERT_EQ(std::memcmp(&a, &b, sizeof(float)), 0)
            << c.table->name << " " << c.info->name << " " << s.n_rows << "x" << s.n_k << ", column " << i / s.n_rows
            << " of " << s.n_cols << ", row " << i % s.n_rows << ": " << a << ", expected " << b;
    }
}

class EveryTile : public testing::TestWithParam<Case> {};
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(EveryTile);
INSTANTIATE_TEST_SUITE_P(Tiles, EveryTile, testing::ValuesIn(cases()), [](const auto& test) {
    return std::string(test.param.table->name) + "_" + std::string(test.param.info->name);
});

// Row counts around groups and passes of tiles, column counts around panels, row lengths around what a tile holds.
// Random blocks reach every bit pattern, scales that are infinite or no numbers included.
TEST_P(EveryTile, GivesTheBitsOfTheScalarRows) {
    std::mt19937 random(3);
    std::vector<Shape> shapes = {{256, 1, 1}, {256, 16, 8}, {2048, 33, 13}, {2304, 70, 3}, {1280, 67, 125}};
    for (size_t n_cols : {1, 2, 3, 4, 5, 6, 7, 8, 9, 17}) shapes.push_back({768, 19, n_cols});
    if (GetParam().info->block_elems == 1)
        for (size_t n_k : {1, 15, 17, 31, 33, 300, 521, 800}) shapes.push_back({n_k, 5, 4});
    for (const Shape& s : shapes) {
        const auto w = random_bytes(row_bytes(*GetParam().info, s.n_k) * s.n_rows, random);
        const Columns x(GetParam().info->act, s.n_cols, s.n_k, random_values(random));
        expect_the_bits_of_scalar(GetParam(), s, w->data(), x);
        if (HasFatalFailure()) return;
    }
}

/// +-1 with every sign pattern of four; then, four columns each, 0 to 32 ones among 32 and zeros: all positive, all
/// negative, by turns, and first the ones, then the others.
float extreme_value(size_t c, size_t k) {
    if (c < 16) return c >> k % 4 & 1 ? 1.0f : -1.0f;
    const bool is_one = k % 32 < (c - 16) / 4;
    const bool negative[] = {false, true, k % 2 == 1, k % 32 >= 16};
    return !is_one ? 0.0f : negative[c % 4] ? -1.0f : 1.0f;
}

// The largest sums that can occur, and those around every smaller limit: blocks of equal bytes, save for ones where
// float scales are, which must not hide them by being no numbers; against activations of +-127.
TEST_P(EveryTile, ExtremesDoNotSaturate) {
    const Shape s = {512, 18, 16 + 4 * 33};
    const DTypeInfo& info = *GetParam().info;
    const Columns x(info.act, s.n_cols, s.n_k, extreme_value);
    const size_t bytes = row_bytes(info, s.n_k) * s.n_rows, last = info.block_bytes - 4;
    for (int fill : {0x00, 0xff, 0x7f, 0x80, 0x55, 0xaa, 0x0f, 0xf0, 0x88, 0x77, 0x08, 0x8f}) {
        const Guarded w(std::vector<std::byte>(bytes, std::byte(fill)).data(), bytes, Against::End);
        constexpr uint16_t kOnes[2] = {0x3c00, 0x3c00};
        for (size_t block = 0; info.block_bytes >= 8 && block < bytes; block += info.block_bytes) {
            std::memcpy(w.data() + block, kOnes, 4);
            std::memcpy(w.data() + block + last, kOnes, 4);
        }
        expect_the_bits_of_scalar(GetParam(), s, w.data(), x);
        if (HasFatalFailure()) return;
    }
}

TEST(Tiles, AreThereForEveryQuantizedTypeOnceThereAreAny) {
    for (const Kernels* table : all_kernels())
        for (const DTypeInfo& info : all_dtypes()) {
            const size_t type = size_t(info.type);
            if (info.block_elems != 1) {
                EXPECT_EQ(table->tiles[type] != nullptr, table != &scalar()) << table->name << " " << info.name;
            }
            EXPECT_EQ(table->tiles[type] != nullptr, table->tiles_from[type] != 0) << table->name << " " << info.name;
        }
}

}  // namespace
}  // namespace siskin::test
