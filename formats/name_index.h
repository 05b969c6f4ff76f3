#pragma once
// Names to positions in a list. Sorted rather than hashed: no choice of names in a file can make it slow.

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace siskin {

class NameIndex {
  public:
    NameIndex() = default;
    /// `names` holds each name with its position; the texts must outlive the index.
    explicit NameIndex(std::vector<std::pair<std::string_view, size_t>> names) : sorted_(std::move(names)) {
        std::sort(sorted_.begin(), sorted_.end());
    }

    std::optional<size_t> find(std::string_view name) const {
        const auto at = std::lower_bound(sorted_.begin(), sorted_.end(), name,
                                         [](const auto& entry, std::string_view text) { return entry.first < text; });
        if (at == sorted_.end() || at->first != name) return std::nullopt;
        return at->second;
    }

    /// A name that occurs more than once, if there is one.
    std::optional<std::string_view> duplicate() const {
        const auto at = std::adjacent_find(sorted_.begin(), sorted_.end(),
                                           [](const auto& a, const auto& b) { return a.first == b.first; });
        if (at == sorted_.end()) return std::nullopt;
        return at->first;
    }

  private:
    std::vector<std::pair<std::string_view, size_t>> sorted_;
};

}  // namespace siskin
