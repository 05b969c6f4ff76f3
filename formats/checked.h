#pragma once
// Arithmetic and reading that cannot be led astray by the numbers of a file: sums and products that know when they
// overflow, a cursor that never leaves its bytes, and text that is safe to show.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "formats/error.h"

namespace siskin {

/// a + b, or nothing when it does not fit.
inline std::optional<uint64_t> checked_add(uint64_t a, uint64_t b) {
    uint64_t sum;
    if (__builtin_add_overflow(a, b, &sum)) return std::nullopt;
    return sum;
}

/// a * b, or nothing when it does not fit.
inline std::optional<uint64_t> checked_mul(uint64_t a, uint64_t b) {
    uint64_t product;
    if (__builtin_mul_overflow(a, b, &product)) return std::nullopt;
    return product;
}

/// n rounded up to a multiple of `alignment`, a power of two, or nothing when it does not fit.
inline std::optional<uint64_t> checked_align(uint64_t n, uint64_t alignment) {
    const auto padded = checked_add(n, alignment - 1);
    if (!padded) return std::nullopt;
    return *padded & ~(alignment - 1);
}

/// Text of a file for a message: control and non-ASCII bytes escaped, the rest after `limit` bytes left out.
inline std::string printable(std::string_view text, size_t limit = 80) {
    constexpr char kHex[] = "0123456789abcdef";
    std::string shown;
    for (const unsigned char c : text.substr(0, limit)) {
        if (c >= 0x20 && c < 0x7f)
            shown += char(c);
        else
            shown += {'\\', 'x', kHex[c >> 4], kHex[c & 15]};
    }
    return text.size() > limit ? shown + "..." : shown;
}

/// Reads a sequence of bytes from front to back. What does not fit is an Error(BadData) that names the source, the
/// item, the place and the sizes; nothing is ever read outside the bytes.
class ByteCursor {
  public:
    /// `source` is what messages begin with, such as a file name; it must outlive the cursor.
    ByteCursor(std::span<const std::byte> bytes, std::string_view source) : bytes_(bytes), source_(source) {}

    size_t position() const { return position_; }
    size_t remaining() const { return bytes_.size() - position_; }

    /// The next n bytes. `what` names them in the message.
    std::span<const std::byte> take(uint64_t n, std::string_view what) {
        if (n > remaining())
            fail(Fault::BadData, source_, ": ", what, " at byte ", position_, " needs ", n, " bytes, only ",
                 remaining(), " are left; the file is cut short or damaged, download it again");
        const auto taken = bytes_.subspan(position_, size_t(n));
        position_ += size_t(n);
        return taken;
    }

    /// The next little-endian number.
    template <class T>
    requires std::is_arithmetic_v<T> T read(std::string_view what) {
        T value;
        std::memcpy(&value, take(sizeof(T), what).data(), sizeof(T));
        return value;
    }

    /// A count of things of at least `min_bytes` each that follow. One that cannot fit in the bytes left, or exceeds
    /// `limit`, is an error, so that it is safe to reserve memory for it.
    template <class T>
    T read_count(std::string_view what, uint64_t min_bytes, uint64_t limit) {
        const size_t at = position_;
        const T count = read<T>(what);
        check_count(count, what, at, min_bytes, limit);
        return count;
    }

    /// The check of read_count for a count read earlier, at byte `at`.
    void check_count(uint64_t count, std::string_view what, size_t at, uint64_t min_bytes, uint64_t limit) const {
        if (count > limit)
            fail(Fault::BadData, source_, ": ", what, " at byte ", at, " is ", count, ", at most ", limit,
                 " are supported; the file is damaged, download it again");
        if (count > remaining() / min_bytes)
            fail(Fault::BadData, source_, ": ", what, " at byte ", at, " is ", count, ", but the ", remaining(),
                 " bytes left hold at most ", remaining() / min_bytes,
                 "; the file is cut short or damaged, download it again");
    }

  private:
    std::span<const std::byte> bytes_;
    std::string_view source_;
    size_t position_ = 0;
};

/// Bytes seen as text.
inline std::string_view as_text(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace siskin
