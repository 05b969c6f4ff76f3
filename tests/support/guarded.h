#pragma once
// Memory between two pages that may not be touched.

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>
#include <new>

namespace siskin::test {

enum class Against { Begin, End };  ///< which forbidden page the bytes lie against

/// `size` bytes, zero at first. Reading or writing beyond the side they lie against ends the program.
class Guarded {
  public:
    Guarded(size_t size, Against side) : size_(size), side_(side) {
        const size_t page = size_t(sysconf(_SC_PAGESIZE)), inner = (size + page - 1) / page * page;
        mapped_ = inner + 2 * page;
        base_ = static_cast<std::byte*>(mmap(nullptr, mapped_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
        if (base_ == MAP_FAILED || mprotect(base_ + page, inner, PROT_READ | PROT_WRITE) != 0) throw std::bad_alloc();
        bytes_ = side == Against::Begin ? base_ + page : base_ + page + inner - size;
    }
    Guarded(const void* from, size_t size, Against side) : Guarded(size, side) { std::memcpy(bytes_, from, size); }
    ~Guarded() { munmap(base_, mapped_); }
    Guarded(const Guarded&) = delete;
    Guarded& operator=(const Guarded&) = delete;

    std::byte* data() const { return bytes_; }
    /// The last n bytes, or where they lie against the beginning, the first n.
    std::byte* part(size_t n) const { return side_ == Against::Begin ? bytes_ : bytes_ + size_ - n; }
    template <class T>
    T* as() const {
        return reinterpret_cast<T*>(bytes_);
    }

  private:
    size_t size_, mapped_;
    Against side_;
    std::byte *base_, *bytes_;
};

}  // namespace siskin::test
