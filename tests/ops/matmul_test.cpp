#include "ops/matmul.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>

#include "ops/kernels.h"

namespace siskin::test {
namespace {

struct Matrix {
    std::vector<float> values;
    Tensor tensor;
    Matrix(size_t n_rows, size_t n_k, std::mt19937& random) : values(n_rows * n_k) {
        for (float& v : values) v = float(random() % 2001) / 1000 - 1;
        tensor.name = "w";
        tensor.dtype = &dtype_info(DType::F32);
        tensor.dims = {n_k, n_rows, 1, 1};
        tensor.n_dims = 2;
        tensor.data = reinterpret_cast<const std::byte*>(values.data());
    }
};

// Several products of different heights in one phase: every element of every output is written once, with scale and
// bias.
TEST(Matmul, ProductsOfOnePhaseAreAllComputed) {
    std::mt19937 random(1);
    constexpr size_t kCols = 19, kK = 48;
    const Matrix a(300, kK, random), b(1, kK, random), c(17, kK, random);
    ActKinds kinds;
    kinds.add(a.tensor);
    ColumnSet x(kCols, kK, kinds);
    for (size_t col = 0; col < kCols; ++col)
        for (size_t i = 0; i < kK; ++i) x[col][i] = float(random() % 2001) / 1000 - 1;
    const RowSet out_a(kCols, 300), out_b(kCols, 1), out_c(kCols, 17);
    std::vector<float> bias(300, 0.5f);
    const float scale = 2;

    for (int threads : {1, 2, 3}) {
        Team team(threads);
        team.run([&](Worker& worker) {
            matmul(worker, {{a.tensor, bias.data(), &scale, x.pointers(a.tensor), out_a.pointers(), kCols},
                            {b.tensor, nullptr, nullptr, x.pointers(b.tensor), out_b.pointers(), kCols},
                            {c.tensor, nullptr, &scale, x.pointers(c.tensor), out_c.pointers(), kCols}});
        });
        auto expect = [&](const Matrix& w, const RowSet& out, double factor, double offset) {
            for (size_t col = 0; col < kCols; ++col)
                for (size_t r = 0; r < w.tensor.n_rows(); ++r) {
                    double sum = 0;
                    for (size_t i = 0; i < kK; ++i) sum += double(w.values[r * kK + i]) * x[col][i];
                    EXPECT_NEAR(out[col][r], factor * sum + offset, 1e-5) << "column " << col << " row " << r;
                }
        };
        expect(a, out_a, 2, 0.5);
        expect(b, out_b, 1, 0);
        expect(c, out_c, 2, 0);
    }
}

// A column quantized in pieces has the same bits as one quantized at once.
TEST(ColumnSet, PiecesAreQuantizedAsTheWhole) {
    constexpr size_t kK = 1024;
    Tensor q4_k, q8_0;
    q4_k.dtype = &dtype_info(DType::Q4_K);
    q8_0.dtype = &dtype_info(DType::Q8_0);
    ActKinds kinds;
    kinds.add(q4_k);
    kinds.add(q8_0);
    ColumnSet whole(1, kK, kinds), pieces(1, kK, kinds);
    std::mt19937 random(2);
    for (size_t i = 0; i < kK; ++i) whole[0][i] = pieces[0][i] = float(random() % 2001) / 1000 - 1;
    whole.quantize(0);
    pieces.quantize(0, 512, 512);
    pieces.quantize(0, 0, 512);
    for (const Tensor* w : {&q4_k, &q8_0})
        EXPECT_EQ(std::memcmp(whole.pointers(*w)[0], pieces.pointers(*w)[0], column_bytes(w->dtype->act, kK)), 0)
            << w->dtype->name;
}

}  // namespace
}  // namespace siskin::test
