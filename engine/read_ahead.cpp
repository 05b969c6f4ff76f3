#include "engine/read_ahead.h"

#include <sys/resource.h>

#include <system_error>

#include "formats/mapped_file.h"

namespace siskin {
namespace {

constexpr uint32_t kOver = uint32_t(-2);  // no layer: the pass has ended

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

ReadAhead::~ReadAhead() {
    computing_ = kOver;
    computing_.notify_one();
    if (reader_.joinable()) reader_.join();
}

void ReadAhead::before_layer(uint32_t il) {
    computing_ = il;
    computing_.notify_one();
    if (reader_.joinable() || faults() == faults_) return;
    try {
        reader_ = std::thread(&ReadAhead::read_from, this, il);
    } catch (const std::system_error&) {
        // No thread is to be had: the members of the pass read for themselves.
    }
}

void ReadAhead::read_from(uint32_t il) {
    for (; il < model_.config().n_layer; ++il)
        for (const auto& range : after_layer(il)) {
            uint32_t computing = computing_;
            for (; il > computing + 1; computing = computing_) computing_.wait(computing);
            if (computing == kOver) return;
            MappedFile::prefetch(range);
        }
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
