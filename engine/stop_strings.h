#pragma once
// Finds the first of several strings in a text that comes in pieces, wherever the pieces are cut. Text that could be
// the beginning of one of them is held back until more has come.

#include <string>
#include <string_view>
#include <vector>

namespace siskin {

class StopStrings {
  public:
    /// Throws Error(Usage) for an empty string.
    explicit StopStrings(std::vector<std::string> stops);

    /// Adds text and returns what is certain to come before any stop string. After one was found everything is dropped.
    std::string push(std::string_view text);
    /// What is still held back, once no more text comes.
    std::string finish();

    /// The stop string found, or empty.
    const std::string& found() const { return found_; }

  private:
    std::vector<std::string> stops_;
    std::string held_, found_;
};

}  // namespace siskin
