// Products of rows: every type and table against scalar, bit for bit, and scalar against double precision.

#include "ops/kernels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "formats/error.h"
#include "formats/half.h"
#include "ops/cpu.h"
#include "tests/support/guarded.h"
#include "tests/support/tiny_blocks.h"

namespace siskin::test {
namespace {

using Bytes = std::vector<std::byte>;

const Kernels& scalar() { return *all_kernels().back(); }

/// The tables to compare with scalar on this machine.
std::vector<const Kernels*> other_tables() {
    std::vector<const Kernels*> tables;
    for (const Kernels* table : all_kernels())
        if (table != &scalar() && can_run(*table)) tables.push_back(table);
    return tables;
}

bool decodes_to_finite(const DTypeInfo& info, const std::byte* block) {
    std::vector<float> w(info.block_elems);
    decode_row(info, block, info.block_elems, w.data());
    for (float v : w)
        if (!std::isfinite(v)) return false;
    return true;
}

void fill_random(std::byte* p, size_t n, Random& random) {
    for (size_t i = 0; i < n; ++i) p[i] = std::byte(random.below(256));
}

/// Blocks of random bits, scales included: of any size, but finite.
Bytes random_blocks(const DTypeInfo& info, size_t n_blocks, Random& random) {
    Bytes blocks(n_blocks * info.block_bytes);
    for (size_t b = 0; b < n_blocks; ++b) {
        std::byte* block = &blocks[b * info.block_bytes];
        do fill_random(block, info.block_bytes, random);
        while (!decodes_to_finite(info, block));
    }
    return blocks;
}

/// Columns in the form that a type needs, at the end of readable memory.
class Columns {
  public:
    Columns(const DTypeInfo& info, const std::vector<std::vector<float>>& values) {
        for (const auto& v : values) {
            const size_t size = column_bytes(info.act, v.size());
            memory_.push_back(std::make_unique<Guarded>(size, Against::End));
            std::byte* column = memory_.back()->data();
            if (info.act == ActKind::F32) std::memcpy(column, v.data(), size);
            if (info.act == ActKind::BF16) scalar().to_bf16(v.size(), v.data(), reinterpret_cast<uint16_t*>(column));
            if (info.act == ActKind::Q8_0) scalar().quantize_q80(v.size(), v.data(), reinterpret_cast<ActQ80*>(column));
            if (info.act == ActKind::Q8_K) scalar().quantize_q8k(v.size(), v.data(), reinterpret_cast<ActQ8K*>(column));
            pointers_.push_back(column);
        }
    }
    const void* const* pointers() const { return pointers_.data(); }

  private:
    std::vector<std::unique_ptr<Guarded>> memory_;
    std::vector<const void*> pointers_;
};

std::vector<std::vector<float>> random_columns(int n_cols, size_t n_k, Random& random) {
    std::vector<std::vector<float>> columns(n_cols, std::vector<float>(n_k));
    for (auto& column : columns)
        for (float& v : column) v = float(random.normal());
    return columns;
}

/// Results, [column][row], which a kernel writes at the end of writable memory.
class Outputs {
  public:
    Outputs(const Kernels& table, const DTypeInfo& info, size_t n_k, size_t n_rows, const std::byte* w, size_t stride,
            int n_cols, const void* const* x)
        : n_rows_(n_rows) {
        for (int c = 0; c < n_cols; ++c) {
            memory_.push_back(std::make_unique<Guarded>(n_rows * sizeof(float), Against::End));
            columns_.push_back(memory_.back()->as<float>());
        }
        compute(table, info, n_k, n_rows, w, stride, n_cols, x);
    }

    /// Computes again, n_rows and n_cols at most as many as before.
    void compute(const Kernels& table, const DTypeInfo& info, size_t n_k, size_t n_rows, const std::byte* w,
                 size_t stride, int n_cols, const void* const* x) {
        n_rows_ = n_rows;
        for (size_t c = 0; c < columns_.size(); ++c) {
            columns_[c] = reinterpret_cast<float*>(memory_[c]->part(n_rows * sizeof(float)));
            std::fill_n(columns_[c], n_rows, 12345.0f);
        }
        table.rows[size_t(info.type)](n_k, n_rows, w, stride, n_cols, x, columns_.data());
    }
    size_t n_rows() const { return n_rows_; }
    const float* operator[](size_t column) const { return columns_[column]; }

  private:
    size_t n_rows_;
    std::vector<std::unique_ptr<Guarded>> memory_;
    std::vector<float*> columns_;
};

bool same_bits(float a, float b) {
    return std::bit_cast<uint32_t>(a) == std::bit_cast<uint32_t>(b) || (std::isnan(a) && std::isnan(b));
}

/// Compares all rows of `got` with those of `expected` from first_row on.
void expect_same(const Outputs& expected, size_t first_row, const Outputs& got, int n_cols, const std::string& what) {
    for (int c = 0; c < n_cols; ++c)
        for (size_t r = 0; r < got.n_rows(); ++r)
            ASSERT_TRUE(same_bits(expected[c][first_row + r], got[c][r]))
                << what << ": row " << r << " column " << c << ": " << got[c][r] << ", scalar "
                << expected[c][first_row + r];
}

std::vector<size_t> lengths(const DTypeInfo& info) {
    if (info.block_elems == 1) return {1, 15, 16, 17, 40, 256};
    const size_t block = info.block_elems;
    return {block, 3 * block, (512 + block - 1) / block * block};
}

std::vector<DTypeInfo> types(bool quantized_only) {
    std::vector<DTypeInfo> result;
    for (const DTypeInfo& info : all_dtypes())
        if (!quantized_only || info.block_elems != 1) result.push_back(info);
    return result;
}
const auto name_of_type = [](const auto& parameter) { return std::string(parameter.param.name); };

class EveryType : public testing::TestWithParam<DTypeInfo> {};
class EveryQuantizedType : public testing::TestWithParam<DTypeInfo> {};
INSTANTIATE_TEST_SUITE_P(Rows, EveryType, testing::ValuesIn(types(false)), name_of_type);
INSTANTIATE_TEST_SUITE_P(Rows, EveryQuantizedType, testing::ValuesIn(types(true)), name_of_type);

// Any number of rows and columns, weights of random bits against either end of readable memory, with and without
// flushing of denormals.
TEST_P(EveryType, EqualsScalar) {
    const DTypeInfo& info = GetParam();
    constexpr size_t kRows = 35;
    Random random(1, info.name);
    for (size_t n_k : lengths(info)) {
        const size_t stride = row_bytes(info, n_k);
        const Bytes blocks = random_blocks(info, kRows * n_k / info.block_elems, random);
        const Guarded at_begin(blocks.data(), blocks.size(), Against::Begin);
        const Guarded at_end(blocks.data(), blocks.size(), Against::End);
        const Columns x(info, random_columns(kMaxCols, n_k, random));
        Outputs got(scalar(), info, n_k, kRows, blocks.data(), stride, kMaxCols, x.pointers());
        for (bool flush : {false, true}) {
            const auto flushing = flush ? std::make_unique<FlushDenormals>() : nullptr;
            const Outputs expected(scalar(), info, n_k, kRows, blocks.data(), stride, kMaxCols, x.pointers());
            for (const Kernels* table : other_tables())
                for (const Guarded* w : {&at_begin, &at_end})
                    for (size_t n_rows : {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 35})
                        for (int n_cols = 1; n_cols <= kMaxCols; ++n_cols) {
                            got.compute(*table, info, n_k, n_rows, w->part(n_rows * stride), stride, n_cols,
                                        x.pointers());
                            expect_same(expected, w == &at_begin ? 0 : kRows - n_rows, got, n_cols,
                                        std::string(table->name) + " n_k " + std::to_string(n_k) + " rows " +
                                            std::to_string(n_rows) + " columns " + std::to_string(n_cols));
                            if (HasFatalFailure()) return;
                        }
        }
    }
}

// The rows of a matrix may lie apart.
TEST_P(EveryType, TakesTheStrideOfRows) {
    const DTypeInfo& info = GetParam();
    constexpr size_t kRows = 18;
    Random random(2, info.name);
    const size_t n_k = lengths(info).back(), bytes = row_bytes(info, n_k), stride = bytes + 24;
    const Bytes blocks = random_blocks(info, kRows * n_k / info.block_elems, random);
    Bytes apart(kRows * stride, std::byte(0xff));
    for (size_t r = 0; r < kRows; ++r) std::memcpy(&apart[r * stride], &blocks[r * bytes], bytes);
    const Columns x(info, random_columns(3, n_k, random));
    const Outputs expected(scalar(), info, n_k, kRows, blocks.data(), bytes, 3, x.pointers());
    for (const Kernels* table : all_kernels()) {
        if (!can_run(*table)) continue;
        const Outputs got(*table, info, n_k, kRows, apart.data(), stride, 3, x.pointers());
        expect_same(expected, 0, got, 3, std::string(table->name));
    }
}

/// The magnitude of what a weight is made of, scaled code and minimum, which may cancel in the weight.
std::vector<double> term_sizes(const DTypeInfo& info, const std::byte* row, size_t n_k) {
    std::vector<double> sizes(n_k);
    std::vector<float> w(n_k);
    decode_row(info, row, n_k, w.data());
    Codes256 big;
    std::vector<Codes32> small(info.block_elems / 32);
    for (size_t k = 0; k < n_k; ++k) {
        const std::byte* block = row + k / info.block_elems * info.block_bytes;
        const size_t i = k % info.block_elems;
        sizes[k] = std::abs(double(w[k]));
        if (info.unpack256) {
            if (i == 0) info.unpack256(block, big);
            sizes[k] =
                std::abs(double(big.d) * big.scale[i / 16] * big.q[i]) + std::abs(double(big.dmin) * big.min[i / 16]);
        }
        if (info.unpack32) {
            if (i == 0) info.unpack32(block, small.data());
            const Codes32& part = small[i / 32];
            sizes[k] = std::abs(double(part.d[i % 32 / 16]) * part.q[i % 32]) + std::abs(double(part.m));
        }
    }
    return sizes;
}

/// Activations as doubles, after quantization.
std::vector<double> decoded_column(const DTypeInfo& info, const void* column, size_t n_k) {
    std::vector<double> x(n_k);
    for (size_t k = 0; k < n_k; ++k) {
        if (info.act == ActKind::F32) x[k] = static_cast<const float*>(column)[k];
        if (info.act == ActKind::BF16) x[k] = bf16_to_f32(static_cast<const uint16_t*>(column)[k]);
        if (info.act == ActKind::Q8_0) {
            const ActQ80& group = static_cast<const ActQ80*>(column)[k / 32];
            x[k] = double(group.d) * group.q[k % 32];
        }
        if (info.act == ActKind::Q8_K) {
            const ActQ8K& group = static_cast<const ActQ8K*>(column)[k / 256];
            x[k] = double(group.d) * group.q[k % 256];
        }
    }
    return x;
}

/// Compares with the decoded weights in double precision. Each float operation of the definition errs by at most 2^-24
/// of its result, and no result exceeds the sum of the magnitudes of all terms. There are n_k / 16 steps for floats and
/// after them four of the tree, at most n_k / 16 for blocks of 32 that split their scale, each with the product of two
/// scales; a decoded weight itself errs by two operations.
void expect_near_double(const DTypeInfo& info, size_t n_k, size_t n_rows, const std::byte* w, int n_cols,
                        const void* const* x, const Outputs& got, const std::string& what) {
    std::vector<float> row(n_k);
    for (size_t r = 0; r < n_rows; ++r) {
        const std::byte* bytes = w + r * row_bytes(info, n_k);
        decode_row(info, bytes, n_k, row.data());
        const std::vector<double> sizes = term_sizes(info, bytes, n_k);
        for (int c = 0; c < n_cols; ++c) {
            const std::vector<double> column = decoded_column(info, x[c], n_k);
            double sum = 0, size = 0;
            for (size_t k = 0; k < n_k; ++k) sum += row[k] * column[k], size += sizes[k] * std::abs(column[k]);
            EXPECT_NEAR(got[c][r], sum, (double(n_k) / 16 + 8) * 0x1p-24 * size)
                << what << " n_k " << n_k << " row " << r << " column " << c;
        }
    }
}

TEST_P(EveryType, ScalarIsNearDoublePrecision) {
    const DTypeInfo& info = GetParam();
    constexpr size_t kRows = 20;
    constexpr int kCols = 2;
    Random random(4, info.name);
    for (size_t n_k : lengths(info)) {
        const Bytes w = random_weights(info.type, kRows * n_k, 1.0, random);
        const Columns x(info, random_columns(kCols, n_k, random));
        const Outputs got(scalar(), info, n_k, kRows, w.data(), row_bytes(info, n_k), kCols, x.pointers());
        expect_near_double(info, n_k, kRows, w.data(), kCols, x.pointers(), got, "scalar");
    }
}

/// Blocks filled with one byte, except for bytes that would make a scale infinite or NaN.
Bytes uniform_blocks(const DTypeInfo& info, size_t n_blocks, std::byte fill) {
    Bytes block(info.block_bytes, fill);
    for (size_t i = 0; i < block.size() && !decodes_to_finite(info, block.data()); ++i) {
        const std::byte high_byte_of_one{0x3c};
        block[i] = high_byte_of_one;
        if (!decodes_to_finite(info, block.data()) && i % 2 == 0) block[i] = fill;
    }
    Bytes blocks;
    for (size_t b = 0; b < n_blocks; ++b) blocks.insert(blocks.end(), block.begin(), block.end());
    return blocks;
}

// The largest sums that can occur: codes at their ends against activations of +-127, all equal, alternating, and with
// the sign of the weight.
TEST_P(EveryQuantizedType, ExtremesDoNotSaturate) {
    const DTypeInfo& info = GetParam();
    constexpr size_t kRows = 16;
    constexpr int kCols = 5;
    const size_t n_k = 2 * info.block_elems, stride = row_bytes(info, n_k);
    int tried = 0;
    for (int fill : {0x00, 0xff, 0x7f, 0x80, 0x55, 0xaa, 0x0f, 0xf0, 0x88, 0x77, 0x08, 0x8f}) {
        const Bytes blocks = uniform_blocks(info, kRows * 2, std::byte(fill));
        if (!decodes_to_finite(info, blocks.data())) continue;
        ++tried;
        std::vector<float> w(n_k);
        decode_row(info, blocks.data(), n_k, w.data());
        std::vector<std::vector<float>> values(kCols, std::vector<float>(n_k));
        for (size_t i = 0; i < n_k; ++i) {
            values[0][i] = 1;
            values[1][i] = -1;
            values[2][i] = i % 2 ? 1 : -1;
            values[3][i] = w[i] < 0 ? -1 : 1;
            values[4][i] = w[i] < 0 ? 1 : -1;
        }
        const Columns x(info, values);
        const std::string what = "bytes " + std::to_string(fill);
        const Outputs expected(scalar(), info, n_k, kRows, blocks.data(), stride, kCols, x.pointers());
        expect_near_double(info, n_k, 1, blocks.data(), kCols, x.pointers(), expected, "scalar " + what);
        for (const Kernels* table : other_tables()) {
            const Outputs got(*table, info, n_k, kRows, blocks.data(), stride, kCols, x.pointers());
            expect_same(expected, 0, got, kCols, std::string(table->name) + " " + what);
        }
    }
    EXPECT_GE(tried, 8);
}

// Scales and activations that are infinite or NaN give what they give in scalar, and nothing crashes.
TEST_P(EveryType, NumbersThatAreNotFinite) {
    const DTypeInfo& info = GetParam();
    constexpr size_t kRows = 64;
    Random random(3, info.name);
    const size_t n_k = lengths(info).back(), stride = row_bytes(info, n_k);
    Bytes blocks(kRows * stride);
    fill_random(blocks.data(), blocks.size(), random);
    for (std::byte& b : blocks)
        if (random.below(8) == 0) b = std::byte(random.below(2) ? 0x7c : 0xff);
    auto values = random_columns(3, n_k, random);
    values[1][n_k / 2] = std::numeric_limits<float>::infinity();
    values[2][0] = std::numeric_limits<float>::quiet_NaN();
    const Columns x(info, values);
    const Outputs expected(scalar(), info, n_k, kRows, blocks.data(), stride, 3, x.pointers());
    for (size_t r = 0; r < kRows; ++r) EXPECT_TRUE(std::isnan(expected[2][r])) << "row " << r;
    for (const Kernels* table : other_tables()) {
        const Outputs got(*table, info, n_k, kRows, blocks.data(), stride, 3, x.pointers());
        expect_same(expected, 0, got, 3, std::string(table->name));
    }
}

// BF16 weights: numbers of any size, denormals included, and sums that cancel, whether or not denormals are flushed.
TEST(Bf16, AnyNumbersGiveTheBitsOfScalar) {
    constexpr size_t kRows = 33, kK = 96;
    constexpr int kCols = 6;
    const DTypeInfo& info = dtype_info(DType::BF16);
    Random random(5);
    const auto number = [&](unsigned first_exponent, unsigned exponents) {
        const auto exponent = uint32_t(first_exponent + random.below(exponents));
        return uint16_t(random.below(2) << 15 | exponent << 7 | random.below(128));
    };
    for (const auto& [first_w, first_x] : {std::pair(0u, 110u), {0u, 0u}, {60u, 55u}, {120u, 120u}, {180u, 180u}}) {
        std::vector<uint16_t> w(kRows * kK);
        for (uint16_t& bits : w) bits = number(first_w, 30);
        std::vector<std::vector<float>> values(kCols, std::vector<float>(kK));
        for (auto& column : values)
            for (float& x : column) x = bf16_to_f32(number(first_x, 30));
        for (size_t k = 0; k + 1 < kK; k += 2 + random.below(4)) {  // pairs, in and across steps, that cancel
            for (size_t r = 0; r < kRows; ++r) w[r * kK + k + 1] = w[r * kK + k];
            for (auto& column : values) column[k + 1] = -column[k];
        }
        const auto* bytes = reinterpret_cast<const std::byte*>(w.data());
        const Columns x(info, values);
        for (bool flush : {false, true}) {
            const auto flushing = flush ? std::make_unique<FlushDenormals>() : nullptr;
            const Outputs expected(scalar(), info, kK, kRows, bytes, 2 * kK, kCols, x.pointers());
            for (const Kernels* table : other_tables()) {
                const Outputs got(*table, info, kK, kRows, bytes, 2 * kK, kCols, x.pointers());
                expect_same(expected, 0, got, kCols, std::string(table->name));
            }
        }
    }
}

class EveryTable : public testing::TestWithParam<const Kernels*> {};
INSTANTIATE_TEST_SUITE_P(Kernels, EveryTable, testing::ValuesIn(all_kernels().begin(), all_kernels().end()),
                         [](const auto& test) { return std::string(test.param->name); });

// Says which tables this processor cannot test.
TEST_P(EveryTable, GivesTheBitsOfScalarWhereItRuns) {
    const Kernels& table = *GetParam();
    if (!can_run(table)) GTEST_SKIP() << "this processor has no " << table.name;
    Random random(6);
    for (const DTypeInfo& info : all_dtypes()) {
        const size_t n_k = lengths(info).back();
        const Bytes w = random_weights(info.type, 20 * n_k, 1.0, random);
        const Columns x(info, random_columns(2, n_k, random));
        const Outputs expected(scalar(), info, n_k, 20, w.data(), row_bytes(info, n_k), 2, x.pointers());
        const Outputs got(table, info, n_k, 20, w.data(), row_bytes(info, n_k), 2, x.pointers());
        expect_same(expected, 0, got, 2, std::string(info.name));
    }
}

TEST(Kernels, ScalarIsLastAndEveryTableIsComplete) {
    EXPECT_EQ(scalar().name, "scalar");
    EXPECT_TRUE(can_run(scalar()));
    for (const Kernels* table : all_kernels()) {
        for (const DTypeInfo& info : all_dtypes()) EXPECT_NE(table->rows[size_t(info.type)], nullptr) << info.name;
        const auto pointers =
            std::tuple(table->quantize_q8k, table->quantize_q80, table->rms_norm, table->rope, table->gated, table->add,
                       table->axpy, table->scale, table->softcap, table->softmax, table->all_finite, table->to_f16,
                       table->to_f32, table->to_bf16, table->attend);
        std::apply([&](auto... p) { EXPECT_TRUE((... && (p != nullptr))) << table->name; }, pointers);
    }
}

TEST(Kernels, TheTableInUseIsTheBestOrTheOneNamed) {
    const char* named = std::getenv("SISKIN_ISA");
    if (named && *named) {
        EXPECT_EQ(kernels().name, named);
        return;
    }
    for (const Kernels* table : all_kernels())
        if (can_run(*table)) {
            EXPECT_EQ(&kernels(), table);
            return;
        }
}

/// Ends this process with what choosing a table by name comes to.
[[noreturn]] void choose_and_exit(const char* name) {
    setenv("SISKIN_ISA", name, 1);
    try {
        std::fprintf(stderr, "chose %s", std::string(kernels().name).c_str());
        std::exit(0);
    } catch (const Error& error) {
        std::fprintf(stderr, "%s", error.what());
        std::exit(int(error.fault()));
    }
}

TEST(KernelsDeathTest, SISKIN_ISAChooses) {
    testing::GTEST_FLAG(death_test_style) = "threadsafe";
    for (const Kernels* table : all_kernels()) {
        const std::string name(table->name);
        if (can_run(*table))
            EXPECT_EXIT(choose_and_exit(name.c_str()), testing::ExitedWithCode(0), "chose " + name);
        else
            EXPECT_EXIT(choose_and_exit(name.c_str()), testing::ExitedWithCode(int(Fault::Usage)),
                        name + ".*cannot run it.*scalar");
    }
    EXPECT_EXIT(choose_and_exit("sparc"), testing::ExitedWithCode(int(Fault::Usage)), "sparc.*no such.*scalar");
}

}  // namespace
}  // namespace siskin::test
