#pragma once
// What a one-shot run is asked: parts from stdin, files and flags in this order, or a pattern and what fills it.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace siskin {

class Prompt {
  public:
    /// Adds a part on a line of its own; `name` is how people are told of it.
    void add(std::string_view name, std::string_view text);
    /// Adds a part that goes on where the last one ends.
    void append(std::string_view name, std::string_view text);
    bool given() const { return !parts_.empty(); }
    std::string text() const;

    /// Where the text has more than `most` tokens: leaves out the middle of the longest part, as little of it as needed
    /// or nearly so, and puts kCut there. Returns the name of that part, or an empty text where nothing was to cut or
    /// cutting it is not enough; the prompt is then as before.
    std::string cut_to(size_t most, const std::function<size_t(const std::string&)>& n_tokens);
    static constexpr std::string_view kCut = "\n[...]\n";

  private:
    struct Part {
        std::string name, text;
        bool has_own_line;
    };
    std::vector<Part> parts_;
};

}  // namespace siskin
