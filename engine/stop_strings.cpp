#include "engine/stop_strings.h"

#include <algorithm>
#include <utility>

#include "formats/error.h"

namespace siskin {
namespace {

/// Length of the longest end of `text` that is a beginning of `stop`.
size_t overlap(std::string_view text, std::string_view stop) {
    for (size_t n = std::min(text.size(), stop.size()); n > 0; --n)
        if (text.substr(text.size() - n) == stop.substr(0, n)) return n;
    return 0;
}

}  // namespace

StopStrings::StopStrings(std::vector<std::string> stops) : stops_(std::move(stops)) {
    for (const std::string& stop : stops_)
        if (stop.empty()) fail(Fault::Usage, "--stop: a stop string must not be empty");
}

std::string StopStrings::push(std::string_view text) {
    if (!found_.empty()) return {};
    held_ += text;
    // The one that is complete first counts, whatever the pieces; of several that end together the longest.
    size_t first_end = std::string::npos, begin = std::string::npos, n_held = 0;
    for (const std::string& stop : stops_) {
        n_held = std::max(n_held, overlap(held_, stop));
        const size_t at = held_.find(stop);
        if (at == std::string::npos) continue;
        const size_t end = at + stop.size();
        if (end < first_end || (end == first_end && at < begin)) first_end = end, begin = at, found_ = stop;
    }
    std::string certain = held_.substr(0, found_.empty() ? held_.size() - n_held : begin);
    held_.erase(0, found_.empty() ? certain.size() : held_.size());
    return certain;
}

std::string StopStrings::finish() { return std::exchange(held_, {}); }

}  // namespace siskin
