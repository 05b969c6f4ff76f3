#include "formats/mapped_file.h"

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <utility>

#include "formats/error.h"
#include "formats/input_file.h"

namespace siskin {
namespace {

// A page of a map that the file no longer has raises SIGBUS in whoever reads it. The handler may run at any moment in
// any thread, so the maps are listed in a fixed table of atomics: a slot is claimed by exchanging kFree for kClaimed,
// then the length is stored, and last the address, which makes it visible.

constexpr size_t kMaxMaps = 4096;
constexpr uintptr_t kFree = 0, kClaimed = 1;

struct MapSlot {
    std::atomic<uintptr_t> begin = kFree;
    std::atomic<size_t> length = 0;
};

MapSlot g_maps[kMaxMaps];
std::atomic<bool> g_lost_pages = false;
struct sigaction g_previous_action;
uintptr_t g_page_size;

static_assert(std::atomic<uintptr_t>::is_always_lock_free && std::atomic<size_t>::is_always_lock_free &&
              std::atomic<bool>::is_always_lock_free);

/// Replaces the map from the page of `address` to its end by zeros. False when the address is in none of our maps.
bool replace_by_zeros(uintptr_t address) {
    for (const MapSlot& slot : g_maps) {
        const uintptr_t begin = slot.begin.load(std::memory_order_acquire);
        const size_t length = slot.length.load(std::memory_order_relaxed);
        if (begin <= kClaimed || address < begin || address - begin >= length) continue;
        const uintptr_t page = address & ~(g_page_size - 1);
        const int flags = MAP_PRIVATE | MAP_ANON | MAP_FIXED;
        return mmap(reinterpret_cast<void*>(page), begin + length - page, PROT_READ, flags, -1, 0) != MAP_FAILED;
    }
    return false;
}

/// What would have happened without our handler.
void pass_on(int signal, siginfo_t* info, void* context) {
    if (g_previous_action.sa_flags & SA_SIGINFO) return g_previous_action.sa_sigaction(signal, info, context);
    const auto handler = g_previous_action.sa_handler;
    if (handler != SIG_DFL && handler != SIG_IGN) return handler(signal);
    const bool sent_by_a_process = info->si_code <= 0;
    if (sent_by_a_process && handler == SIG_IGN) return;
    struct sigaction fallback = {};
    fallback.sa_handler = SIG_DFL;
    sigaction(signal, &fallback, nullptr);
    if (sent_by_a_process) raise(signal);  // a fault comes again by itself when the instruction is repeated
}

void on_sigbus(int signal, siginfo_t* info, void* context) {
    const int saved_errno = errno;
    if (replace_by_zeros(reinterpret_cast<uintptr_t>(info->si_addr)))
        g_lost_pages.store(true, std::memory_order_relaxed);
    else
        pass_on(signal, info, context);
    errno = saved_errno;
}

void install_handler() {
    static const bool installed = [] {
        g_page_size = uintptr_t(sysconf(_SC_PAGESIZE));
        struct sigaction action = {};
        action.sa_sigaction = on_sigbus;
        action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
        sigemptyset(&action.sa_mask);
        return sigaction(SIGBUS, &action, &g_previous_action) == 0;
    }();
    if (!installed) fail(Fault::Bug, "cannot install a handler for SIGBUS: ", std::strerror(errno));
}

bool enlist(std::span<const std::byte> map) {
    for (MapSlot& slot : g_maps) {
        uintptr_t expected = kFree;
        if (!slot.begin.compare_exchange_strong(expected, kClaimed)) continue;
        slot.length.store(map.size(), std::memory_order_relaxed);
        slot.begin.store(reinterpret_cast<uintptr_t>(map.data()), std::memory_order_release);
        return true;
    }
    return false;
}

void unmap(std::span<const std::byte> map) {
    if (map.empty()) return;
    for (MapSlot& slot : g_maps)
        if (slot.begin.load() == reinterpret_cast<uintptr_t>(map.data())) slot.begin.store(kFree);
    munmap(const_cast<std::byte*>(map.data()), map.size());
}

}  // namespace

MappedFile::MappedFile(const std::filesystem::path& path) {
    const InputFile file(path);
    if (file.size() == 0) fail(Fault::BadData, path.string(), ": the file is empty; download it again");

    install_handler();
    void* const address = mmap(nullptr, size_t(file.size()), PROT_READ, MAP_PRIVATE, file.descriptor(), 0);
    if (address == MAP_FAILED) file.fail_errno("map the file into memory");
    bytes_ = {static_cast<const std::byte*>(address), size_t(file.size())};
    changed_ns_ = file.changed_ns();
    if (!enlist(bytes_)) {
        unmap(std::exchange(bytes_, {}));
        fail(Fault::Failed, path.string(), ": more than ", kMaxMaps, " files are open at once");
    }
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : bytes_(std::exchange(other.bytes_, {})), changed_ns_(other.changed_ns_) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
    std::swap(bytes_, other.bytes_);
    std::swap(changed_ns_, other.changed_ns_);
    return *this;
}

MappedFile::~MappedFile() { unmap(bytes_); }

void MappedFile::use_large_pages() const {
#ifdef MADV_HUGEPAGE
    madvise(const_cast<std::byte*>(bytes_.data()), bytes_.size(), MADV_HUGEPAGE);
#endif
}

void MappedFile::prefetch(std::span<const std::byte> range) {
    if (range.empty()) return;
    const auto page_size = uintptr_t(sysconf(_SC_PAGESIZE));
    const auto begin = reinterpret_cast<uintptr_t>(range.data());
    const uintptr_t page = begin & ~(page_size - 1);
    void* const address = reinterpret_cast<void*>(page);
    const size_t bytes = begin - page + range.size();
#ifdef MADV_POPULATE_READ
    if (madvise(address, bytes, MADV_POPULATE_READ) == 0) return;
#endif
    posix_madvise(address, bytes, POSIX_MADV_WILLNEED);
}

bool MappedFile::lost_pages() { return g_lost_pages.load(std::memory_order_relaxed); }

}  // namespace siskin
