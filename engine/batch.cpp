#include "engine/batch.h"

#include "engine/forward.h"
#include "formats/error.h"

namespace siskin {

void Batch::add(Session& session, Token token, bool logits) {
    const Config& c = session.model().config();
    if (token < 0 || uint32_t(token) >= c.n_vocab)
        fail(Fault::BadData, "token ", token, ": the vocabulary has ids 0 to ", c.n_vocab - 1);
    size_t position = session.n_read_;
    for (const Row& row : rows_) position += row.session == &session;
    if (position >= session.n_ctx())
        fail(Fault::TooLong, "the context of ", session.n_ctx(), " tokens is full; a larger one is set with -c");
    rows_.push_back({&session, &session.kv_, session.long_rope_, token, position, logits});
    n_logits_ += logits;
}

bool Batch::run(Runtime& runtime) {
    if (rows_.empty()) return true;
    if (rows_.size() > runtime.n_batch())
        fail(Fault::Bug, "a batch of ", rows_.size(), " rows for a runtime of ", runtime.n_batch());
    for (const Row& row : rows_) row.kv->reserve(row.position + 1);
    Scratch& scratch = runtime.scratch(rows_[0].session->model_, rows_.size());
    if (!forward(runtime, scratch, rows_)) return false;
    for (const Row& row : rows_) {
        Session& session = *row.session;
        if (session.tokens_.size() == row.position) session.tokens_.push_back(row.token);
        session.n_read_ = row.position + 1;
    }
    for (const Row& row : rows_) row.kv->release_before(row.session->first_kept());
    results_ = &scratch;
    return true;
}

std::span<const float> Batch::logits(size_t i) const {
    return {results_->logits[i], results_->model->config().n_vocab};
}

}  // namespace siskin
