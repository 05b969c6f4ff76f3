// How fast the products of one core are, weights and activations lying in its caches: of one column by rows and of 128
// columns by tiles, for every type. SISKIN_ISA chooses the kernels; --benchmark_filter=Q4_K a type.

#include <benchmark/benchmark.h>

#include <cstring>
#include <string>
#include <vector>

#include "ops/cpu.h"
#include "ops/kernels.h"
#include "ops/memory.h"
#include "tests/support/tiny_blocks.h"

namespace siskin::test {
namespace {

constexpr size_t kK = 2048, kRows = 64, kTileCols = 128;

/// A matrix, columns in the form that its type needs, and where the results go.
class Problem {
  public:
    Problem(const DTypeInfo& info, size_t n_cols) : info_(info), outputs_(n_cols * kRows), scratch_(kTileScratch) {
        Random random(1, info.name);
        weights_ = random_weights(info.type, kRows * kK, 1, random);
        columns_ = Buffer(n_cols * column_bytes(info.act, kK));
        for (size_t c = 0; c < n_cols; ++c) {
            std::byte* column = columns_.data() + c * column_bytes(info.act, kK);
            fill(random, column);
            x_.push_back(column);
            out_.push_back(&outputs_[c * kRows]);
        }
    }

    void rows() {
        kernels().rows[size_t(info_.type)](kK, kRows, weights_.data(), row_bytes(info_, kK), int(x_.size()), x_.data(),
                                           out_.data());
    }
    void tiles() {
        kernels().tiles[size_t(info_.type)](kK, kRows, weights_.data(), row_bytes(info_, kK), x_.size(), x_.data(),
                                            out_.data(), scratch_.data());
    }
    void count(benchmark::State& state) const {
        state.SetBytesProcessed(int64_t(state.iterations() * weights_.size()));
        state.counters["products/s"] =
            benchmark::Counter(double(state.iterations() * kRows * kK * x_.size()), benchmark::Counter::kIsRate);
    }

  private:
    void fill(Random& random, std::byte* column) const {
        std::vector<float> values(kK);
        for (float& value : values) value = float(random.normal());
        switch (info_.act) {
            case ActKind::F32:
                std::memcpy(column, values.data(), kK * sizeof(float));
                break;
            case ActKind::BF16:
                kernels().to_bf16(kK, values.data(), reinterpret_cast<uint16_t*>(column));
                break;
            case ActKind::Q8_0:
                kernels().quantize_q80(kK, values.data(), reinterpret_cast<ActQ80*>(column));
                break;
            case ActKind::Q8_K:
                kernels().quantize_q8k(kK, values.data(), reinterpret_cast<ActQ8K*>(column));
                break;
        }
    }

    const DTypeInfo& info_;
    std::vector<std::byte> weights_;
    std::vector<float> outputs_;
    Buffer columns_, scratch_;
    std::vector<const void*> x_;
    std::vector<float*> out_;
};

void measure(benchmark::State& state, const DTypeInfo& info, size_t n_cols, void (Problem::*multiply)()) {
    const FlushDenormals flushing;
    Problem problem(info, n_cols);
    for (auto _ : state) {
        (problem.*multiply)();
        benchmark::ClobberMemory();
    }
    problem.count(state);
}

void register_all() {
    for (const DTypeInfo& info : all_dtypes()) {
        const std::string name(info.name);
        benchmark::RegisterBenchmark(("rows/" + name).c_str(), measure, info, 1, &Problem::rows);
        if (kernels().tiles[size_t(info.type)])
            benchmark::RegisterBenchmark(("tiles/" + name).c_str(), measure, info, kTileCols, &Problem::tiles);
    }
}

}  // namespace
}  // namespace siskin::test

int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
    benchmark::AddCustomContext("kernels", std::string(siskin::kernels().name));
    siskin::test::register_all();
    benchmark::RunSpecifiedBenchmarks();
    return 0;
}
