#include "engine/memory_plan.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "engine/pass.h"

namespace siskin {
namespace {

uint64_t tensor_bytes(const GgufFile& file) {
    uint64_t sum = 0;
    for (const Tensor& tensor : file.tensors()) sum += tensor.bytes();
    return sum;
}

/// What the attention of the last n tokens of a context needs.
AttentionRoom room_at_end(Scratch& scratch, size_t n, size_t n_ctx, int n_threads) {
    std::vector<Batch::Row> rows;
    const auto add = [&](size_t position, bool logits) {
        rows.push_back({nullptr, nullptr, false, 0, position, logits});
    };
    add(n_ctx - 1, true);
    for (size_t i = n_ctx - n; i + 1 < n_ctx; ++i) add(i, false);
    const Config& config = scratch.model->config();
    return attention_room({*scratch.model, config, scratch, rows, 1, attention_blocks(config, rows, 1)}, n_threads);
}

}  // namespace

MemoryPlan::MemoryPlan(std::shared_ptr<const Model> model, const Team& team, size_t n_batch, KvTypes types,
                       std::span<const uint32_t> beside)
    : model_(std::move(model)),
      n_threads_(team.size()),
      n_batch_(n_batch),
      n_sessions_(1 + beside.size()),
      kv_(model_->config(), types) {
    const GgufFile& file = model_->file();
    // What was read of the file so far, all but the tensors, counts as the file's.
    const ProcessMemory now = process_memory();
    const uint64_t list = file.file_bytes() - std::min<uint64_t>(tensor_bytes(file), file.file_bytes());
    fixed_.program = now.own + now.files - std::min(now.files, list);
    fixed_.threads = team.bytes();
    for (const uint32_t n_tokens : beside) fixed_.kv += kv_.bytes_at(n_tokens, n_batch_);
}

MemoryNeeds MemoryPlan::at(uint32_t n_ctx) const {
    MemoryNeeds needs = fixed_;
    needs.file = file_bytes(n_ctx);
    needs.kv += kv_.bytes_at(n_ctx, n_batch_);
    needs.scratch = scratch_bytes(n_ctx);
    return needs;
}

uint64_t MemoryPlan::scratch_bytes(uint32_t n_ctx) const {
    const size_t n_rows = std::min<size_t>(n_batch_, n_ctx);
    const BufferCount count;
    Scratch scratch(*model_, n_rows, n_threads_);
    scratch.reserve_logits(n_sessions_);
    // Short passes attend by chunks, whose states take the more room the more rows there are.
    AttentionRoom most;
    for (size_t n = 1; n <= n_rows; n += attention_rows(model_->config())) {
        const AttentionRoom room = room_at_end(scratch, n, n_ctx, n_threads_);
        if (room.n_states == 0) break;
        most = {std::max(most.n_states, room.n_states), std::max(most.n_done, room.n_done)};
    }
    scratch.reserve_attention(most.n_states, most.n_done);
    return count.bytes();
}

/// Of the table of embeddings only the rows of the text's tokens are read, unless it serves as the output too; the
/// system maps some pages around each. Tokens are taken to lie anywhere in the table.
uint64_t MemoryPlan::file_bytes(uint32_t n_ctx) const {
    constexpr double kMappedAround = 64 << 10;
    const Weights& weights = model_->weights();
    const uint64_t all = model_->file().file_bytes();
    if (weights.output.w.data == weights.token_embd.data) return all;
    const double table = double(weights.token_embd.bytes());
    const double one = std::max(kMappedAround, double(weights.token_embd.row_bytes()));
    return all - uint64_t(table * std::exp(-one * n_ctx / table));
}

namespace {

using Fit = MemoryVerdict::Fit;

/// Of what is free now, this part stays free.
uint64_t leaving_some(uint64_t left) { return left - left / 16; }

/// How much more than it needs is left of a bound now, or in the best case; negative where it is not enough.
double spare(const MemoryBound& bound, uint64_t needed, bool ever) {
    const uint64_t room = !bound.counts_use() ? bound.left : ever ? bound.most : leaving_some(bound.left);
    return double(room) - double(needed);
}

bool fits(std::span<const MemoryBound> bounds, uint64_t needed, bool ever) {
    return std::all_of(bounds.begin(), bounds.end(),
                       [&](const MemoryBound& bound) { return spare(bound, needed, ever) >= 0; });
}

/// Whether there is room for the file as well, where files count.
bool file_stays(std::span<const MemoryBound> bounds, const MemoryNeeds& needs) {
    return std::all_of(bounds.begin(), bounds.end(), [&](const MemoryBound& bound) {
        return !bound.counts_use() || spare(bound, needs.still() + needs.file, false) >= 0;
    });
}

/// A context that nobody asked for: a whole number of thousands, if it has any.
uint32_t rounded_down(uint32_t n_ctx) { return n_ctx >= 1024 ? n_ctx / 1024 * 1024 : n_ctx; }

}  // namespace

MemoryVerdict judge(const MemoryPlan& plan, uint32_t n_ctx, std::span<const MemoryBound> bounds) {
    const auto now = [&](const MemoryNeeds& needs) { return fits(bounds, needs.still(), false); };
    const auto ever = [&](const MemoryNeeds& needs) { return fits(bounds, needs.still(), true); };
    const auto beside_file = [&](const MemoryNeeds& needs) { return now(needs) && file_stays(bounds, needs); };
    const uint32_t own = plan.model().config().n_ctx_train;

    MemoryVerdict verdict{.n_ctx = n_ctx ? n_ctx : own};
    if (!n_ctx && !beside_file(plan.at(own))) {
        const uint32_t least = std::min(own, kLeastContext);
        verdict.n_ctx = std::min(own, std::max(least, rounded_down(plan.largest_context(beside_file))));
        if (!ever(plan.at(verdict.n_ctx)))
            if (const uint32_t possible = plan.largest_context(ever)) verdict.n_ctx = rounded_down(possible);
        verdict.lowered = verdict.n_ctx < own;
    }
    const MemoryNeeds needs = plan.at(verdict.n_ctx);
    verdict.fit = !ever(needs) ? Fit::Never : !now(needs) ? Fit::Tight : Fit::Yes;
    verdict.file_stays = file_stays(bounds, needs);
    verdict.largest = plan.largest_context(now);
    if (!bounds.empty())
        verdict.bound = *std::min_element(bounds.begin(), bounds.end(), [&](const auto& a, const auto& b) {
            const bool in_best_case = verdict.fit == Fit::Never;
            return spare(a, needs.still(), in_best_case) < spare(b, needs.still(), in_best_case);
        });
    return verdict;
}

}  // namespace siskin
