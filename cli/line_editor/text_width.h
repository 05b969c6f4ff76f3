#pragma once
// How text lies on a terminal: what people take for one character, how many columns it fills, and how bytes that a
// terminal would obey or not understand are shown instead. Widths follow Unicode (width_table.inc names the version).

#include <cstddef>
#include <string>
#include <string_view>

namespace siskin {

/// One character as people see it: a letter with its accents, an emoji with all its parts, or a byte that is not UTF-8.
struct Cluster {
    size_t bytes;
    int width;  ///< columns of what shown() makes of it
};

/// The cluster at the front of `text`, which is not empty.
Cluster front_cluster(std::string_view text);

/// Bytes of the last cluster of `text`; 0 when it is empty.
size_t last_cluster(std::string_view text);

/// What stands for a cluster on a terminal: itself, "^[" for control characters, "\xff" for bytes that are not UTF-8,
/// spaces for a tab. A line feed is "^J".
std::string shown(std::string_view cluster);

/// Columns of a text without line feeds.
int text_width(std::string_view text);

}  // namespace siskin
