#include "engine/kv_cache.h"

#include <gtest/gtest.h>

#include <cstring>
#include <set>

#include "ops/kernels.h"

namespace siskin::test {
namespace {

/// Two layers: one that sees everything with 2 heads, one with a window of 300 and a single head.
Config two_layers() {
    Config config;
    config.n_layer = 2;
    config.d_k = 24;
    config.d_v = 20;
    config.layers = {{.n_head = 4, .n_head_kv = 2}, {.n_head = 4, .n_head_kv = 1, .window = 300}};
    return config;
}

class KvCaches : public testing::TestWithParam<DType> {};
INSTANTIATE_TEST_SUITE_P(Types, KvCaches, testing::Values(DType::F16, DType::F32),
                         [](const auto& type) { return std::string(dtype_info(type.param).name); });

TEST_P(KvCaches, EveryPositionHasAPlaceOfItsOwn) {
    const Config config = two_layers();
    const size_t elem = dtype_info(GetParam()).block_bytes, n = 3 * kPageKeys + 7;
    KvCache cache(config, GetParam());
    cache.reserve(n);
    std::set<const std::byte*> starts;
    size_t slots = 0;
    for (size_t layer = 0; layer < 2; ++layer)
        for (size_t head = 0; head < config.layers[layer].n_head_kv; ++head)
            for (size_t position = 0; position < n; ++position) {
                std::byte* key = cache.key(layer, head, position);
                std::byte* value = cache.value(layer, head, position);
                std::memset(key, 1, config.d_k * elem);  // a place outside its page would be found by the sanitizers
                std::memset(value, 2, config.d_v * elem);
                starts.insert({key, value});
                slots += 2;
            }
    EXPECT_EQ(starts.size(), slots);
    // Whoever was written first is still whole: no two places overlap.
    for (size_t layer = 0; layer < 2; ++layer)
        for (size_t head = 0; head < config.layers[layer].n_head_kv; ++head)
            for (size_t position = 0; position < n; ++position) {
                EXPECT_EQ(cache.key(layer, head, position)[config.d_k * elem - 1], std::byte(1));
                EXPECT_EQ(cache.value(layer, head, position)[config.d_v * elem - 1], std::byte(2));
            }
}

TEST_P(KvCaches, PagesAreWhereKeysAndValuesGo) {
    const Config config = two_layers();
    const size_t elem = dtype_info(GetParam()).block_bytes, n = 2 * kPageKeys + 1;
    KvCache cache(config, GetParam());
    cache.reserve(n);
    for (size_t layer = 0; layer < 2; ++layer)
        for (size_t head = 0; head < config.layers[layer].n_head_kv; ++head)
            for (size_t position = 0; position < n; ++position) {
                const size_t page = position / kPageKeys, slot = position % kPageKeys;
                EXPECT_EQ(cache.key(layer, head, position),
                          cache.key_pages(layer, head)[page] + slot * config.d_k * elem);
                EXPECT_EQ(cache.value(layer, head, position),
                          cache.value_pages(layer, head)[page] + slot * config.d_v * elem);
            }
}

TEST_P(KvCaches, GrowingKeepsWhatIsThere) {
    const Config config = two_layers();
    KvCache cache(config, GetParam());
    cache.reserve(1);
    std::byte* const key = cache.key(0, 1, 0);
    *key = std::byte(7);
    const size_t one_page = cache.bytes();
    EXPECT_GT(one_page, 0u);
    cache.reserve(kPageKeys);
    EXPECT_EQ(cache.bytes(), one_page) << "a page holds " << kPageKeys << " positions";
    cache.reserve(5 * kPageKeys);
    EXPECT_EQ(cache.bytes(), 5 * one_page);
    EXPECT_EQ(cache.key(0, 1, 0), key);
    EXPECT_EQ(*key, std::byte(7));
}

TEST_P(KvCaches, WindowedLayersGiveBackWhatNobodySees) {
    const Config config = two_layers();
    KvCache cache(config, GetParam());
    cache.reserve(4 * kPageKeys);
    const size_t all = cache.bytes();
    cache.release_before(300 + kPageKeys - 2);  // the token there sees keys from 255 on: page 0 is needed
    EXPECT_EQ(cache.bytes(), all);
    EXPECT_TRUE(cache.can_rewind(0));
    cache.release_before(300 + kPageKeys - 1);  // from 256 on
    EXPECT_LT(cache.bytes(), all);
    EXPECT_TRUE(cache.can_rewind(300 + kPageKeys - 1));
    EXPECT_FALSE(cache.can_rewind(300 + kPageKeys - 2));
    EXPECT_FALSE(cache.can_rewind(0));
    EXPECT_NE(cache.key_pages(0, 0)[0], nullptr) << "a layer without window keeps everything";
    *cache.key(0, 0, 0) = std::byte(3);

    cache.clear();
    EXPECT_EQ(cache.bytes(), 0u);
    EXPECT_TRUE(cache.can_rewind(0));
    cache.reserve(10);
    *cache.key(1, 0, 9) = std::byte(4);
    *cache.value(1, 0, 9) = std::byte(5);
}

TEST_P(KvCaches, ALongTextInAWindowCostsAWindow) {
    Config config = two_layers();
    config.layers = {{.n_head = 1, .n_head_kv = 1, .window = 300}};
    KvCache cache(config, GetParam());
    cache.reserve(3 * kPageKeys);
    const size_t bound = cache.bytes();  // a window of 300 touches at most three pages
    for (size_t n = 1; n <= 40 * kPageKeys; ++n) {
        cache.reserve(n);
        cache.release_before(n);
        ASSERT_LE(cache.bytes(), bound) << "at " << n;
    }
}

}  // namespace
}  // namespace siskin::test
