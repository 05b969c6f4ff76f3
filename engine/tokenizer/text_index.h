#pragma once
// Numbers by their texts: open addressing, at most two thirds full. With the nodes of std::unordered_map, it would take
// most of the time of loading a vocabulary. The texts stay where they are: slots of 8 bytes keep the table of a large
// vocabulary near the core.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace siskin {

class TextIndex {
  public:
    static constexpr uint32_t kNone = UINT32_MAX;

    TextIndex() = default;

    /// Of the numbers below `n` < kNone by their texts text_of(number), but not of empty ones. The first number of a
    /// text counts; repeated(number) is called for each other.
    template <class TextOf, class Repeated>
    TextIndex(size_t n, const TextOf& text_of, const Repeated& repeated) : slots_(std::bit_ceil(n + n / 2 + 1)) {
        constexpr size_t kAhead = 16;  // texts whose slots are asked of memory meanwhile
        std::array<uint32_t, kAhead> hashes = {};
        for (size_t i = 0; i < n + kAhead; ++i) {
            uint32_t& text_hash = hashes[i % kAhead];
            if (i >= kAhead) {
                const auto number = uint32_t(i - kAhead);
                const std::string_view text = text_of(number);
                if (!text.empty() && !place(text, text_hash, number, text_of)) repeated(number);
            }
            if (i < n) {
                text_hash = hash(text_of(uint32_t(i)));
                __builtin_prefetch(&slots_[text_hash & (slots_.size() - 1)], 1);
            }
        }
    }

    /// The number of a text, or kNone; `text_of` as before.
    template <class TextOf>
    uint32_t find(std::string_view text, const TextOf& text_of) const {
        return slots_.empty() ? kNone : slots_[find_slot(text, hash(text), text_of)].number;
    }

  private:
    struct Slot {
        uint32_t hash = 0, number = kNone;
    };

    static uint32_t hash(std::string_view text) { return uint32_t(std::hash<std::string_view>()(text)); }

    template <class TextOf>
    bool place(std::string_view text, uint32_t text_hash, uint32_t number, const TextOf& text_of) {
        Slot& slot = slots_[find_slot(text, text_hash, text_of)];
        if (slot.number != kNone) return false;
        slot = {text_hash, number};
        return true;
    }

    /// Where the text is, or the free slot where it belongs.
    template <class TextOf>
    size_t find_slot(std::string_view text, uint32_t text_hash, const TextOf& text_of) const {
        const size_t mask = slots_.size() - 1;
        size_t i = text_hash & mask;
        while (slots_[i].number != kNone && (slots_[i].hash != text_hash || text_of(slots_[i].number) != text))
            i = (i + 1) & mask;
        return i;
    }

    std::vector<Slot> slots_;
};

}  // namespace siskin
