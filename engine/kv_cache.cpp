#include "engine/kv_cache.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "formats/error.h"
#include "ops/attention.h"
#include "ops/kernels.h"

namespace siskin {
namespace {

/// The first position that a token at `position` sees.
size_t first_seen(const LayerConfig& layer, size_t position) {
    return layer.window && position + 1 > layer.window ? position + 1 - layer.window : 0;
}

size_t pages_of(size_t n_keys) { return (n_keys + kPageKeys - 1) / kPageKeys; }

size_t round_up_to_line(size_t bytes) {
    constexpr size_t kLine = 64;
    return (bytes + kLine - 1) / kLine * kLine;
}

}  // namespace

KvCache::KvCache(const Config& config, KvTypes types)
    : config_(config),
      types_(types),
      key_bytes_(key_page_bytes(types.k, config.d_k)),
      value_bytes_(value_page_bytes(types.v, config.d_v)) {
    for (const DType type : {types.k, types.v})
        if (!is_kv_type(type))
            fail(Fault::Usage, "keys and values cannot be kept as ", dtype_info(type).name,
                 ", only as F32, F16, Q8_0 or Q4_0");
    for (const LayerConfig& l : config.layers) {
        LayerPages& layer = layers_.emplace_back();
        layer.bytes = round_up_to_line(l.n_head_kv * (key_bytes_ + value_bytes_));
        layer.keys.resize(l.n_head_kv);
        layer.values.resize(l.n_head_kv);
        slab_bytes_ += layer.bytes;
    }
}

void KvCache::reserve(size_t end) {
    const size_t n_pages = pages_of(end);
    // Page by page for all layers, so that those of the same positions lie together: the last layer has the fewest.
    for (size_t n = layers_.back().count() + 1; n <= n_pages; ++n)
        for (LayerPages& layer : layers_)
            if (layer.count() < n) add_page(layer);
}

void KvCache::add_page(LayerPages& layer) {
    const size_t heads = layer.keys.size();
    std::byte* const page = take(layer.bytes);
    for (size_t head = 0; head < heads; ++head) {
        layer.keys[head].push_back(page + head * key_bytes_);
        layer.values[head].push_back(page + heads * key_bytes_ + head * value_bytes_);
    }
}

std::byte* KvCache::take(size_t bytes) {
    const auto freed =
        std::find_if(free_.begin(), free_.end(), [&](const FreePage& page) { return page.bytes == bytes; });
    if (freed != free_.end()) {
        std::byte* const page = freed->data;
        free_.erase(freed);
        return page;
    }
    if (slabs_.empty() || slabs_.back()->bytes() - used_ < bytes) {
        // A short text writes a little in many places of the first slab: with huge pages it would pay for all of it.
        const MemoryPages pages = slabs_.empty() ? MemoryPages::Small : MemoryPages::Huge;
        slabs_.push_back(std::make_shared<Buffer>(slab_bytes_, pages));
        used_ = 0;
    }
    return slabs_.back()->data() + std::exchange(used_, used_ + bytes);
}

void KvCache::put(size_t layer, size_t head, size_t position, const float* key, const float* value) {
    LayerPages& l = layers_[layer];
    const size_t page = position / kPageKeys, slot = position % kPageKeys;
    kernels().put_key(types_.k, config_.d_k, key, l.keys[head][page], slot);
    kernels().put_value(types_.v, config_.d_v, value, l.values[head][page], slot);
}

const std::byte* const* KvCache::key_pages(size_t layer, size_t head) const { return layers_[layer].keys[head].data(); }

const std::byte* const* KvCache::value_pages(size_t layer, size_t head) const {
    return layers_[layer].values[head].data();
}

void KvCache::release_before(size_t next) {
    for (size_t il = 0; il < layers_.size(); ++il) release_pages(il, first_seen(config_.layers[il], next) / kPageKeys);
}

void KvCache::release_pages(size_t layer, size_t first) {
    LayerPages& l = layers_[layer];
    for (; l.first < first && l.first < l.count(); ++l.first)
        if (l.first >= n_shared_) free_.push_back({l.bytes, l.keys[0][l.first]});
}

std::vector<std::span<std::byte>> KvCache::pieces(size_t layer, size_t page, size_t n) const {
    const LayerPages& l = layers_[layer];
    const size_t heads = l.keys.size(), groups = (n + kGroupKeys - 1) / kGroupKeys, all = kPageKeys / kGroupKeys;
    if (groups == all) return {{l.keys[0][page], heads * (key_bytes_ + value_bytes_)}};
    std::vector<std::span<std::byte>> out;
    for (size_t head = 0; head < heads; ++head) out.emplace_back(l.keys[head][page], key_bytes_ / all * groups);
    for (size_t head = 0; head < heads; ++head) out.emplace_back(l.values[head][page], value_bytes_ / all * groups);
    return out;
}

bool KvCache::can_rewind(size_t n) const {
    if (n < n_shared_ * kPageKeys) return false;
    for (size_t il = 0; il < layers_.size(); ++il)
        if (first_seen(config_.layers[il], n) < layers_[il].first * kPageKeys) return false;
    return true;
}

void KvCache::clear() {
    for (LayerPages& layer : layers_) {
        layer.first = 0;
        for (auto& head : layer.keys) head.clear();
        for (auto& head : layer.values) head.clear();
    }
    free_.clear();
    slabs_.clear();
    n_shared_ = 0;
    borrowed_.clear();
}

void KvCache::share(const KvCache& other, size_t n) {
    clear();
    const size_t n_whole = n / kPageKeys;
    for (size_t il = 0; il < layers_.size(); ++il) {
        LayerPages& layer = layers_[il];
        const LayerPages& theirs = other.layers_[il];
        layer.first = theirs.first;
        for (size_t head = 0; head < layer.keys.size(); ++head) {
            layer.keys[head].assign(theirs.keys[head].begin(), theirs.keys[head].begin() + ptrdiff_t(n_whole));
            layer.values[head].assign(theirs.values[head].begin(), theirs.values[head].begin() + ptrdiff_t(n_whole));
        }
    }
    n_shared_ = n_whole;
    borrowed_ = other.borrowed_;
    borrowed_.insert(borrowed_.end(), other.slabs_.begin(), other.slabs_.end());
    if (n % kPageKeys == 0) return;
    // The page that goes on is this cache's own.
    reserve(n);
    for (size_t il = 0; il < layers_.size(); ++il) {
        const auto from = other.pieces(il, n_whole, n % kPageKeys), to = pieces(il, n_whole, n % kPageKeys);
        for (size_t i = 0; i < from.size(); ++i) std::memcpy(to[i].data(), from[i].data(), from[i].size());
    }
}

size_t KvCache::bytes() const {
    size_t sum = 0;
    for (const auto& slab : slabs_) sum += slab->bytes();
    return sum;
}

/// Pages that a layer holds at once. The keys that the first token of a pass sees and those of the pass may begin
/// anywhere in a page.
size_t KvCache::most_pages(size_t layer, size_t n, size_t n_batch) const {
    const size_t all = pages_of(n), window = config_.layers[layer].window;
    if (window == 0) return all;
    return std::min(all, pages_of(window - 1 + std::min(n_batch, n)) + 1);
}

size_t KvCache::bytes_at(size_t n, size_t n_batch) const {
    size_t pages = 0, largest = 1;
    for (size_t il = 0; il < layers_.size(); ++il) {
        pages += most_pages(il, n, n_batch) * layers_[il].bytes;
        largest = std::max(largest, layers_[il].bytes);
    }
    // A slab may end with room that is too small for a page. Pages of all layers in turn are cut from it, or, where
    // most are reused, any.
    const size_t slab = Buffer::rounded(slab_bytes_);
    const size_t used = std::max(slab / largest * largest, slab / slab_bytes_ * slab_bytes_);
    return (pages + used - 1) / used * slab;
}

}  // namespace siskin
