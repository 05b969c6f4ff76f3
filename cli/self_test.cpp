#include "cli/self_test.h"

#include <cmath>
#include <functional>
#include <random>

#include "formats/half.h"
#include "ops/memory.h"

namespace siskin {
namespace {

using Bytes = std::vector<std::byte>;

constexpr uint32_t kRounds = 8;

/// Random data, the same on every machine.
class Source {
  public:
    explicit Source(uint32_t seed) : random_(seed) {}

    float number(float range) { return range * (float(random_() >> 8) * 0x1p-23f - 1); }
    std::vector<float> numbers(size_t n, float range = 2) {
        std::vector<float> out(n);
        for (float& x : out) x = number(range);
        return out;
    }
    std::vector<uint16_t> halves(size_t n) {
        std::vector<uint16_t> out(n);
        for (uint16_t& x : out) x = f32_to_f16(number(2));
        return out;
    }

    /// n weights of a type: random codes under scales of a sensible size.
    Bytes weights(const DTypeInfo& type, size_t n) {
        Bytes out(row_bytes(type, n));
        for (size_t i = 0; i < out.size(); i += type.block_bytes) {
            std::byte* block = out.data() + i;
            do {
                for (uint32_t j = 0; j < type.block_bytes; ++j) block[j] = std::byte(random_());
            } while (!is_sensible(type, block));
        }
        return out;
    }

  private:
    static bool is_sensible(const DTypeInfo& type, const std::byte* block) {
        constexpr float kMost = 1000;
        std::vector<float> values(type.block_elems);
        decode_row(type, block, type.block_elems, values.data());
        for (const float v : values)
            if (!(std::fabs(v) <= kMost)) return false;
        return true;
    }

    std::mt19937 random_;
};

template <class T>
Bytes bytes_of(const std::vector<T>& values) {
    const auto bytes = std::as_bytes(std::span(values));
    return {bytes.begin(), bytes.end()};
}

Bytes quantized(const Kernels& k, ActKind kind, const std::vector<float>& x) {
    Bytes out(column_bytes(kind, x.size()));
    if (kind == ActKind::Q8_K) {
        k.quantize_q8k(x.size(), x.data(), reinterpret_cast<ActQ8K*>(out.data()));
    } else if (kind == ActKind::Q8_0) {
        k.quantize_q80(x.size(), x.data(), reinterpret_cast<ActQ80*>(out.data()));
    } else if (kind == ActKind::BF16) {
        k.to_bf16(x.size(), x.data(), reinterpret_cast<uint16_t*>(out.data()));
    } else {
        out = bytes_of(x);
    }
    return out;
}

Bytes product(const Kernels& k, Source source, const DTypeInfo& type, size_t n_k, int n_cols) {
    constexpr size_t kRows = 7;
    const Bytes w = source.weights(type, n_k * kRows);
    std::vector<Bytes> columns;
    for (int c = 0; c < n_cols; ++c) columns.push_back(quantized(k, type.act, source.numbers(n_k)));
    std::vector<float> results(size_t(n_cols) * kRows);
    std::vector<const void*> x;
    std::vector<float*> out;
    for (const Bytes& column : columns) {
        out.push_back(results.data() + x.size() * kRows);
        x.push_back(column.data());
    }
    k.rows[size_t(type.type)](n_k, kRows, w.data(), row_bytes(type, n_k), n_cols, x.data(), out.data());
    return bytes_of(results);
}

Bytes attention(const Kernels& k, Source source, DType kv_type, float softcap, bool with_sinks) {
    constexpr size_t kRows = 5, kQ = 3, kDim = 72, kPages = 3, kFirst = 70, kEnd = 2 * kPageKeys + 77;
    const auto q = source.numbers(kRows * kQ * kDim), sinks = source.numbers(kQ);
    std::vector<Bytes> keys, values;
    std::vector<const std::byte*> key_pages, value_pages;
    for (size_t p = 0; p < kPages; ++p) {
        keys.emplace_back(key_page_bytes(kv_type, kDim));
        values.emplace_back(value_page_bytes(kv_type, kDim));
        for (size_t slot = 0; slot < kPageKeys; ++slot) {
            k.put_key(kv_type, kDim, source.numbers(kDim).data(), keys[p].data(), slot);
            k.put_value(kv_type, kDim, source.numbers(kDim).data(), values[p].data(), slot);
        }
    }
    for (size_t p = 0; p < kPages; ++p) key_pages.push_back(keys[p].data()), value_pages.push_back(values[p].data());
    std::vector<float> out(kRows * kQ * kDim), scratch(attend_scratch(kRows, kQ, kDim, kDim));
    const Buffer tile_scratch(kTileScratch);
    const float* queries[kRows];
    float* results[kRows];
    for (size_t r = 0; r < kRows; ++r) {
        queries[r] = q.data() + r * kQ * kDim;
        results[r] = out.data() + r * kQ * kDim;
    }
    k.attend({.n_rows = kRows,
              .n_q = kQ,
              .d_k = kDim,
              .d_v = kDim,
              .q = queries,
              .q_at = 0,
              .k_pages = key_pages.data(),
              .v_pages = value_pages.data(),
              .k_type = kv_type,
              .v_type = kv_type,
              .end_key = kEnd,
              .window = kEnd - kFirst,
              .scale = 0.1f,
              .softcap = softcap,
              .sinks = with_sinks ? sinks.data() : nullptr,
              .out = results,
              .out_at = 0,
              .scratch = scratch.data(),
              .tile_scratch = tile_scratch.data()});
    return bytes_of(out);
}

struct Check {
    std::string name;
    std::function<Bytes(const Kernels&, Source)> result;
};

void add_products(std::vector<Check>& checks) {
    for (const DTypeInfo& type : all_dtypes())
        for (const int n_cols : {1, 3, kMaxCols}) {
            const size_t n_k = type.block_elems == 1 ? 333 : 768;
            checks.push_back({"product " + std::string(type.name) + " x " + std::to_string(n_cols),
                              [&type, n_k, n_cols](const Kernels& k, Source source) {
                                  return product(k, source, type, n_k, n_cols);
                              }});
        }
}

/// A check of a kernel that changes n floats.
template <class Change>
Check in_place(std::string name, size_t n, Change change) {
    return {std::move(name), [n, change](const Kernels& k, Source source) {
                std::vector<float> x = source.numbers(n, 10), y = source.numbers(n);
                change(k, x, y);
                return bytes_of(y);
            }};
}

void add_float_operations(std::vector<Check>& checks) {
    using Floats = std::vector<float>;
    constexpr size_t kN = 133;
    for (const ActKind kind : {ActKind::Q8_K, ActKind::Q8_0})
        checks.push_back(
            {kind == ActKind::Q8_K ? "quantize q8_k" : "quantize q8_0",
             [kind](const Kernels& k, Source source) { return quantized(k, kind, source.numbers(1024, 50)); }});
    checks.push_back(in_place("rms norm", kN, [](const Kernels& k, Floats& x, Floats& y) {
        k.rms_norm(y.size(), x.data(), y.data(), 1e-5f, y.data());
    }));
    for (const bool halves : {false, true})
        checks.push_back(in_place("rope", 96, [halves](const Kernels& k, Floats& x, Floats& y) {
            k.rope(y.size(), halves, x.data(), x.data() + y.size() / 2, y.data());
        }));
    for (const Activation act : {Activation::SiLU, Activation::GeluTanh, Activation::SwigluOai})
        checks.push_back(in_place("activation", kN, [act](const Kernels& k, Floats& x, Floats& y) {
            k.gated(act, y.size(), x.data(), y.data(), y.data());
        }));
    checks.push_back(
        in_place("add", kN, [](const Kernels& k, Floats& x, Floats& y) { k.add(y.size(), x.data(), y.data()); }));
    checks.push_back(in_place(
        "axpy", kN, [](const Kernels& k, Floats& x, Floats& y) { k.axpy(y.size(), 0.7f, x.data(), y.data()); }));
    checks.push_back(
        in_place("scale", kN, [](const Kernels& k, Floats&, Floats& y) { k.scale(y.size(), 0.7f, y.data()); }));
    checks.push_back(
        in_place("softcap", kN, [](const Kernels& k, Floats&, Floats& y) { k.softcap(y.size(), 1.5f, y.data()); }));
    checks.push_back(in_place("softmax", kN, [](const Kernels& k, Floats& x, Floats& y) {
        k.softmax(x.size(), x.data());
        y = x;
    }));
    checks.push_back(in_place("all finite", kN, [](const Kernels& k, Floats& x, Floats& y) {
        y.assign(2, 0);
        y[0] = k.all_finite(x.size(), x.data());
        x[101] = INFINITY;
        y[1] = k.all_finite(x.size(), x.data());
    }));
    checks.push_back({"to f16", [](const Kernels& k, Source source) {
                          const auto x = source.numbers(kN, 50000);
                          std::vector<uint16_t> out(kN);
                          k.to_f16(kN, x.data(), out.data());
                          return bytes_of(out);
                      }});
    checks.push_back({"to bf16", [](const Kernels& k, Source source) {
                          const auto x = source.numbers(kN, 50000);
                          std::vector<uint16_t> out(kN);
                          k.to_bf16(kN, x.data(), out.data());
                          return bytes_of(out);
                      }});
    checks.push_back({"to f32", [](const Kernels& k, Source source) {
                          const auto x = source.halves(kN);
                          std::vector<float> out(kN);
                          k.to_f32(kN, x.data(), out.data());
                          return bytes_of(out);
                      }});
}

void add_attention(std::vector<Check>& checks) {
    for (const DType type : {DType::F16, DType::F32, DType::Q8_0, DType::Q4_0})
        for (const float softcap : {0.0f, 20.0f})
            checks.push_back(
                {"attention " + std::string(dtype_info(type).name), [type, softcap](const Kernels& k, Source source) {
                     return attention(k, source, type, softcap, softcap != 0);
                 }});
}

}  // namespace

SelfTest self_test(const Kernels& table, const Kernels& scalar) {
    std::vector<Check> checks;
    add_products(checks);
    add_float_operations(checks);
    add_attention(checks);
    SelfTest out;
    for (const Check& check : checks) {
        bool same = true;
        for (uint32_t seed = 1; seed <= kRounds; ++seed)
            same = same && check.result(table, Source(seed)) == check.result(scalar, Source(seed));
        out.n_checks += 1;
        if (!same) out.differing.push_back(check.name);
    }
    return out;
}

}  // namespace siskin
