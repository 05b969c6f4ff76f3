#include "engine/snapshot.h"

#include <bit>
#include <cstdint>
#include <cstring>
#include <string>

#include "formats/checked.h"
#include "formats/mapped_file.h"
#include "formats/new_file.h"
#include "ops/attention.h"

// The file, numbers little-endian:
//   "siskinKV"  u32 version
//   u32 length, bytes of the fingerprint     u32 type of keys, of values     u32 long rope, n_layer
//   u64 n_tokens, n_read     i32 tokens[n_tokens]
//   for each layer: u64 first page, end page, bytes of a page; the pages as KvCache holds them
//   u64 checksum of everything before it
namespace siskin {
namespace {

static_assert(std::endian::native == std::endian::little, "pages are written as they lie in memory");

constexpr std::string_view kMagic = "siskinKV";
constexpr uint32_t kVersion = 1;
constexpr uint64_t kMostFingerprint = 256;

/// Eight bytes at a time; finds damage, not intent.
class Checksum {
  public:
    void add(std::span<const std::byte> bytes) {
        for (; bytes.size() >= 8; bytes = bytes.subspan(8)) {
            uint64_t word;
            std::memcpy(&word, bytes.data(), 8);
            mix(word);
        }
        uint64_t rest = bytes.size();
        for (const std::byte b : bytes) rest = rest << 8 | uint64_t(b);
        mix(rest);
    }
    uint64_t value() const { return value_; }

  private:
    void mix(uint64_t word) { value_ = std::rotl((value_ ^ word) * 0x9e3779b97f4a7c15, 29); }
    uint64_t value_ = 0x736973u;
};

class Writer {
  public:
    explicit Writer(const std::filesystem::path& path) : file_(path) {}

    void put(std::span<const std::byte> bytes) {
        checksum_.add(bytes);
        file_.write(bytes);
    }
    void put(std::string_view text) { put(std::as_bytes(std::span(text))); }
    template <class T>
    requires std::is_arithmetic_v<T>
    void put(T number) { put(std::as_bytes(std::span(&number, 1))); }

    void commit() {
        const uint64_t sum = checksum_.value();
        file_.write(std::as_bytes(std::span(&sum, 1)));
        file_.commit();
    }

  private:
    NewFile file_;
    Checksum checksum_;
};

/// Reads what Writer wrote, in the same pieces.
class Reader {
  public:
    Reader(std::span<const std::byte> bytes, std::string_view source) : source_(source), bytes_(bytes, source_) {}

    std::span<const std::byte> take(uint64_t n, std::string_view what) {
        const auto piece = bytes_.take(n, what);
        checksum_.add(piece);
        return piece;
    }
    template <class T>
    T read(std::string_view what) {
        T value;
        std::memcpy(&value, take(sizeof value, what).data(), sizeof value);
        return value;
    }
    template <class T>
    void expect(T expected, std::string_view what) {
        if (const T found = read<T>(what); found != expected)
            fail(Fault::BadData, source_, ": ", what, " is ", found, ", expected ", expected);
    }
    void expect_checksum() {
        const uint64_t expected = checksum_.value();
        if (bytes_.read<uint64_t>("checksum") != expected || bytes_.remaining() != 0)
            fail(Fault::BadData, source_, ": the checksum is wrong, the file is damaged");
    }
    std::string_view source() const { return source_; }

  private:
    std::string_view source_;
    ByteCursor bytes_;
    Checksum checksum_;
};

size_t pages_of(size_t n_positions) { return (n_positions + kPageKeys - 1) / kPageKeys; }

}  // namespace

void Snapshot::save(const Session& session, std::string_view fingerprint, const std::filesystem::path& path) {
    const KvCache& kv = session.kv_;
    Writer out(path);
    out.put(kMagic);
    out.put(kVersion);
    out.put(uint32_t(fingerprint.size()));
    out.put(fingerprint);
    out.put(uint32_t(kv.types().k));
    out.put(uint32_t(kv.types().v));
    out.put(uint32_t(session.long_rope_));
    out.put(uint32_t(session.model().config().n_layer));
    out.put(uint64_t(session.tokens_.size()));
    out.put(uint64_t(session.n_read_));
    out.put(std::as_bytes(std::span(session.tokens_)));
    for (size_t il = 0; il < session.model().config().n_layer; ++il) {
        const size_t end = pages_of(session.n_read_), first = std::min(kv.first_page(il), end);
        out.put(uint64_t(first));
        out.put(uint64_t(end));
        out.put(uint64_t(first < end ? kv.page(il, first).size() : 0));
        for (size_t page = first; page < end; ++page) out.put(kv.page(il, page));
    }
    out.commit();
}

void Snapshot::load(Session& session, std::string_view fingerprint, const std::filesystem::path& path) {
    const auto make_empty = [&] {
        session.tokens_.clear();
        session.n_read_ = 0;
        session.kv_.clear();
    };
    make_empty();
    try {
        read(session, fingerprint, path);
    } catch (...) {
        make_empty();
        throw;
    }
}

void Snapshot::read(Session& session, std::string_view fingerprint, const std::filesystem::path& path) {
    const MappedFile file(path);
    const std::string source = path.string();
    const Config& config = session.model().config();
    KvCache& kv = session.kv_;
    Reader in(file.bytes(), source);
    if (as_text(in.take(kMagic.size(), "magic")) != kMagic) fail(Fault::BadData, source, ": is no snapshot of siskin");
    in.expect(kVersion, "version");
    const auto length = in.read<uint32_t>("length of the fingerprint");
    if (length > kMostFingerprint) fail(Fault::BadData, source, ": the fingerprint is too long, the file is damaged");
    if (as_text(in.take(length, "fingerprint")) != fingerprint)
        fail(Fault::BadData, source, ": was made with another model");
    in.expect(uint32_t(kv.types().k), "type of keys");
    in.expect(uint32_t(kv.types().v), "type of values");
    in.expect(uint32_t(session.long_rope_), "long context");
    in.expect(uint32_t(config.n_layer), "number of layers");
    const auto n_tokens = in.read<uint64_t>("number of tokens"), n_read = in.read<uint64_t>("number of tokens read");
    if (n_tokens > session.n_ctx() || n_read > n_tokens)
        fail(Fault::BadData, source, ": holds ", n_tokens, " tokens, the context has ", session.n_ctx());
    session.tokens_.resize(n_tokens);
    const auto tokens = in.take(n_tokens * sizeof(Token), "tokens");
    if (!tokens.empty()) std::memcpy(session.tokens_.data(), tokens.data(), tokens.size());
    for (const Token token : session.tokens_)
        if (token < 0 || uint32_t(token) >= config.n_vocab)
            fail(Fault::BadData, source, ": token ", token, ": the vocabulary has ids 0 to ", config.n_vocab - 1);

    kv.reserve(n_read);
    for (size_t il = 0; il < config.n_layer; ++il) {
        const auto first = in.read<uint64_t>("first page");
        in.expect(uint64_t(pages_of(n_read)), "number of pages");
        if (first > pages_of(n_read)) fail(Fault::BadData, source, ": layer ", il, " begins behind its end");
        kv.release_pages(il, first);
        const bool any = first < pages_of(n_read);
        in.expect(uint64_t(any ? kv.page(il, first).size() : 0), "size of a page");
        for (size_t page = first; page < pages_of(n_read); ++page) {
            const std::span<std::byte> to = kv.page(il, page);
            std::memcpy(to.data(), in.take(to.size(), "page").data(), to.size());
        }
    }
    if (!kv.can_rewind(n_read)) fail(Fault::BadData, source, ": lacks pages that the next token needs");
    in.expect_checksum();
    session.n_read_ = n_read;
}

}  // namespace siskin
