#pragma once
// Large zeroed buffers, aligned to 2 MiB where they are big enough to profit from huge pages of memory.

#include <cstddef>
#include <utility>

namespace siskin {

/// Huge pages of memory are faster to read; the first touch of one clears 2 MiB, of a small one 4 KiB.
enum class MemoryPages { Huge, Small };

class Buffer {
  public:
    Buffer() = default;
    /// Throws Error(NoMemory). Pages cost memory only once they are written.
    explicit Buffer(size_t bytes, MemoryPages pages = MemoryPages::Huge);
    Buffer(Buffer&& other) noexcept
        : data_(std::exchange(other.data_, nullptr)),
          bytes_(std::exchange(other.bytes_, 0)),
          mapped_(std::exchange(other.mapped_, false)) {}
    Buffer& operator=(Buffer&& other) noexcept {
        std::swap(data_, other.data_);
        std::swap(bytes_, other.bytes_);
        std::swap(mapped_, other.mapped_);
        return *this;
    }
    ~Buffer();

    /// What a buffer of so many bytes holds: a large one is a whole number of huge pages.
    static size_t rounded(size_t bytes);

    std::byte* data() const { return data_; }
    size_t bytes() const { return bytes_; }
    template <class T>
    T* as() const {
        return reinterpret_cast<T*>(data_);
    }

  private:
    std::byte* data_ = nullptr;
    size_t bytes_ = 0;
    bool mapped_ = false;
};

/// While one lives, buffers that this thread makes have addresses and sizes but no memory, and are counted: what holds
/// them can be built to learn what it would need. None of them may be touched.
class BufferCount {
  public:
    BufferCount();
    BufferCount(const BufferCount&) = delete;
    BufferCount& operator=(const BufferCount&) = delete;
    ~BufferCount();
    size_t bytes() const;  ///< of those that are there now
};

}  // namespace siskin
