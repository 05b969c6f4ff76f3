#include "ops/matmul.h"

#include <algorithm>

#include "ops/kernels.h"

namespace siskin {
namespace {

// Rows of one task. A task reads one long stretch of memory, as memory likes it, and there are enough of them for the
// members of a team to even out.
size_t rows_per_task(const Tensor& w, int members) {
    constexpr size_t kTasksPerMember = 8, kLeast = 64, kMost = 512;
    const size_t share = w.n_rows() / (kTasksPerMember * size_t(members));
    return std::clamp(share / kLeast * kLeast, kLeast, kMost);
}

size_t n_tasks(const Tensor& w, int members) {
    const size_t chunk = rows_per_task(w, members);
    return (w.n_rows() + chunk - 1) / chunk;
}

void finish(const Product& p, float* out, size_t first, size_t count) {
    if (p.scale) kernels().scale(count, *p.scale, out);
    if (p.bias) kernels().add(count, p.bias + first, out);
}

void compute_tiles(const Product& p, size_t first, size_t count, std::byte* scratch) {
    // Rows are decoded once for each part of the columns, whose activations should stay in the second-level cache.
    constexpr size_t kColsAtOnce = 256;
    const TilesFn tiles = kernels().tiles[size_t(p.w.dtype->type)];
    for (size_t col = 0; col < p.n_cols; col += kColsAtOnce) {
        const size_t n = std::min(kColsAtOnce, p.n_cols - col);
        float* out[kColsAtOnce];
        for (size_t c = 0; c < n; ++c) out[c] = p.out[col + c] + first;
        tiles(p.w.row_elems(), count, p.w.row(first), p.w.row_bytes(), n, p.x + col, out, scratch);
        for (size_t c = 0; c < n; ++c) finish(p, out[c], first, count);
    }
}

void compute_rows(const Product& p, size_t first, size_t count) {
    const RowsFn rows = kernels().rows[size_t(p.w.dtype->type)];
    for (size_t col = 0; col < p.n_cols; col += kMaxCols) {
        const int n = int(std::min<size_t>(kMaxCols, p.n_cols - col));
        float* out[kMaxCols];
        for (int c = 0; c < n; ++c) out[c] = p.out[col + c] + first;
        rows(p.w.row_elems(), count, p.w.row(first), p.w.row_bytes(), n, p.x + col, out);
        for (int c = 0; c < n; ++c) finish(p, out[c], first, count);
    }
}

}  // namespace

RowSet::RowSet(size_t max_rows, size_t row_elems) : rows_(max_rows) {
    const size_t stride = (row_elems + 15) / 16 * 16;
    memory_ = Buffer(max_rows * stride * sizeof(float));
    for (size_t i = 0; i < max_rows; ++i) rows_[i] = memory_.as<float>() + i * stride;
}

ColumnSet::ColumnSet(size_t max_cols, size_t n_k, ActKinds kinds, Floats floats)
    : n_k_(n_k), floats_(max_cols, floats == Floats::Always || kinds.has(ActKind::F32) ? n_k : 0) {
    for (ActKind kind : {ActKind::F32, ActKind::BF16, ActKind::Q8_0, ActKind::Q8_K}) {
        if (!kinds.has(kind)) continue;
        auto& form = forms_[size_t(kind)];
        form.assign(floats_.pointers(), floats_.pointers() + max_cols);
        if (kind == ActKind::F32) continue;
        const size_t bytes = (column_bytes(kind, n_k) + 63) / 64 * 64;
        quantized_[size_t(kind)] = Buffer(max_cols * bytes);
        for (size_t c = 0; c < max_cols; ++c) form[c] = quantized_[size_t(kind)].data() + c * bytes;
    }
}

void ColumnSet::quantize(size_t col, size_t from, size_t count, const float* x) const {
    if (const auto& form = forms_[size_t(ActKind::BF16)]; !form.empty())
        kernels().to_bf16(count, x, static_cast<uint16_t*>(form[col]) + from);
    if (const auto& form = forms_[size_t(ActKind::Q8_0)]; !form.empty())
        kernels().quantize_q80(count, x, static_cast<ActQ80*>(form[col]) + from / 32);
    if (const auto& form = forms_[size_t(ActKind::Q8_K)]; !form.empty())
        kernels().quantize_q8k(count, x, static_cast<ActQ8K*>(form[col]) + from / 256);
}

void multiply_rows(Worker& worker, const Product& p, size_t first, size_t count) {
    const size_t type = size_t(p.w.dtype->type);
    if (kernels().tiles[type] && p.n_cols >= kernels().tiles_from[type])
        compute_tiles(p, first, count, worker.scratch());
    else
        compute_rows(p, first, count);
}

void matmul(Worker& worker, std::span<const Product> products) {
    const int members = worker.count();
    size_t total = 0;
    for (const Product& p : products) total += n_tasks(p.w, members);
    worker.share(total, [&](size_t task) {
        const Product* p = products.data();
        for (size_t tasks = n_tasks(p->w, members); task >= tasks; tasks = n_tasks(p->w, members)) task -= tasks, ++p;
        const size_t chunk = rows_per_task(p->w, members), first = task * chunk;
        multiply_rows(worker, *p, first, std::min<size_t>(chunk, p->w.n_rows() - first));
    });
}

}  // namespace siskin
