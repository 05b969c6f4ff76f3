#include "tests/support/gguf_fields.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "formats/half.h"

namespace siskin::test {
namespace {

constexpr uint32_t kF32 = 6, kString = 8, kArray = 9, kF64 = 12;
constexpr size_t kListed = 4;  // elements of a list that become fields, and the last

/// Goes through a file known to be well-formed.
class Walk {
  public:
    explicit Walk(std::span<const std::byte> file) : file_(file) {}

    std::vector<GgufField> run() {
        field(4, FieldKind::Magic, "magic");
        field(4, FieldKind::Integer, "version");
        const uint64_t n_tensors = integer(8, "number of tensors"), n_pairs = integer(8, "number of pairs");
        for (uint64_t i = 0; i < n_pairs; ++i) pair();
        for (uint64_t i = 0; i < n_tensors; ++i) tensor();
        data();
        return std::move(fields_);
    }

  private:
    void field(size_t size, FieldKind kind, const std::string& name) {
        if (listed_ && size) fields_.push_back({at_, size, kind, name});
        at_ += size;
    }
    uint64_t integer(size_t size, const std::string& name) {
        uint64_t value = 0;
        std::memcpy(&value, file_.data() + at_, size);
        field(size, FieldKind::Integer, name);
        return value;
    }
    std::string text(const std::string& name) {
        const uint64_t length = integer(8, name + " length");
        std::string value(reinterpret_cast<const char*>(file_.data()) + at_, length);
        field(length, FieldKind::Text, name);
        return value;
    }

    void value(uint32_t type, const std::string& name) {
        static constexpr size_t kBytes[] = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
        if (type == kString)
            text(name);
        else
            field(kBytes[type], type == kF32 || type == kF64 ? FieldKind::Float : FieldKind::Integer, name);
    }

    void pair() {
        const std::string key = text("key");
        const auto type = uint32_t(integer(4, key + ": type"));
        if (type != kArray) return value(type, key + ": value");
        const auto of = uint32_t(integer(4, key + ": type of elements"));
        const uint64_t count = integer(8, key + ": number of elements");
        for (uint64_t i = 0; i < count; ++i) {
            listed_ = i < kListed || i + 1 == count;
            value(of, key + ": element " + std::to_string(i));
        }
        listed_ = true;
    }

    void tensor() {
        const std::string name = text("tensor name");
        const uint64_t n_dims = integer(4, name + ": number of dimensions");
        for (uint64_t i = 0; i < n_dims; ++i) integer(8, name + ": dimension " + std::to_string(i));
        integer(4, name + ": type");
        tensors_.emplace_back(integer(8, name + ": offset"), name);
    }

    void data() {
        const size_t begin = (at_ + 31) / 32 * 32;
        std::sort(tensors_.begin(), tensors_.end());
        for (size_t i = 0; i < tensors_.size(); ++i) {
            at_ = begin + tensors_[i].first;
            const size_t end = i + 1 < tensors_.size() ? begin + tensors_[i + 1].first : file_.size();
            field(end - at_, FieldKind::Weights, tensors_[i].second + ": data");
        }
    }

    std::span<const std::byte> file_;
    size_t at_ = 0;
    bool listed_ = true;
    std::vector<GgufField> fields_;
    std::vector<std::pair<uint64_t, std::string>> tensors_;
};

template <class T>
std::vector<std::byte> bytes_of(T value, size_t size = sizeof(T)) {
    std::vector<std::byte> bytes(size);
    std::memcpy(bytes.data(), &value, size);
    return bytes;
}

uint64_t damaged_integer(uint64_t value, size_t size, Random& random) {
    static constexpr uint64_t kEdges[] = {0,          1,
                                          2,          3,
                                          4,          5,
                                          7,          8,
                                          9,          12,
                                          13,         31,
                                          32,         64,
                                          127,        128,
                                          255,        256,
                                          1000,       32767,
                                          32768,      65535,
                                          65536,      1000000,
                                          0x7fffffff, 0x80000000,
                                          0xffffffff, 0x100000000,
                                          1ull << 40, 1ull << 61,
                                          1ull << 62, INT64_MAX,
                                          1ull << 63, UINT64_MAX - 31,
                                          UINT64_MAX};
    switch (random.below(8)) {
        case 0:
            return value + 1;
        case 1:
            return value - 1;
        case 2:
            return value * 2;
        case 3:
            return value / 2;
        case 4:
            return value ^ (uint64_t(1) << random.below(8 * size));
        case 5:
            return random.bits();
        default:
            return kEdges[random.below(std::size(kEdges))];
    }
}

double damaged_float(double value, Random& random) {
    const double edges[] = {0,
                            -0.0,
                            1,
                            -1,
                            -value,
                            value * 1e6,
                            value / 1e6,
                            1e-45,
                            1e-30,
                            3e38,
                            1e300,
                            std::numeric_limits<double>::infinity(),
                            -std::numeric_limits<double>::infinity(),
                            std::nan("")};
    return edges[random.below(std::size(edges))];
}

std::vector<std::byte> damaged_field(std::span<const std::byte> old, const GgufField& field, Random& random) {
    switch (field.kind) {
        case FieldKind::Integer: {
            uint64_t value = 0;
            std::memcpy(&value, old.data(), old.size());
            return bytes_of(damaged_integer(value, old.size(), random), old.size());
        }
        case FieldKind::Float: {
            if (old.size() == sizeof(double)) return bytes_of(damaged_float(1, random));
            float value;
            std::memcpy(&value, old.data(), sizeof value);
            return bytes_of(float(damaged_float(double(value), random)));
        }
        case FieldKind::Weights: {  // a few weights or scales that are no numbers, or any bits
            std::vector<std::byte> bytes(old.begin(), old.end());
            const uint16_t half_nan = 0x7e00, half_infinity = 0x7c00;
            for (int i = 0; i < 4; ++i) {
                const size_t at = random.below(bytes.size()) & ~size_t(1);
                if (at + 2 > bytes.size()) continue;
                const uint16_t any = uint16_t(random.bits());
                const uint16_t choice = random.below(3) == 0 ? half_nan : random.below(2) ? half_infinity : any;
                std::memcpy(bytes.data() + at, &choice, sizeof choice);
                // As a float: the upper half of the word makes it no number.
                if (at % 4 == 0 && at + 4 <= bytes.size() && random.below(2)) {
                    const float no_number = std::numeric_limits<float>::quiet_NaN();
                    std::memcpy(bytes.data() + at, &no_number, sizeof no_number);
                }
            }
            return bytes;
        }
        case FieldKind::Magic:
        case FieldKind::Text:
            break;
    }
    std::vector<std::byte> bytes(old.begin(), old.end());
    bytes[random.below(bytes.size())] = std::byte(random.below(4) ? random.below(256) : 0);
    return bytes;
}

}  // namespace

std::vector<GgufField> gguf_fields(std::span<const std::byte> file) { return Walk(file).run(); }

size_t gguf_header_bytes(const std::vector<GgufField>& fields) {
    for (const GgufField& field : fields)
        if (field.kind == FieldKind::Weights) return field.offset;
    return fields.back().offset + fields.back().size;
}

Damage random_damage(std::span<const std::byte> file, const std::vector<GgufField>& fields, Random& random) {
    if (random.below(20) == 0) {
        const size_t at = random.below(gguf_header_bytes(fields));
        const int shift = int(1 + random.below(16)) * (random.below(2) ? 1 : -1);
        return {at, {}, shift, std::to_string(shift) + " bytes at " + std::to_string(at)};
    }
    const GgufField& field = fields[random.below(fields.size())];
    return {field.offset, damaged_field(file.subspan(field.offset, field.size), field, random), 0, field.name};
}

std::vector<std::byte> damaged(std::span<const std::byte> file, const Damage& damage) {
    std::vector<std::byte> bytes(file.begin(), file.end());
    const auto at = bytes.begin() + std::ptrdiff_t(damage.offset);
    if (damage.shift > 0)
        bytes.insert(at, size_t(damage.shift), std::byte(0));
    else if (damage.shift < 0)
        bytes.erase(at, at - damage.shift);
    else
        std::copy(damage.bytes.begin(), damage.bytes.end(), at);
    return bytes;
}

}  // namespace siskin::test
