#include "engine/kv_cache.h"

#include "ops/kernels.h"

namespace siskin {
namespace {

size_t key_bytes_per_head(const Config& c, size_t elem_bytes) { return kPageKeys * c.d_k * elem_bytes; }
size_t value_bytes_per_head(const Config& c, size_t elem_bytes) { return kPageKeys * c.d_v * elem_bytes; }

/// The first position that a token at `position` sees.
size_t first_seen(const LayerConfig& layer, size_t position) {
    return layer.window && position + 1 > layer.window ? position + 1 - layer.window : 0;
}

}  // namespace

KvCache::KvCache(const Config& config, DType type)
    : config_(config), type_(type), elem_bytes_(dtype_info(type).block_bytes) {
    for (const LayerConfig& l : config.layers) {
        LayerPages& pages = layers_.emplace_back();
        pages.key_bytes = l.n_head_kv * key_bytes_per_head(config, elem_bytes_);
        pages.page_bytes = pages.key_bytes + l.n_head_kv * value_bytes_per_head(config, elem_bytes_);
        pages.keys.resize(l.n_head_kv);
        pages.values.resize(l.n_head_kv);
    }
}

void KvCache::reserve(size_t end) {
    const size_t n_pages = (end + kPageKeys - 1) / kPageKeys;
    for (LayerPages& layer : layers_)
        while (layer.pages.size() < n_pages) {
            const Buffer& page = layer.pages.emplace_back(layer.page_bytes);
            for (size_t head = 0; head < layer.keys.size(); ++head) {
                layer.keys[head].push_back(page.data() + head * key_bytes_per_head(config_, elem_bytes_));
                layer.values[head].push_back(page.data() + layer.key_bytes +
                                             head * value_bytes_per_head(config_, elem_bytes_));
            }
        }
}

std::byte* KvCache::key(size_t layer, size_t head, size_t position) {
    std::byte* page = layers_[layer].pages[position / kPageKeys].data();
    return page + (head * kPageKeys + position % kPageKeys) * config_.d_k * elem_bytes_;
}

std::byte* KvCache::value(size_t layer, size_t head, size_t position) {
    std::byte* page = layers_[layer].pages[position / kPageKeys].data() + layers_[layer].key_bytes;
    return page + (head * kPageKeys + position % kPageKeys) * config_.d_v * elem_bytes_;
}

const std::byte* const* KvCache::key_pages(size_t layer, size_t head) const { return layers_[layer].keys[head].data(); }

const std::byte* const* KvCache::value_pages(size_t layer, size_t head) const {
    return layers_[layer].values[head].data();
}

void KvCache::release_before(size_t next) {
    for (size_t il = 0; il < layers_.size(); ++il) {
        LayerPages& layer = layers_[il];
        const size_t needed = first_seen(config_.layers[il], next) / kPageKeys;
        for (; layer.first < needed && layer.first < layer.pages.size(); ++layer.first)
            layer.pages[layer.first] = Buffer();
    }
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
