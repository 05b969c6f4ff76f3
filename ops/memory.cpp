#include "ops/memory.h"

#include <sys/mman.h>

#include <cstdint>

#include "formats/error.h"

namespace siskin {
namespace {

constexpr size_t kHugePage = size_t{2} << 20;

size_t round_up(size_t n, size_t unit) { return (n + unit - 1) / unit * unit; }

thread_local bool counting = false;
thread_local size_t counted = 0;

}  // namespace

size_t Buffer::rounded(size_t bytes) { return bytes >= kHugePage ? round_up(bytes, kHugePage) : bytes; }

Buffer::Buffer(size_t bytes, MemoryPages pages) : bytes_(bytes) {
    if (bytes == 0) return;
    const size_t kept = rounded(bytes);
    if (counting) {
        data_ = reinterpret_cast<std::byte*>(kHugePage);
        bytes_ = kept;
        counted += kept;
        return;
    }
    // Large buffers take one huge page more than they need and give the unaligned ends back.
    const bool large = bytes >= kHugePage;
    const size_t mapped = large ? kept + kHugePage : bytes;
    void* raw = mmap(nullptr, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (raw == MAP_FAILED) fail(Fault::NoMemory, "not enough memory: the system refused ", bytes, " bytes");
    data_ = static_cast<std::byte*>(raw);
    mapped_ = true;
    if (!large) return;
    const auto address = reinterpret_cast<uintptr_t>(raw);
    const size_t before = round_up(address, kHugePage) - address;
    if (before) munmap(raw, before);
    data_ += before;
    if (kHugePage - before) munmap(data_ + kept, kHugePage - before);
    bytes_ = kept;
#ifdef MADV_HUGEPAGE
    madvise(data_, bytes_, pages == MemoryPages::Huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
#endif
}

Buffer::~Buffer() {
    if (mapped_)
        munmap(data_, bytes_);
    else
        counted -= bytes_;
}

BufferCount::BufferCount() {
    counting = true;
    counted = 0;
}
BufferCount::~BufferCount() { counting = false; }
size_t BufferCount::bytes() const { return counted; }

}  // namespace siskin
