#pragma once
// What memory a run will need, before it begins: from the sizes of a model and the list of its tensors; nothing of the
// weights is read. Sizes come from what allocates them: the working memory of a pass is built without memory and
// counted, the cache of keys and values is asked.
//
// A model's file is mapped. Its pages belong to the system, which takes them back when it needs them and reads them
// from the disk again: a model larger than memory runs, slowly. All else has to fit.

#include <cstdint>
#include <memory>
#include <span>

#include "engine/kv_cache.h"
#include "engine/model.h"
#include "ops/attention.h"
#include "ops/memory_bounds.h"
#include "ops/threads.h"

namespace siskin {

/// In bytes.
struct MemoryNeeds {
    uint64_t file = 0;     ///< the parts of the file that passes read
    uint64_t kv = 0;       ///< keys and values of the whole context, and of the other sessions
    uint64_t scratch = 0;  ///< of a pass at its end, logits included
    uint64_t threads = 0;  ///< working memory of each, together
    uint64_t program = 0;  ///< what the process holds now: the program, the vocabulary, lists
    uint64_t still() const { return kv + scratch + threads; }  ///< to be taken yet, and never given back
    uint64_t peak() const { return file + program + still(); }
};

class MemoryPlan {
  public:
    /// For passes of at most n_batch tokens by this team; the model has just been loaded. `beside`: the tokens of other
    /// sessions at the same time.
    MemoryPlan(std::shared_ptr<const Model> model, const Team& team, size_t n_batch, KvTypes types,
               std::span<const uint32_t> beside = {});

    MemoryNeeds at(uint32_t n_ctx) const;

    /// The largest context for which `fits(needs)` holds, in whole pages and at most kMostContext; 0: none.
    template <class Fits>
    uint32_t largest_context(Fits&& fits) const {
        uint32_t yes = 0, no = kMostContext / kPageKeys + 1;  // in pages
        while (no - yes > 1) {
            const uint32_t middle = yes + (no - yes) / 2;
            (fits(at(middle * uint32_t(kPageKeys))) ? yes : no) = middle;
        }
        return yes * uint32_t(kPageKeys);
    }

    const Model& model() const { return *model_; }
    size_t n_sessions() const { return n_sessions_; }
    static constexpr uint32_t kMostContext = 1u << 30;

  private:
    uint64_t scratch_bytes(uint32_t n_ctx) const;
    uint64_t file_bytes(uint32_t n_ctx) const;

    std::shared_ptr<const Model> model_;
    int n_threads_;
    size_t n_batch_, n_sessions_;
    KvCache kv_;
    MemoryNeeds fixed_;
};

/// What the bounds of this machine say about a plan.
struct MemoryVerdict {
    enum class Fit : uint8_t {
        Yes,
        Tight,  ///< not now, but if other programs gave memory back
        Never,
    } fit = Fit::Yes;
    uint32_t n_ctx = 0;      ///< the context to take
    bool lowered = false;    ///< below that of the model, where none was asked for
    bool file_stays = true;  ///< there is room for the file as well
    uint32_t largest = 0;    ///< context that fits now; 0: none
    MemoryBound bound = {};  ///< that has the least room for the plan
};

/// A context that was asked for is taken or refused. Without one (0) it is the model's own; where that does not fit,
/// the largest that leaves room for the file, but at least kLeastContext tokens if those are possible at all.
MemoryVerdict judge(const MemoryPlan& plan, uint32_t n_ctx, std::span<const MemoryBound> bounds);

constexpr uint32_t kLeastContext = 4096;

}  // namespace siskin
