#include "cli/library/names.h"

#include <algorithm>
#include <cstdio>

#include "cli/options.h"

namespace siskin {
namespace {

constexpr std::string_view kEnding = ".gguf";
constexpr std::string_view kNoModels[] = {"mmproj", "imatrix", "mtp-", "eagle3-", "dflash-", "dspark-"};
constexpr std::string_view kFloatTypes[] = {"F16", "BF16", "F32", "FP16", "FP32"};

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) { return is_digit(c) || is_lower(c) || (c >= 'A' && c <= 'Z') || c == '_'; }
bool separates(char c) { return c == '-' || c == '.' || c == '_'; }

std::string upper_case(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (is_lower(c)) c = char(c - 'a' + 'A');
    return out;
}

std::string_view file_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }

bool ends_with_ignoring_case(std::string_view text, std::string_view ending) {
    return text.size() >= ending.size() && same_ignoring_case(text.substr(text.size() - ending.size()), ending);
}

/// "Q4_K_M", "IQ2_XXS", "TQ1_0", "MXFP4_MOE", "BF16".
bool is_type(std::string_view word) {
    if (std::find(std::begin(kFloatTypes), std::end(kFloatTypes), word) != std::end(kFloatTypes)) return true;
    if (!std::all_of(word.begin(), word.end(), is_word)) return false;
    for (const std::string_view kind : {"Q", "IQ", "TQ", "MXFP", "NVFP"})
        if (word.starts_with(kind) && word.size() > kind.size() && is_digit(word[kind.size()])) return true;
    return false;
}

/// The number that five digits give, 0 for anything else.
uint32_t five_digits(std::string_view text) {
    uint32_t number = 0;
    return text.size() == 5 && parse_number(text, number) ? number : 0;
}

}  // namespace

std::string lower_case(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = char(c - 'A' + 'a');
    return out;
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kBlank = " \t\r\n";
    const size_t begin = text.find_first_not_of(kBlank);
    if (begin == std::string_view::npos) return "";
    return text.substr(begin, text.find_last_not_of(kBlank) + 1 - begin);
}

bool same_ignoring_case(std::string_view a, std::string_view b) {
    return a.size() == b.size() && lower_case(a) == lower_case(b);
}

bool names_model(std::string_view file) {
    if (!ends_with_ignoring_case(file, kEnding)) return false;
    const std::string name = lower_case(file_of(file));
    return std::none_of(std::begin(kNoModels), std::end(kNoModels),
                        [&](std::string_view word) { return name.find(word) != std::string::npos; });
}

GgufName parse_gguf_name(std::string_view file) {
    GgufName name;
    if (ends_with_ignoring_case(file, kEnding)) file.remove_suffix(kEnding.size());
    name.stem = file;
    constexpr std::string_view kForm = "-00001-of-00003";
    if (file.size() <= kForm.size()) return name;
    const std::string_view numbers = file.substr(file.size() - kForm.size());
    if (numbers[0] != '-' || !same_ignoring_case(numbers.substr(6, 4), "-of-")) return name;
    const uint32_t part = five_digits(numbers.substr(1, 5)), n_parts = five_digits(numbers.substr(10));
    if (part < 1 || part > n_parts) return name;
    return {std::string(file.substr(0, file.size() - kForm.size())), part, n_parts};
}

std::string part_name(const GgufName& name, uint32_t part) {
    if (name.n_parts == 1) return name.stem + std::string(kEnding);
    char numbers[32];
    std::snprintf(numbers, sizeof numbers, "-%05u-of-%05u", part, name.n_parts);
    return name.stem + numbers + std::string(kEnding);
}

std::string type_in_name(std::string_view stem) {
    const std::string word = upper_case(file_of(stem));
    for (size_t at = 1; at < word.size(); ++at) {
        if (!separates(word[at - 1]) || !is_type(std::string_view(word).substr(at))) continue;
        constexpr std::string_view kDynamic = "UD-";
        const bool dynamic = at > kDynamic.size() && word.compare(at - kDynamic.size(), kDynamic.size(), kDynamic) == 0;
        return word.substr(dynamic ? at - kDynamic.size() : at);
    }
    return "";
}

bool has_type(std::string_view stem, std::string_view type) {
    const std::string text = lower_case(stem), word = lower_case(type);
    for (size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
        const size_t end = at + word.size();
        if ((at == 0 || separates(text[at - 1]) || text[at - 1] == '/') &&
            (end == text.size() || text[end] == '-' || text[end] == '.'))
            return true;
    }
    return false;
}

std::string HubName::text() const {
    return !file.empty() ? repo + "/" + file : type.empty() ? repo : repo + ":" + type;
}

bool take_hub_prefix(std::string_view& text) {
    for (const std::string_view prefix : {"hf:", "hf.co/", "huggingface.co/"})
        if (same_ignoring_case(text.substr(0, prefix.size()), prefix)) {
            text.remove_prefix(prefix.size());
            while (text.starts_with('/')) text.remove_prefix(1);
            return true;
        }
    return false;
}

bool is_repo(std::string_view text) {
    if (text.size() > 200 || std::count(text.begin(), text.end(), '/') != 1) return false;
    bool after_word = false;  // a sign stands between words, never at an end or beside another
    for (const char c : text) {
        if (!is_word(c) && !((c == '-' || c == '.' || c == '/') && after_word)) return false;
        after_word = is_word(c);
    }
    return after_word;
}

bool is_inner_path(std::string_view path) {
    while (true) {
        const size_t end = path.find('/');
        const std::string_view part = path.substr(0, end);
        if (part.empty() || part == "." || part == "..") return false;
        for (const char c : part)
            if (static_cast<unsigned char>(c) < 0x20 || c == '\\' || c == 0x7f) return false;
        if (end == std::string_view::npos) return true;
        path.remove_prefix(end + 1);
    }
}

bool parse_hub_name(std::string_view text, HubName& name) {
    name = {};
    const size_t slash = text.find('/');
    if (slash == std::string_view::npos) return false;
    const size_t end = text.find_first_of("/:", slash + 1);
    name.repo = text.substr(0, end);
    if (!is_repo(name.repo)) return false;
    if (end == std::string_view::npos) return true;
    const std::string rest(text.substr(end + 1));
    (text[end] == ':' ? name.type : name.file) = rest;
    const bool is_word_of_type =
        std::all_of(rest.begin(), rest.end(), [](char c) { return is_word(c) || c == '-' || c == '.'; });
    return text[end] == ':' ? !rest.empty() && is_word_of_type : is_inner_path(rest);
}

}  // namespace siskin
