#include "ops/memory.h"

#include <sys/mman.h>

#include <cstdint>

#include "formats/error.h"

namespace siskin {
namespace {

constexpr size_t kHugePage = size_t{2} << 20;

size_t round_up(size_t n, size_t unit) { return (n + unit - 1) / unit * unit; }

}  // namespace

Buffer::Buffer(size_t bytes) : bytes_(bytes) {
    if (bytes == 0) return;
    // Large buffers take one huge page more than they need and give the unaligned ends back.
    const bool large = bytes >= kHugePage;
    const size_t mapped = large ? round_up(bytes, kHugePage) + kHugePage : bytes;
    void* raw = mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (raw == MAP_FAILED) fail(Fault::NoMemory, "not enough memory: the system refused ", bytes, " bytes");
    data_ = static_cast<std::byte*>(raw);
    if (!large) return;
    const auto address = reinterpret_cast<uintptr_t>(raw);
    const size_t before = round_up(address, kHugePage) - address;
    const size_t kept = round_up(bytes, kHugePage);
    if (before) munmap(raw, before);
    data_ += before;
    if (kHugePage - before) munmap(data_ + kept, kHugePage - before);
    bytes_ = kept;
#ifdef MADV_HUGEPAGE
    madvise(data_, bytes_, MADV_HUGEPAGE);
#endif
}

Buffer::~Buffer() {
    if (data_) munmap(data_, bytes_);
}

}  // namespace siskin
