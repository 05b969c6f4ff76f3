#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <random>
#include <vector>

#include "ops/kernels.h"
#include "ops/memory.h"

namespace siskin::test {
namespace {

std::vector<std::byte> random_bytes(size_t n, std::mt19937& random) {
    std::vector<std::byte> bytes(n);
    for (std::byte& b : bytes) b = std::byte(random());
    return bytes;
}

/// Columns of activations in the form that a type needs.
struct Columns {
    std::vector<std::vector<std::byte>> bytes;
    std::vector<const void*> pointers;

    Columns(ActKind kind, size_t n_cols, size_t n_k, std::mt19937& random) {
        for (size_t c = 0; c < n_cols; ++c) {
            std::vector<float> x(n_k);
            for (float& v : x) v = float(int(random() % 2001) - 1000) / 500;
            std::vector<std::byte>& column = bytes.emplace_back(column_bytes(kind, n_k));
            if (kind == ActKind::Q8_K) kernels().quantize_q8k(n_k, x.data(), reinterpret_cast<ActQ8K*>(column.data()));
            if (kind == ActKind::Q8_0) kernels().quantize_q80(n_k, x.data(), reinterpret_cast<ActQ80*>(column.data()));
        }
        for (const auto& column : bytes) pointers.push_back(column.data());
    }
};

struct Output {
    std::vector<float> values;
    std::vector<float*> pointers;

    Output(size_t n_cols, size_t n_rows) : values(n_cols * n_rows, -1.0f) {
        for (size_t c = 0; c < n_cols; ++c) pointers.push_back(values.data() + c * n_rows);
    }
};

struct Shape {
    size_t n_k, n_rows, n_cols;
};
// Row counts around groups and passes of tiles, column counts around panels, row lengths around what a tile holds.
constexpr Shape kShapes[] = {{256, 1, 1}, {256, 16, 8}, {512, 17, 4}, {2048, 33, 9}, {2304, 70, 13}, {4352, 128, 7}};

// Random blocks reach every bit pattern, scales that are infinite or no numbers included.
TEST(Tiles, GiveTheBitsOfTheScalarRows) {
    std::mt19937 random(3);
    const Buffer scratch(kTileScratch);
    const Kernels& scalar = *all_kernels().back();
    size_t covered = 0;
    for (const Kernels* table : all_kernels()) {
        if (!can_run(*table)) continue;
        for (const DTypeInfo& info : all_dtypes()) {
            const TilesFn tiles = table->tiles[size_t(info.type)];
            if (!tiles) continue;
            ++covered;
            for (const Shape& s : kShapes) {
                const size_t stride = row_bytes(info, s.n_k);
                const auto w = random_bytes(stride * s.n_rows, random);
                const Columns x(info.act, s.n_cols, s.n_k, random);
                Output expected(s.n_cols, s.n_rows), got(s.n_cols, s.n_rows);
                for (size_t c = 0; c < s.n_cols; ++c)
                    scalar.rows[size_t(info.type)](s.n_k, s.n_rows, w.data(), stride, 1, &x.pointers[c],
                                                   &expected.pointers[c]);
                tiles(s.n_k, s.n_rows, w.data(), stride, s.n_cols, x.pointers.data(), got.pointers.data(),
                      scratch.data());
                for (size_t i = 0; i < got.values.size(); ++i) {
                    if (std::isnan(expected.values[i]) && std::isnan(got.values[i])) continue;
                    ASSERT_EQ(std::memcmp(&got.values[i], &expected.values[i], sizeof(float)), 0)
                        << table->name << " " << info.name << " " << s.n_rows << "x" << s.n_k << ", column "
                        << i / s.n_rows << " row " << i % s.n_rows << ": " << got.values[i] << ", expected "
                        << expected.values[i];
                }
            }
        }
    }
    if (covered == 0) GTEST_SKIP() << "no table with tiles runs on this machine";
}

}  // namespace
}  // namespace siskin::test
