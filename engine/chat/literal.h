#pragma once
// Values as programs write them, and models in their calls of tools: JSON, Python's literals, and Gemma's, whose keys
// are bare words and whose texts stand between <|"|> signs.

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace siskin {

/// Reads one value after another from a text. Lists and objects may nest to a limit.
class LiteralReader {
  public:
    explicit LiteralReader(std::string_view text) : rest_(text) {}

    /// The next value; nothing where there is none. Words are true, false and nothing, however they are spelled.
    std::optional<nlohmann::ordered_json> value() { return value(0); }
    /// Takes this after any white space, if it comes next.
    bool take(std::string_view sign);
    /// Takes a name: letters, digits, and _ - . behind any white space; may be empty.
    std::string_view word();
    /// Whether nothing but white space is left.
    bool at_end();

  private:
    std::optional<nlohmann::ordered_json> value(int depth);
    std::optional<nlohmann::ordered_json> list(std::string_view close, int depth);
    std::optional<nlohmann::ordered_json> object(int depth);
    std::optional<nlohmann::ordered_json> number();
    bool at_quote() const;
    std::optional<std::string> quoted();
    void skip_space();

    std::string_view rest_;
};

/// A text that is one value and nothing else.
std::optional<nlohmann::ordered_json> read_literal(std::string_view text);

}  // namespace siskin
