#pragma once
// Large zeroed buffers, aligned to 2 MiB with huge pages advised where they are big enough to profit.

#include <cstddef>
#include <utility>

namespace siskin {

class Buffer {
  public:
    Buffer() = default;
    /// Throws Error(NoMemory). Pages cost memory only once they are written.
    explicit Buffer(size_t bytes);
    Buffer(Buffer&& other) noexcept
        : data_(std::exchange(other.data_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
    Buffer& operator=(Buffer&& other) noexcept {
        std::swap(data_, other.data_);
        std::swap(bytes_, other.bytes_);
        return *this;
    }
    ~Buffer();

    std::byte* data() const { return data_; }
    size_t bytes() const { return bytes_; }
    template <class T>
    T* as() const {
        return reinterpret_cast<T*>(data_);
    }

  private:
    std::byte* data_ = nullptr;
    size_t bytes_ = 0;
};

}  // namespace siskin
