#include "engine/kv_cache.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

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

class KvCaches : public testing::TestWithParam<DType> {
  protected:
    static KvCache cache_of(const Config& config) { return {config, GetParam()}; }

    /// Stores a key and a value that are `number` everywhere.
    static void put(const Config& config, KvCache& cache, size_t layer, size_t head, size_t position, float number) {
        const std::vector<float> key(config.d_k, number), value(config.d_v, number);
        cache.put(layer, head, position, key.data(), value.data());
    }
    /// What attention to this position alone finds: its value.
    static float read(const Config& config, const KvCache& cache, size_t layer, size_t head, size_t position) {
        const std::vector<float> q(config.d_k, 1);
        std::vector<float> out(config.d_v), scratch(attend_scratch(1, 1, config.d_k, config.d_v));
        const Buffer tile_scratch(kTileScratch);
        const float* const q_row = q.data();
        float* const out_row = out.data();
        kernels().attend({.n_rows = 1,
                          .n_q = 1,
                          .d_k = config.d_k,
                          .d_v = config.d_v,
                          .q = &q_row,
                          .q_at = 0,
                          .k_pages = cache.key_pages(layer, head),
                          .v_pages = cache.value_pages(layer, head),
                          .k_type = cache.types().k,
                          .v_type = cache.types().v,
                          .end_key = position + 1,
                          .window = 1,
                          .scale = 1,
                          .softcap = 0,
                          .sinks = nullptr,
                          .out = &out_row,
                          .out_at = 0,
                          .scratch = scratch.data(),
                          .tile_scratch = tile_scratch.data()});
        return out.back();
    }
};
INSTANTIATE_TEST_SUITE_P(Types, KvCaches, testing::Values(DType::F16, DType::F32, DType::Q8_0, DType::Q4_0),
                         [](const auto& type) { return std::string(dtype_info(type.param).name); });

TEST_P(KvCaches, EveryPositionHasAPlaceOfItsOwn) {
    const Config config = two_layers();
    constexpr size_t n = 2 * kPageKeys + 7;
    KvCache cache = cache_of(config);
    cache.reserve(n);
    const auto for_each_place = [&](const auto& use) {
        float number = 1;  // powers of two of either sign, which every type stores exactly, in a long cycle
        for (size_t layer = 0; layer < 2; ++layer)
            for (size_t head = 0; head < config.layers[layer].n_head_kv; ++head)
                for (size_t position = 0; position < n; ++position) {
                    number = number > 100 ? -0.125f : number < -100 ? 0.25f : 2 * number;
                    use(layer, head, position, number);
                }
    };
    for_each_place([&](size_t layer, size_t head, size_t position, float number) {
        put(config, cache, layer, head, position, number);
    });
    for_each_place([&](size_t layer, size_t head, size_t position, float number) {
        ASSERT_NEAR(read(config, cache, layer, head, position), number, 1e-3 * std::fabs(number))
            << "layer " << layer << " head " << head << " position " << position;
    });
}

TEST_P(KvCaches, GrowingKeepsWhatIsThere) {
    const Config config = two_layers();
    KvCache cache = cache_of(config);
    cache.reserve(1);
    put(config, cache, 0, 1, 0, 2);
    const std::byte* const page = cache.key_pages(0, 1)[0];
    const size_t one_page = cache.bytes();
    EXPECT_GT(one_page, 0u);
    cache.reserve(kPageKeys);
    EXPECT_EQ(cache.bytes(), one_page) << "a page holds " << kPageKeys << " positions";
    cache.reserve(5 * kPageKeys);
    EXPECT_EQ(cache.bytes(), 5 * one_page);
    EXPECT_EQ(cache.key_pages(0, 1)[0], page);
    EXPECT_NEAR(read(config, cache, 0, 1, 0), 2, 0.01);
}

TEST_P(KvCaches, WindowedLayersUseAgainWhatNobodySees) {
    const Config config = two_layers();
    KvCache cache = cache_of(config);
    cache.reserve(4 * kPageKeys);
    const std::byte* const first = cache.key_pages(1, 0)[0];
    cache.release_before(300 + kPageKeys - 2);  // the token there sees keys from 255 on: page 0 is needed
    EXPECT_TRUE(cache.can_rewind(0));
    cache.reserve(5 * kPageKeys);
    EXPECT_NE(cache.key_pages(1, 0)[4], first);
    cache.release_before(300 + kPageKeys - 1);  // from 256 on
    EXPECT_TRUE(cache.can_rewind(300 + kPageKeys - 1));
    EXPECT_FALSE(cache.can_rewind(300 + kPageKeys - 2));
    EXPECT_FALSE(cache.can_rewind(0));
    const std::byte* const kept = cache.key_pages(0, 0)[0];
    cache.reserve(6 * kPageKeys);
    EXPECT_EQ(cache.key_pages(1, 0)[5], first);
    EXPECT_EQ(cache.key_pages(0, 0)[0], kept) << "a layer without window keeps everything";
    put(config, cache, 1, 0, 5 * kPageKeys, -2);
    put(config, cache, 0, 0, 0, 4);
    EXPECT_NEAR(read(config, cache, 1, 0, 5 * kPageKeys), -2, 0.01);
    EXPECT_NEAR(read(config, cache, 0, 0, 0), 4, 0.01);

    cache.clear();
    EXPECT_EQ(cache.bytes(), 0u);
    EXPECT_TRUE(cache.can_rewind(0));
    cache.reserve(10);
    put(config, cache, 1, 0, 9, 4);
    EXPECT_NEAR(read(config, cache, 1, 0, 9), 4, 0.01);
}

TEST_P(KvCaches, ALongTextInAWindowCostsAWindow) {
    Config config = two_layers();
    config.layers = {{.n_head = 1, .n_head_kv = 1, .window = 300}};
    KvCache cache = cache_of(config);
    cache.reserve(3 * kPageKeys);
    const size_t bound = cache.bytes();  // a window of 300 touches at most three pages
    for (size_t n = 1; n <= 40 * kPageKeys; ++n) {
        cache.reserve(n);
        cache.release_before(n);
        ASSERT_LE(cache.bytes(), bound) << "at " << n;
    }
}

/// Bytes of this process that are in memory.
size_t resident_bytes() {
    size_t all = 0, resident = 0;
    std::ifstream("/proc/self/statm") >> all >> resident;
    return resident * size_t(sysconf(_SC_PAGESIZE));
}

/// The sizes of a model of 8 billion parameters.
Config config_of_8b() {
    Config config;
    config.n_layer = 32;
    config.d_k = config.d_v = 128;
    config.layers.assign(32, {.n_head = 32, .n_head_kv = 8});
    return config;
}

// The whole context of 128k tokens would take 16 GiB.
TEST(KvCache, ALongContextCostsWhatIsUsed) {
    const Config config = config_of_8b();
    constexpr size_t kSlab = size_t(32) << 20;
    const size_t before = resident_bytes();
    KvCache cache(config, DType::F16);
    EXPECT_EQ(cache.bytes(), 0u);
    cache.reserve(kPageKeys);
    EXPECT_EQ(cache.bytes(), kSlab);
    cache.reserve(kPageKeys + 1);
    EXPECT_EQ(cache.bytes(), 2 * kSlab);
    EXPECT_LT(resident_bytes(), before + kSlab / 2) << "what is reserved but not written costs nothing";
}

// A slab has room for 256 tokens. Nine use eight small pages of each layer's keys and as many of its values.
TEST(KvCache, AFewTokensDoNotPayForASlab) {
    const Config config = config_of_8b();
    const size_t before = resident_bytes();
    KvCache cache(config, DType::F16);
    cache.reserve(9);
    const std::vector<float> key(128, 1.f), value(128, 2.f);
    for (size_t layer = 0; layer < 32; ++layer)
        for (size_t head = 0; head < 8; ++head)
            for (size_t position = 0; position < 9; ++position)
                cache.put(layer, head, position, key.data(), value.data());
    EXPECT_LT(resident_bytes(), before + (size_t(6) << 20));
}

// Kernels that read a cache profit from huge pages; a slab is where the system may give them.
TEST(KvCache, PagesLieWhereHugePagesCan) {
    Config config;
    config.n_layer = 4;
    config.d_k = config.d_v = 128;
    config.layers.assign(4, {.n_head = 8, .n_head_kv = 4});  // 512 KiB of a page each
    KvCache cache(config, DType::F16);
    cache.reserve(2 * kPageKeys);
    for (const size_t page : {0, 1}) {
        const auto begin = reinterpret_cast<uintptr_t>(cache.key_pages(0, 0)[page]);
        EXPECT_EQ(begin % (2 << 20), 0u);
        for (size_t layer = 0; layer < 4; ++layer)
            EXPECT_EQ(reinterpret_cast<uintptr_t>(cache.key_pages(layer, 0)[page]), begin + layer * (512 << 10));
    }
}

}  // namespace
}  // namespace siskin::test
