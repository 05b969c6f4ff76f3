#pragma once
// Keys and values of one session. Positions 0, 1, 2, … are appended in order; memory is taken page by page (256
// positions of one layer), so a long context costs nothing until it is used. Layers with a sliding window use the pages
// that no later token can see again. Caches of texts that begin alike may share the pages of that beginning.
//
// A page holds, for one layer, keys then values of all its KV heads, each head's as ops/attention.h says. The pages of
// all layers are cut from slabs, which are large enough for huge pages of memory; all but the first one have them.

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "formats/dtype.h"
#include "models/config.h"
#include "ops/memory.h"

namespace siskin {

/// The types of keys and values.
struct KvTypes {
    DType k, v;
    KvTypes(DType both) : k(both), v(both) {}
    KvTypes(DType keys, DType values) : k(keys), v(values) {}
};

class KvCache {
  public:
    /// `config` must outlive the cache. Throws Error(Usage) for a type that is not one of F32, F16, Q8_0 and Q4_0.
    KvCache(const Config& config, KvTypes types);

    /// Makes room for positions below `end`. Throws Error(NoMemory).
    void reserve(size_t end);

    /// Stores the key [d_k] and the value [d_v] of a position, for one KV head.
    void put(size_t layer, size_t head, size_t position, const float* key, const float* value);

    /// Page p of a head, for p of the pages that hold live positions: what AttendArgs wants. The arrays belong to the
    /// cache and stay valid until the next reserve or release.
    const std::byte* const* key_pages(size_t layer, size_t head) const;
    const std::byte* const* value_pages(size_t layer, size_t head) const;

    /// Frees the pages of windowed layers that no position >= next sees, for later positions.
    void release_before(size_t next);

    /// True when all keys that positions >= n need of those below n are still here, and what lies from n on is not
    /// another cache's.
    bool can_rewind(size_t n) const;
    /// Becomes the first n positions of another cache, of the same config and types, that can rewind to n. Whole pages
    /// are shared: the other one keeps its first n positions as they are for as long as this one uses them, or drops
    /// every page. Throws Error(NoMemory).
    void share(const KvCache& other, size_t n);
    /// Drops every page.
    void clear();

    /// The memory of the first n positions of a page, n rounded up to whole groups of keys: what snapshots keep, in
    /// this order. Pages below first_page were freed.
    std::vector<std::span<std::byte>> pieces(size_t layer, size_t page, size_t n) const;
    size_t first_page(size_t layer) const { return layers_[layer].first; }
    /// Frees the pages of a layer below `first`.
    void release_pages(size_t layer, size_t first);

    KvTypes types() const { return types_; }
    size_t bytes() const;  ///< memory held now, without what belongs to other caches
    /// Memory that a text of n tokens takes at most when it is read in passes of n_batch.
    size_t bytes_at(size_t n, size_t n_batch) const;

  private:
    struct LayerPages {
        size_t bytes = 0;                                   ///< of a page
        size_t first = 0;                                   ///< pages below were freed
        std::vector<std::vector<std::byte*>> keys, values;  ///< [n_head_kv][page]
        size_t count() const { return keys[0].size(); }
    };
    struct FreePage {
        size_t bytes;
        std::byte* data;
    };
    void add_page(LayerPages& layer);
    size_t most_pages(size_t layer, size_t n, size_t n_batch) const;
    std::byte* take(size_t bytes);

    const Config& config_;
    KvTypes types_;
    size_t key_bytes_, value_bytes_;  // of one head in a page
    std::vector<LayerPages> layers_;
    size_t slab_bytes_ = 0;                       // a page of every layer
    std::vector<std::shared_ptr<Buffer>> slabs_;  // only the last one has room
    size_t used_ = 0;                             // bytes of the last slab
    std::vector<FreePage> free_;
    size_t n_shared_ = 0;                            // pages of each layer that are another cache's
    std::vector<std::shared_ptr<Buffer>> borrowed_;  // where they lie
};

}  // namespace siskin
