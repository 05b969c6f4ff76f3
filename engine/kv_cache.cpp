#include "engine/kv_cache.h"

#include "formats/error.h"
#include "ops/kernels.h"

namespace siskin {
namespace {

/// The first position that a token at `position` sees.
size_t first_seen(const LayerConfig& layer, size_t position) {
    return layer.window && position + 1 > layer.window ? position + 1 - layer.window : 0;
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
        LayerPages& pages = layers_.emplace_back();
        pages.keys.resize(l.n_head_kv);
        pages.values.resize(l.n_head_kv);
    }
}

void KvCache::reserve(size_t end) {
    const size_t n_pages = (end + kPageKeys - 1) / kPageKeys;
    for (LayerPages& layer : layers_)
        while (layer.pages.size() < n_pages) {
            const size_t heads = layer.keys.size();
            const Buffer& page = layer.pages.emplace_back(heads * (key_bytes_ + value_bytes_));
            for (size_t head = 0; head < heads; ++head) {
                layer.keys[head].push_back(page.data() + head * key_bytes_);
                layer.values[head].push_back(page.data() + heads * key_bytes_ + head * value_bytes_);
            }
        }
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
    for (size_t il = 0; il < layers_.size(); ++il)
        release_pages(il, first_seen(config_.layers[il], next) / kPageKeys);
}

void KvCache::release_pages(size_t layer, size_t first) {
    LayerPages& l = layers_[layer];
    for (; l.first < first && l.first < l.pages.size(); ++l.first) l.pages[l.first] = Buffer();
}

std::span<std::byte> KvCache::page(size_t layer, size_t index) const {
    const Buffer& page = layers_[layer].pages[index];
    return {page.data(), page.bytes()};
}

bool KvCache::can_rewind(size_t n) const {
    for (size_t il = 0; il < layers_.size(); ++il)
        if (first_seen(config_.layers[il], n) < layers_[il].first * kPageKeys) return false;
    return true;
}

void KvCache::clear() {
    for (LayerPages& layer : layers_) {
        layer.pages.clear();
        layer.first = 0;
        for (auto& head : layer.keys) head.clear();
        for (auto& head : layer.values) head.clear();
    }
}

size_t KvCache::bytes() const {
    size_t sum = 0;
    for (const LayerPages& layer : layers_)
        for (const Buffer& page : layer.pages) sum += page.bytes();
    return sum;
}

}  // namespace siskin
