#pragma once

namespace siskin {

/// Sets flush-to-zero and denormals-are-zero on this thread for its lifetime and restores what was there.
class FlushDenormals {
  public:
    FlushDenormals();
    ~FlushDenormals();
    FlushDenormals(const FlushDenormals&) = delete;
    FlushDenormals& operator=(const FlushDenormals&) = delete;

  private:
    unsigned long saved_;
};

}  // namespace siskin
