#pragma once
// What names say: which file of a repository is a model, of which type, and which part of a split one; repositories and
// files of Hugging Face as people write them.

#include <cstdint>
#include <string>
#include <string_view>

namespace siskin {

/// Small letters of ASCII; other bytes as they are.
std::string lower_case(std::string_view text);
bool same_ignoring_case(std::string_view a, std::string_view b);
/// The text without blanks and line ends around it.
std::string_view trimmed(std::string_view text);

/// A file's name taken apart: "x/Tiny-Q4_K_M-00002-of-00003.gguf" has the stem "x/Tiny-Q4_K_M".
struct GgufName {
    std::string stem;  ///< without ".gguf" and without what numbers the parts; folders are kept
    uint32_t part = 1, n_parts = 1;
};

/// Whether the file holds a model, or a part of one: a GGUF file that is no projector (mmproj), no importance matrix
/// and no draft head.
bool names_model(std::string_view file);
GgufName parse_gguf_name(std::string_view file);
/// The file that holds part `part`, counted from 1.
std::string part_name(const GgufName& name, uint32_t part);

/// The tensor type that a stem ends with, in capitals: "Q4_K_M", "UD-Q4_K_XL", "BF16"; or empty.
std::string type_in_name(std::string_view stem);
/// Whether the type stands in a stem as a word of its own, in any case; also where something follows it.
bool has_type(std::string_view stem, std::string_view type);

/// The types that are taken where none is named, the first that there is.
constexpr std::string_view kUsualTypes[] = {"Q4_K_M", "Q8_0"};

/// A model of Hugging Face: "OWNER/NAME", then ":TYPE" or "/FILE" or nothing.
struct HubName {
    std::string repo, type, file, revision = "main";

    std::string text() const;  ///< "OWNER/NAME:TYPE"
};

/// Takes "hf:", "hf.co/" or "huggingface.co/" off, which may stand before a name; whether one of them did.
bool take_hub_prefix(std::string_view& text);
/// Whether the text is OWNER/NAME, as Hugging Face allows it.
bool is_repo(std::string_view text);
/// Whether a path inside a repository stays in it: no "..", no empty parts, no control characters.
bool is_inner_path(std::string_view path);
/// Parses a name without prefix. False where it is none.
bool parse_hub_name(std::string_view text, HubName& name);

}  // namespace siskin
