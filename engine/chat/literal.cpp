#include "engine/chat/literal.h"

#include <algorithm>
#include <utility>

#include "engine/chat/template/unicode.h"

namespace siskin {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kMaxNesting = 200;
constexpr size_t kNotFound = std::string_view::npos;
constexpr std::string_view kSpace = " \t\n\v\f\r";
constexpr std::string_view kGemmaQuote = "<|\"|>";

struct Word {
    std::string_view text;
    Json value;
};
const Word kWords[] = {{"true", true},   {"True", true},   {"false", false}, {"False", false},
                       {"null", Json()}, {"None", Json()}, {"none", Json()}};

bool is_name_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
           c == '.' || (static_cast<unsigned char>(c) & 0x80);
}

/// The number of `n` hexadecimal digits, which are taken.
std::optional<uint32_t> take_hex(std::string_view& text, size_t n) {
    if (text.size() < n) return std::nullopt;
    uint32_t value = 0;
    for (const char c : text.substr(0, n)) {
        const size_t digit = std::string_view("0123456789abcdef").find(c >= 'A' && c <= 'F' ? char(c + 32) : c);
        if (digit == kNotFound) return std::nullopt;
        value = 16 * value + uint32_t(digit);
    }
    text.remove_prefix(n);
    return value;
}

/// A character behind \u, \U or \x; two halves of one as JSON writes them are put together.
std::optional<uint32_t> take_code(std::string_view& text, size_t n_digits) {
    const auto code = take_hex(text, n_digits);
    if (!code || *code < 0xd800 || *code >= 0xdc00 || !text.starts_with("\\u")) return code;
    std::string_view after = text.substr(2);
    const auto low = take_hex(after, 4);
    if (!low || *low < 0xdc00 || *low >= 0xe000) return code;
    text = after;
    return 0x10000 + ((*code - 0xd800) << 10) + (*low - 0xdc00);
}

bool is_character(uint32_t code) { return code < 0x110000 && (code < 0xd800 || code >= 0xe000); }

/// What a backslash and the text behind it stand for, as in Python: an unknown one stands for itself.
void take_escape(std::string_view& text, std::string& out) {
    constexpr std::string_view kLetters = "nrtbfva0\\'\"/", kMeanings("\n\r\t\b\f\v\a\0\\'\"/", 12);
    if (text.empty()) {
        out += '\\';
        return;
    }
    const char c = text[0];
    const size_t n_digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
    if (n_digits) {
        std::string_view after = text.substr(1);
        if (const auto code = take_code(after, n_digits); code && is_character(*code)) {
            out += jinja::encode_utf8(char32_t(*code));
            text = after;
            return;
        }
    }
    if (const size_t meaning = kLetters.find(c); meaning != kNotFound) {
        out += kMeanings[meaning];
        text.remove_prefix(1);
    } else if (c == '\n') {
        text.remove_prefix(1);
    } else {
        out += '\\';
    }
}

}  // namespace

void LiteralReader::skip_space() { rest_.remove_prefix(std::min(rest_.find_first_not_of(kSpace), rest_.size())); }

bool LiteralReader::take(std::string_view sign) {
    skip_space();
    if (!rest_.starts_with(sign)) return false;
    rest_.remove_prefix(sign.size());
    return true;
}

std::string_view LiteralReader::word() {
    skip_space();
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), is_name_char);
    const std::string_view word = rest_.substr(0, size_t(end - rest_.begin()));
    rest_.remove_prefix(word.size());
    return word;
}

bool LiteralReader::at_end() {
    skip_space();
    return rest_.empty();
}

std::optional<Json> LiteralReader::value(int depth) {
    skip_space();
    if (rest_.empty() || depth > kMaxNesting) return std::nullopt;
    if (take("[")) return list("]", depth);
    if (take("(")) return list(")", depth);
    if (take("{")) return object(depth);
    if (at_quote()) {
        auto text = quoted();
        return text ? std::optional<Json>(std::move(*text)) : std::nullopt;
    }
    if (rest_[0] == '-' || rest_[0] == '+' || rest_[0] == '.' || (rest_[0] >= '0' && rest_[0] <= '9')) return number();
    const std::string_view name = word();
    for (const Word& known : kWords)
        if (known.text == name) return known.value;
    return std::nullopt;
}

/// After the bracket; a comma may follow the last value.
std::optional<Json> LiteralReader::list(std::string_view close, int depth) {
    Json out = Json::array();
    while (!take(close)) {
        auto item = value(depth + 1);
        if (!item) return std::nullopt;
        out.push_back(std::move(*item));
        if (take(",")) continue;
        if (!take(close)) return std::nullopt;
        break;
    }
    return out;
}

std::optional<Json> LiteralReader::object(int depth) {
    Json out = Json::object();
    while (!take("}")) {
        skip_space();
        const std::optional<std::string> key = at_quote() ? quoted() : std::string(word());
        if (!key || !take(":")) return std::nullopt;
        auto item = value(depth + 1);
        if (!item) return std::nullopt;
        out[*key] = std::move(*item);
        if (take(",")) continue;
        if (!take("}")) return std::nullopt;
        break;
    }
    return out;
}

std::optional<Json> LiteralReader::number() {
    const size_t end = std::min(rest_.find_first_not_of("+-.0123456789eE_"), rest_.size());
    std::string digits(rest_.substr(0, end));
    digits.erase(std::remove(digits.begin(), digits.end(), '_'), digits.end());
    if (digits.starts_with('+')) digits.erase(0, 1);
    if (digits.ends_with('.')) digits += '0';
    if (const size_t point = digits.find('.'); point == 0 || (point == 1 && digits[0] == '-'))
        digits.insert(point, "0");
    Json json = Json::parse(digits, nullptr, false);
    if (!json.is_number()) return std::nullopt;
    rest_.remove_prefix(end);
    return json;
}

bool LiteralReader::at_quote() const {
    return rest_.starts_with('"') || rest_.starts_with('\'') || rest_.starts_with(kGemmaQuote);
}

/// A text between quotes of any kind, at one of which this stands. Line feeds may stand in it.
std::optional<std::string> LiteralReader::quoted() {
    if (take(kGemmaQuote)) {
        const size_t end = rest_.find(kGemmaQuote);
        if (end == kNotFound) return std::nullopt;
        std::string out(rest_.substr(0, end));
        rest_.remove_prefix(end + kGemmaQuote.size());
        return out;
    }
    const char signs[] = {rest_[0], '\\', '\0'};
    rest_.remove_prefix(1);
    std::string out;
    for (size_t end; (end = rest_.find_first_of(signs)) != kNotFound;) {
        out += rest_.substr(0, end);
        const bool closes = rest_[end] == signs[0];
        rest_.remove_prefix(end + 1);
        if (closes) return out;
        take_escape(rest_, out);
    }
    return std::nullopt;
}

std::optional<Json> read_literal(std::string_view text) {
    LiteralReader reader(text);
    auto value = reader.value();
    return value && reader.at_end() ? std::move(value) : std::nullopt;
}

}  // namespace siskin
