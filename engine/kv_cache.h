#pragma once
// Keys and values of one session. Positions 0, 1, 2, … are appended in order; memory is taken page by page (256
// positions of one layer), so a long context costs nothing until it is used. Layers with a sliding window give back the
// pages that no later token can see.
//
// A page holds, for one layer, keys then values of all its KV heads: [n_head_kv][256][d_k], [n_head_kv][256][d_v].

#include <cstddef>
#include <vector>

#include "formats/dtype.h"
#include "models/config.h"
#include "ops/memory.h"

namespace siskin {

class KvCache {
  public:
    /// `config` must outlive the cache; `type` is F16 or F32.
    KvCache(const Config& config, DType type);

    /// Makes room for positions below `end`. Throws Error(NoMemory).
    void reserve(size_t end);

    /// Where the key and the value of a position go, for one KV head.
    std::byte* key(size_t layer, size_t head, size_t position);
    std::byte* value(size_t layer, size_t head, size_t position);

    /// Page p of a head, for p of the pages that hold live positions: what AttendArgs wants. The arrays belong to the
    /// cache and stay valid until the next reserve or release.
    const std::byte* const* key_pages(size_t layer, size_t head) const;
    const std::byte* const* value_pages(size_t layer, size_t head) const;

    /// Gives back pages of windowed layers that no position >= next sees.
    void release_before(size_t next);

    /// True when all keys that positions >= n need of those below n are still here.
    bool can_rewind(size_t n) const;
    /// Drops every page.
    void clear();

    DType type() const { return type_; }
    size_t bytes() const;  ///< memory held now

  private:
    struct LayerPages {
        size_t page_bytes = 0, key_bytes = 0;                     ///< key_bytes: from a page's start to its values
        size_t first = 0;                                         ///< pages below were given back
        std::vector<Buffer> pages;                                ///< by page number; empty when given back
        std::vector<std::vector<const std::byte*>> keys, values;  ///< [n_head_kv][page]
    };
    const Config& config_;
    DType type_;
    size_t elem_bytes_;
    std::vector<LayerPages> layers_;
};

}  // namespace siskin
