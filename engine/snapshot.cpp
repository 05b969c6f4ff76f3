#include "engine/snapshot.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string>

#include "formats/checked.h"
#include "formats/input_file.h"
#include "formats/new_file.h"

// The file, numbers little-endian:
//   "siskinKV"  u32 version, arithmetic
//   u32 length, bytes of the fingerprint     u32 type of keys, of values     u32 long rope, n_layer
//   u64 first page, 1 if all layers begin with it, n_tokens, n_read     i32 tokens[n_tokens]
//   for each layer: u64 first page, end page; of each page the pieces that hold positions below n_read
//   u64 checksum of everything before it
namespace siskin {
namespace {

static_assert(std::endian::native == std::endian::little, "pages are written as they lie in memory");

constexpr std::string_view kMagic = "siskinKV";
constexpr uint32_t kVersion = 2;
/// To be counted up whenever the numeric definition changes (ops/kernels.h, ops/attention.h, engine/forward.cpp): the
/// keys and values of older files have other bits then.
constexpr uint32_t kArithmetic = 2;
constexpr uint64_t kMostFingerprint = 256;
constexpr uint64_t kMostTokens = uint64_t{1} << 32;

/// Finds damage, not intent. Four words at a time, so that it is no slower than reading them.
class Checksum {
  public:
    void add(std::span<const std::byte> bytes) {
        for (; bytes.size() >= sizeof lanes_; bytes = bytes.subspan(sizeof lanes_)) {
            std::array<uint64_t, 4> words;
            std::memcpy(words.data(), bytes.data(), sizeof words);
            for (size_t i = 0; i < words.size(); ++i) lanes_[i] = mixed(lanes_[i], words[i]);
        }
        for (const std::byte b : bytes) lanes_[0] = mixed(lanes_[0], uint64_t(b));
        lanes_[1] = mixed(lanes_[1], bytes.size());
    }
    uint64_t value() const {
        uint64_t sum = 0;
        for (const uint64_t lane : lanes_) sum = mixed(sum, lane);
        return sum;
    }

  private:
    static uint64_t mixed(uint64_t sum, uint64_t word) { return std::rotl((sum ^ word) * 0x9e3779b97f4a7c15, 29); }
    std::array<uint64_t, 4> lanes_ = {1, 2, 3, 4};
};

size_t pages_of(size_t n_positions) { return (n_positions + kPageKeys - 1) / kPageKeys; }

/// How many of the first n positions lie in a page.
size_t positions_in(size_t page, size_t n) { return std::min(n - page * kPageKeys, kPageKeys); }

}  // namespace

class Snapshot::Writer {
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

    /// The file, which is to be committed.
    NewFile& finish() {
        const uint64_t sum = checksum_.value();
        file_.write(std::as_bytes(std::span(&sum, 1)));
        return file_;
    }

  private:
    NewFile file_;
    Checksum checksum_;
};

/// Reads what Writer wrote, in the same pieces.
class Snapshot::Reader {
  public:
    explicit Reader(const std::filesystem::path& path) : source_(path.string()), file_(path), left_(file_.size()) {}

    void fill(std::span<std::byte> to, std::string_view what) {
        need(to.size(), what);
        file_.read(to);
        left_ -= to.size();
        checksum_.add(to);
    }
    template <class T>
    T read(std::string_view what) {
        T value;
        fill(std::as_writable_bytes(std::span(&value, 1)), what);
        return value;
    }
    std::string read_text(size_t n, std::string_view what) {
        need(n, what);
        std::string text(n, ' ');
        fill(std::as_writable_bytes(std::span(text)), what);
        return text;
    }
    std::vector<Token> read_tokens(uint64_t n) {
        need(n * sizeof(Token), "tokens");
        std::vector<Token> tokens(n);
        fill(std::as_writable_bytes(std::span(tokens)), "tokens");
        return tokens;
    }
    template <class T>
    void expect(T expected, std::string_view what) {
        if (const T found = read<T>(what); found != expected)
            fail(Fault::BadData, source_, ": ", what, " is ", found, ", expected ", expected);
    }
    void expect_checksum() {
        const uint64_t expected = checksum_.value();
        if (read<uint64_t>("checksum") != expected || left_ != 0)
            fail(Fault::BadData, source_, ": the checksum is wrong, the file is damaged");
    }
    const std::string& source() const { return source_; }

  private:
    void need(uint64_t n, std::string_view what) {
        if (n > left_)
            fail(Fault::BadData, source_, ": ", what, " needs ", n, " bytes, only ", left_,
                 " are left; the file is damaged");
    }

    std::string source_;
    InputFile file_;
    uint64_t left_;
    Checksum checksum_;
};

struct Snapshot::Head {
    uint32_t type_k, type_v, long_rope, n_layer;
    uint64_t first_page, has_windows, n_read;
    std::vector<Token> tokens;
};

void Snapshot::save(const Session& session, std::string_view fingerprint, const std::filesystem::path& path) {
    Writer out(path);
    write(out, session, 0, session.tokens_.size(), fingerprint);
    out.finish().commit();
}

void Snapshot::save_page(const Session& session, size_t page, size_t end, std::string_view fingerprint,
                         const std::filesystem::path& path) {
    Writer out(path);
    write(out, session, page, end, fingerprint);
    out.finish().commit_without_sync();
}

void Snapshot::write(Writer& out, const Session& session, size_t first_page, size_t n_tokens,
                     std::string_view fingerprint) {
    const KvCache& kv = session.kv_;
    const size_t n_layer = session.model().config().n_layer;
    const size_t n_read = std::min(session.n_read_, n_tokens), end = pages_of(n_read);
    bool has_windows = true;
    for (size_t il = 0; il < n_layer; ++il) has_windows = has_windows && kv.first_page(il) <= first_page;
    out.put(kMagic);
    out.put(kVersion);
    out.put(kArithmetic);
    out.put(uint32_t(fingerprint.size()));
    out.put(fingerprint);
    out.put(uint32_t(kv.types().k));
    out.put(uint32_t(kv.types().v));
    out.put(uint32_t(session.long_rope_));
    out.put(uint32_t(n_layer));
    out.put(uint64_t(first_page));
    out.put(uint64_t(has_windows));
    out.put(uint64_t(n_tokens));
    out.put(uint64_t(n_read));
    out.put(std::as_bytes(std::span(session.tokens_).first(n_tokens)));
    for (size_t il = 0; il < n_layer; ++il) {
        const size_t first = std::min(std::max(kv.first_page(il), first_page), end);
        out.put(uint64_t(first));
        out.put(uint64_t(end));
        for (size_t page = first; page < end; ++page)
            for (const std::span<std::byte> piece : kv.pieces(il, page, positions_in(page, n_read)))
                out.put(std::span<const std::byte>(piece));
    }
}

void Snapshot::load(Session& session, std::string_view fingerprint, const std::filesystem::path& path) {
    const auto make_empty = [&] {
        session.tokens_.clear();
        session.n_read_ = 0;
        session.kv_.clear();
    };
    make_empty();
    try {
        read(session, 0, fingerprint, path);
        if (!session.kv_.can_rewind(session.n_read_))
            fail(Fault::BadData, path.string(), ": lacks pages that the next token needs");
    } catch (...) {
        make_empty();
        throw;
    }
}

void Snapshot::load_page(Session& session, size_t page, std::string_view fingerprint,
                         const std::filesystem::path& path) {
    const size_t before = page * kPageKeys;
    if (session.tokens_.size() != before || session.n_read_ != before)
        fail(Fault::Bug, "page ", page, " for a session that has read ", session.n_read_, " tokens");
    try {
        read(session, page, fingerprint, path);
    } catch (...) {
        session.rewind(before);
        throw;
    }
}

Snapshot::PageInfo Snapshot::page_info(std::string_view fingerprint, const std::filesystem::path& path) {
    Reader in(path);
    Head head = read_head(in, fingerprint);
    return {std::move(head.tokens), head.has_windows != 0};
}

Snapshot::Head Snapshot::read_head(Reader& in, std::string_view fingerprint) {
    if (in.read_text(kMagic.size(), "magic") != kMagic) fail(Fault::BadData, in.source(), ": is no snapshot of siskin");
    in.expect(kVersion, "version");
    in.expect(kArithmetic, "arithmetic");
    const auto length = in.read<uint32_t>("length of the fingerprint");
    if (length > kMostFingerprint)
        fail(Fault::BadData, in.source(), ": the fingerprint is too long, the file is damaged");
    if (in.read_text(length, "fingerprint") != fingerprint)
        fail(Fault::BadData, in.source(), ": was made with another model");
    Head head;
    head.type_k = in.read<uint32_t>("type of keys");
    head.type_v = in.read<uint32_t>("type of values");
    head.long_rope = in.read<uint32_t>("long context");
    head.n_layer = in.read<uint32_t>("number of layers");
    head.first_page = in.read<uint64_t>("first page");
    head.has_windows = in.read<uint64_t>("mark of windows");
    const auto n_tokens = in.read<uint64_t>("number of tokens");
    head.n_read = in.read<uint64_t>("number of tokens read");
    if (n_tokens > kMostTokens || head.n_read > n_tokens)
        fail(Fault::BadData, in.source(), ": holds ", head.n_read, " of ", n_tokens, " tokens; the file is damaged");
    head.tokens = in.read_tokens(n_tokens);
    return head;
}

void Snapshot::read(Session& session, size_t first_page, std::string_view fingerprint,
                    const std::filesystem::path& path) {
    Reader in(path);
    const std::string& source = in.source();
    const Config& config = session.model().config();
    KvCache& kv = session.kv_;
    Head head = read_head(in, fingerprint);
    const auto expect = [&](uint64_t found, uint64_t expected, std::string_view what) {
        if (found != expected) fail(Fault::BadData, source, ": ", what, " is ", found, ", expected ", expected);
    };
    expect(head.type_k, uint32_t(kv.types().k), "type of keys");
    expect(head.type_v, uint32_t(kv.types().v), "type of values");
    expect(head.long_rope, session.long_rope_, "long context");
    expect(head.n_layer, config.n_layer, "number of layers");
    expect(head.first_page, first_page, "first page");
    const size_t n_read = head.n_read;
    if (head.tokens.size() > session.n_ctx())
        fail(Fault::BadData, source, ": holds ", head.tokens.size(), " tokens, the context has ", session.n_ctx());
    if (n_read < session.tokens_.size() ||
        !std::equal(session.tokens_.begin(), session.tokens_.end(), head.tokens.begin()))
        fail(Fault::BadData, source, ": holds another text");
    for (const Token token : head.tokens)
        if (token < 0 || uint32_t(token) >= config.n_vocab)
            fail(Fault::BadData, source, ": token ", token, ": the vocabulary has ids 0 to ", config.n_vocab - 1);

    kv.reserve(n_read);
    for (size_t il = 0; il < config.n_layer; ++il) {
        const auto first = in.read<uint64_t>("first page");
        in.expect(uint64_t(pages_of(n_read)), "number of pages");
        if (first < first_page || first > pages_of(n_read))
            fail(Fault::BadData, source, ": layer ", il, " begins at page ", first, "; the file is damaged");
        if (first > first_page) kv.release_pages(il, first);
        for (size_t page = first; page < pages_of(n_read); ++page)
            for (const std::span<std::byte> piece : kv.pieces(il, page, positions_in(page, n_read)))
                in.fill(piece, "page");
    }
    in.expect_checksum();
    session.tokens_ = std::move(head.tokens);
    session.n_read_ = n_read;
}

}  // namespace siskin
