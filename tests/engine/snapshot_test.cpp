// Sessions on disk: what comes back computes the same bits, and what does not fit is refused.

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "engine/snapshot.h"
#include "formats/error.h"
#include "tests/support/engine_run.h"
#include "tests/support/temp_folder.h"
#include "tests/support/tiny_model.h"

namespace siskin::test {
namespace {

std::shared_ptr<const Model> tiny(std::string_view recipe) {
    return load_bytes(make_tiny(tiny_recipe(recipe)).bytes());
}

std::vector<float> copy(std::span<const float> logits) { return {logits.begin(), logits.end()}; }

/// Logits of three tokens after what the session holds.
std::vector<float> go_on(Session& session) {
    const std::vector<Token> next = random_tokens(session.model().config().n_vocab, 3, 99);
    return copy(session.feed(next));
}

struct SnapshotCase {
    const char* recipe;
    KvTypes types;
    size_t n_tokens;
};
const SnapshotCase kCases[] = {
    {"llama", DType::F16, 5},     {"llama", DType::F32, 300},  {"llama", {DType::Q8_0, DType::Q4_0}, 300},
    {"qwen2", DType::F16, 256},   {"gemma3", DType::F16, 600},  // windows have given pages back
    {"gpt-oss", DType::F16, 600},
};

TEST(Snapshot, ComesBackBitForBit) {
    for (const SnapshotCase& c : kCases) {
        const TempFolder folder;
        const auto model = tiny(c.recipe);
        const SessionOptions options = {.n_ctx = 1024, .kv_type = c.types};
        Runtime runtime(1);
        Session session(model, runtime, options);
        const std::vector<Token> text = random_tokens(model->config().n_vocab, c.n_tokens, 1);
        session.feed(text);
        Snapshot::save(session, "model", folder / "kv");
        const std::vector<float> expected = go_on(session);

        Session other(model, runtime, options);
        other.feed(std::span(text).first(3));  // what it held before does not matter
        Snapshot::load(other, "model", folder / "kv");
        EXPECT_EQ(other.tokens(), text) << c.recipe;
        EXPECT_EQ(go_on(other), expected) << c.recipe;

        // And as if nobody had saved anything.
        other.rewind(2);
        const auto rest = std::span(session.tokens()).subspan(2);
        EXPECT_EQ(copy(other.feed(rest)), expected) << c.recipe;
    }
}

TEST(Snapshot, OfAnEmptySessionAndARewoundOne) {
    const TempFolder folder;
    const auto model = tiny("llama");
    Runtime runtime(1);
    Session session(model, runtime, {.n_ctx = 512}), other(model, runtime, {.n_ctx = 512});
    Snapshot::save(session, "model", folder / "kv");
    Snapshot::load(other, "model", folder / "kv");
    EXPECT_TRUE(other.tokens().empty());
    session.feed(random_tokens(model->config().n_vocab, 400, 1));
    session.rewind(10);
    Snapshot::save(session, "model", folder / "kv");
    Snapshot::load(other, "model", folder / "kv");
    EXPECT_EQ(other.tokens().size(), 10u);
    EXPECT_EQ(go_on(other), go_on(session));
}

std::string error_of(Session& session, const std::filesystem::path& path, std::string_view fingerprint = "model") {
    try {
        Snapshot::load(session, fingerprint, path);
        return "";
    } catch (const Error& error) {
        EXPECT_TRUE(session.tokens().empty());
        return error.what();
    }
}

TEST(Snapshot, WhatDoesNotFitIsRefused) {
    const TempFolder folder;
    const auto model = tiny("llama");
    Runtime runtime(1);
    Session session(model, runtime, {.n_ctx = 512});
    session.feed(random_tokens(model->config().n_vocab, 40, 1));
    const auto path = folder / "kv";
    Snapshot::save(session, "model", path);
    Session same(model, runtime, {.n_ctx = 512}), small(model, runtime, {.n_ctx = 32}),
        wide(model, runtime, {.n_ctx = 512, .kv_type = DType::F32});
    EXPECT_EQ(error_of(same, path), "");
    EXPECT_NE(error_of(same, path, "another").find("another model"), std::string::npos);
    EXPECT_NE(error_of(small, path).find("the context has 32"), std::string::npos);
    EXPECT_NE(error_of(wide, path).find("type of keys"), std::string::npos);
    EXPECT_NE(error_of(same, folder / "absent").find("absent"), std::string::npos);
}

TEST(Snapshot, EveryDamageIsFound) {
    const TempFolder folder;
    const auto model = tiny("llama");
    Runtime runtime(1);
    Session session(model, runtime, {.n_ctx = 512});
    session.feed(random_tokens(model->config().n_vocab, 3, 1));
    const auto path = folder / "kv";
    Snapshot::save(session, "model", path);
    std::ifstream in(path, std::ios::binary);
    const std::string whole((std::istreambuf_iterator<char>(in)), {});
    const auto try_bytes = [&](const std::string& bytes) {
        return error_of(session, folder.put("damaged", std::as_bytes(std::span(bytes))));
    };
    EXPECT_EQ(try_bytes(whole), "");
    // The head byte by byte, the pages here and there.
    for (size_t i = 0; i < whole.size(); i += i < 200 ? 1 : 997) {
        std::string damaged = whole;
        damaged[i] = char(damaged[i] ^ 0x41);
        EXPECT_NE(try_bytes(damaged), "") << "byte " << i;
    }
    for (size_t n = 1; n < whole.size(); n += n < 200 ? 1 : 997)
        EXPECT_NE(try_bytes(whole.substr(0, n)), "") << n << " bytes";
    EXPECT_NE(try_bytes(whole + "x"), "");
}

struct Pages {
    const TempFolder& folder;
    std::filesystem::path operator[](size_t page) const { return folder / ("page" + std::to_string(page)); }
    /// Loads the first n of them.
    void load(Session& session, size_t n) const {
        for (size_t page = 0; page < n; ++page) Snapshot::load_page(session, page, "model", (*this)[page]);
    }
};

TEST(Snapshot, PageByPageBitForBit) {
    constexpr size_t kTokens = 600;
    for (const char* recipe : {"llama", "qwen2", "gemma3", "gpt-oss"}) {
        for (const KvTypes types : {KvTypes(DType::F16), KvTypes(DType::Q8_0, DType::Q4_0)}) {
            const TempFolder folder;
            const Pages pages{folder};
            const auto model = tiny(recipe);
            const SessionOptions options = {.n_ctx = 1024, .kv_type = types};
            Runtime runtime(1);
            Session session(model, runtime, options);
            session.keep(0, 2 * kTokens);
            const std::vector<Token> text = random_tokens(model->config().n_vocab, kTokens, 1);
            session.feed(text);
            go_on(session);  // what comes after the text is not part of it
            for (size_t page = 0; page < 3; ++page)
                Snapshot::save_page(session, page, std::min((page + 1) * kPageKeys, kTokens), "model", pages[page]);
            EXPECT_EQ(Snapshot::page_info("model", pages[2]).tokens, text);
            EXPECT_TRUE(Snapshot::page_info("model", pages[1]).has_windows) << recipe;

            for (const size_t kept : {size_t{600}, size_t{570}, size_t{256}, size_t{1}}) {
                Session fresh(model, runtime, options), other(model, runtime, options);
                fresh.feed(std::span(text).first(kept));
                pages.load(other, 3);
                other.rewind(kept);
                EXPECT_EQ(other.n_read(), kept) << recipe;
                EXPECT_EQ(go_on(other), go_on(fresh)) << recipe << ' ' << kept;
            }
        }
    }
}

TEST(Snapshot, PagesThatLackWindowsAreReadAgain) {
    const TempFolder folder;
    const Pages pages{folder};
    const auto model = tiny("gemma3");
    Runtime runtime(1);
    Session session(model, runtime, {.n_ctx = 1024}), other(model, runtime, {.n_ctx = 1024}),
        fresh(model, runtime, {.n_ctx = 1024});
    const std::vector<Token> text = random_tokens(model->config().n_vocab, 700, 1);
    session.feed(text);
    for (size_t page = 0; page < 2; ++page)
        Snapshot::save_page(session, page, (page + 1) * kPageKeys, "model", pages[page]);
    EXPECT_FALSE(Snapshot::page_info("model", pages[0]).has_windows);
    pages.load(other, 2);
    EXPECT_EQ(other.n_read(), 512u);
    other.rewind(512);
    EXPECT_EQ(other.n_read(), 0u);
    fresh.feed(std::span(text).first(512));
    EXPECT_EQ(go_on(other), go_on(fresh)) << "what was taken back is read again";
}

TEST(Snapshot, APageThatDoesNotFitChangesNothing) {
    const TempFolder folder;
    const Pages pages{folder};
    const auto model = tiny("llama");
    Runtime runtime(1);
    Session session(model, runtime, {.n_ctx = 1024}), other(model, runtime, {.n_ctx = 1024});
    std::vector<Token> text = random_tokens(model->config().n_vocab, 300, 1);
    session.feed(text);
    for (size_t page = 0; page < 2; ++page) Snapshot::save_page(session, page, page ? 300 : 256, "model", pages[page]);
    const auto fault_of = [&](size_t page, std::string_view fingerprint, const std::filesystem::path& path) {
        try {
            Snapshot::load_page(other, page, fingerprint, path);
            return Fault::Bug;
        } catch (const Error& error) {
            return error.fault();
        }
    };
    text[3] ^= 1;
    other.feed(std::span(text).first(256));
    EXPECT_EQ(fault_of(1, "model", pages[1]), Fault::BadData) << "another text";
    EXPECT_EQ(fault_of(1, "model", folder / "absent"), Fault::NoInput);
    EXPECT_EQ(other.n_read(), 256u);
    other.rewind(0);
    EXPECT_EQ(fault_of(0, "other", pages[0]), Fault::BadData);
    EXPECT_EQ(fault_of(0, "model", pages[1]), Fault::BadData) << "another page";

    std::ifstream in(pages[0], std::ios::binary);
    const std::string whole((std::istreambuf_iterator<char>(in)), {});
    for (size_t i = 0; i < whole.size(); i += i < 200 ? 1 : 997) {
        std::string damaged = whole;
        damaged[i] = char(damaged[i] ^ 0x41);
        EXPECT_EQ(fault_of(0, "model", folder.put("damaged", std::as_bytes(std::span(damaged)))), Fault::BadData) << i;
    }
    EXPECT_TRUE(other.tokens().empty());
    pages.load(other, 2);
    EXPECT_EQ(go_on(other), go_on(session));
}

}  // namespace
}  // namespace siskin::test
