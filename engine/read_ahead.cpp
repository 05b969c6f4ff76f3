#include "engine/read_ahead.h"

#include <sys/resource.h>

#include "formats/mapped_file.h"

namespace siskin {
namespace {

/// Pages that this process has had to wait for the disk for.
long faults() {
    rusage usage = {};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_majflt;
}

}  // namespace

ReadAhead::ReadAhead(const Model& model, size_t n_rows)
    : model_(model),
      most_experts_(n_rows * model.config().n_expert_used >= model.config().n_expert),
      faults_(faults()) {}

void ReadAhead::before_layer(uint32_t il) {
    from_disk_ = from_disk_ || faults() > faults_;
    if (!from_disk_) return;
    for (const auto& range : after_layer(il)) MappedFile::prefetch(range);
}

std::vector<std::span<const std::byte>> ReadAhead::after_layer(uint32_t il) const {
    std::vector<std::span<const std::byte>> ranges;
    const auto add = [&](const Linear& l) {
        if (l) ranges.emplace_back(l.w.data, l.w.bytes());
    };
    const Weights& w = model_.weights();
    if (il + 1 >= w.layers.size()) {
        add(w.output);
        return ranges;
    }
    for (const Linear* l : w.layers[il + 1].matrices()) add(*l);
    if (most_experts_)
        for (const Linear* l : w.layers[il + 1].expert_stacks()) add(*l);
    return ranges;
}

}  // namespace siskin
