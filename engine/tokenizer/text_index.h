#pragma once
// Numbers by their texts: open addressing, at most half full. Loading a vocabulary looks up a million texts, and with
// the nodes of std::unordered_map that would take most of the time.

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

    void reserve(size_t n) {
        if (2 * n > slots_.size()) grow(std::bit_ceil(2 * n));
    }

    /// Keeps the first number of a text; whether this is it. The text must outlive the index.
    bool insert(std::string_view text, uint32_t number) {
        reserve(n_ + 1);
        const uint32_t text_hash = hash(text);
        Slot& slot = slots_[find_slot(text, text_hash)];
        if (slot.number != kNone) return false;
        slot = {text.data(), uint32_t(text.size()), text_hash, number};
        ++n_;
        return true;
    }

    /// The number of a text, or kNone.
    uint32_t find(std::string_view text) const {
        return slots_.empty() ? kNone : slots_[find_slot(text, hash(text))].number;
    }

  private:
    struct Slot {
        const char* text = nullptr;
        uint32_t size = 0, hash = 0, number = kNone;
    };

    static uint32_t hash(std::string_view text) { return uint32_t(std::hash<std::string_view>()(text)); }

    /// Where the text is, or the free slot where it belongs.
    size_t find_slot(std::string_view text, uint32_t text_hash) const {
        const size_t mask = slots_.size() - 1;
        size_t i = text_hash & mask;
        while (slots_[i].number != kNone &&
               (slots_[i].hash != text_hash || std::string_view(slots_[i].text, slots_[i].size) != text)) {
            i = (i + 1) & mask;
        }
        return i;
    }

    void grow(size_t n_slots) {
        std::vector<Slot> old(n_slots);
        old.swap(slots_);
        for (const Slot& slot : old) {
            if (slot.number != kNone) slots_[find_slot({slot.text, slot.size}, slot.hash)] = slot;
        }
    }

    std::vector<Slot> slots_;
    size_t n_ = 0;
};

}  // namespace siskin
