#include "engine/grammar/gbnf.h"

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "engine/tokenizer/utf8.h"
#include "formats/error.h"

namespace siskin {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '-' || c == '_';
}
int hex_value(char c) {
    if (is_digit(c)) return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

class Parser {
  public:
    explicit Parser(std::string_view source) : source_(source) {}

    Grammar parse() {
        if (source_.size() > kMaxGrammarBytes)
            fail(Fault::BadData, "grammar: ", source_.size(), " bytes, at most ", kMaxGrammarBytes);
        skip_space(true);
        while (!at_end()) parse_rule();
        for (const auto& [name, place] : first_uses_)
            if (!grammar_.is_defined(rules_.at(name)))
                refuse_at(place, "rule \"" + std::string(name) + "\" is not defined");
        const auto root = rules_.find("root");
        if (root == rules_.end()) refuse_at(source_.size(), "no rule \"root\"");
        grammar_.set_root(root->second);
        return std::move(grammar_);
    }

  private:
    /// What has been read between two brackets, or of a whole rule.
    struct Group {
        size_t begin = 0;
        std::vector<Expr> alternatives, sequence;
    };

    bool at_end() const { return position_ >= source_.size(); }
    char peek(size_t ahead = 0) const { return position_ + ahead < source_.size() ? source_[position_ + ahead] : '\0'; }
    bool take(char c) {
        if (at_end() || peek() != c) return false;
        ++position_;
        return true;
    }

    [[noreturn]] void refuse_at(size_t place, const std::string& message) const {
        const std::string_view before = source_.substr(0, place);
        const size_t line = size_t(std::count(before.begin(), before.end(), '\n')) + 1;
        const size_t line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
        fail(Fault::BadData, "grammar:", line, ":", place - line_start + 1, ": ", message);
    }
    [[noreturn]] void refuse(const std::string& message) const { refuse_at(position_, message); }
    [[noreturn]] void expected(const std::string& what) const { refuse("expected " + what + ", got " + next_shown()); }

    std::string next_shown() const {
        if (at_end()) return "the end";
        if (peek() == '\n' || peek() == '\r') return "the end of the line";
        const size_t length = utf8_length(source_.substr(position_));
        if (length == 0 || uint8_t(peek()) < 0x20) return "a byte that is no text";
        return "\"" + std::string(source_.substr(position_, length)) + "\"";
    }

    void skip_space(bool over_lines) {
        for (; !at_end(); ++position_) {
            if (peek() == '#')
                while (!at_end() && peek() != '\n' && peek() != '\r') ++position_;
            const char c = peek();
            const bool line_end = c == '\n' || c == '\r';
            if (at_end() || !(c == ' ' || c == '\t' || (line_end && over_lines))) return;
        }
    }

    std::string_view parse_name() {
        const size_t begin = position_;
        while (is_name_char(peek())) ++position_;
        return source_.substr(begin, position_ - begin);
    }

    Rule rule_named(std::string_view name, size_t place) {
        const auto known = rules_.find(name);
        if (known != rules_.end()) return known->second;
        first_uses_.emplace_back(name, place);
        return rules_.emplace(name, grammar_.add_rule(std::string(name))).first->second;
    }

    void parse_rule() {
        const size_t begin = position_;
        const std::string_view name = parse_name();
        if (name.empty()) expected("the name of a rule");
        const Rule rule = rule_named(name, begin);
        if (grammar_.is_defined(rule)) refuse_at(begin, "rule \"" + std::string(name) + "\" is defined twice");
        skip_space(false);
        if (!source_.substr(position_).starts_with("::=")) expected("\"::=\"");
        position_ += 3;
        skip_space(true);
        grammar_.define(rule, parse_expression());
        if (!at_end() && peek() != '\n' && peek() != '\r') expected("the end of the rule");
        skip_space(true);
    }

    Expr close(Group& group) {
        group.alternatives.push_back(grammar_.sequence(group.sequence));
        return grammar_.choice(group.alternatives);
    }

    /// Alternatives up to the end of a rule. Brackets are kept on a stack of our own.
    Expr parse_expression() {
        std::vector<Group> groups(1);
        for (;;) {
            Group& group = groups.back();
            if (take('|')) {
                group.alternatives.push_back(grammar_.sequence(group.sequence));
                group.sequence.clear();
                skip_space(true);
            } else if (peek() == '(') {
                if (groups.size() > kMaxGroups)
                    refuse("more than " + std::to_string(kMaxGroups) + " groups inside one another");
                groups.push_back({position_++, {}, {}});
                skip_space(true);
            } else if (peek() == ')' && groups.size() > 1) {
                ++position_;
                const Expr inner = close(group);
                groups.pop_back();
                groups.back().sequence.push_back(inner);
                skip_space(groups.size() > 1);
            } else if (!parse_item(group.sequence)) {
                break;
            } else {
                skip_space(groups.size() > 1);
            }
        }
        if (groups.size() > 1) {
            if (at_end()) refuse_at(groups.back().begin, "this \"(\" is never closed");
            expected("\")\" or more of the group");
        }
        return close(groups.back());
    }

    /// One element, or a repetition of the one before. False where none begins.
    bool parse_item(std::vector<Expr>& sequence) {
        switch (peek()) {
            case '"':
                sequence.push_back(parse_string());
                return true;
            case '[':
                sequence.push_back(parse_class());
                return true;
            case '.':
                ++position_;
                sequence.push_back(grammar_.chars(CharSet::all()));
                return true;
            case '*':
            case '+':
            case '?':
            case '{':
                repeat_last(sequence);
                return true;
            case '<':
            case '!':
                refuse("references to tokens are not supported, write the text itself");
            default:
                if (!is_name_char(peek())) return false;
                const size_t begin = position_;
                const std::string_view name = parse_name();
                sequence.push_back(grammar_.call(rule_named(name, begin)));
                return true;
        }
    }

    Expr parse_string() {
        const size_t begin = position_++;
        std::string text;
        while (!take('"')) {
            if (at_end()) refuse_at(begin, "this string is never closed");
            append_character(text);
        }
        return grammar_.text(text);
    }

    /// Appends the UTF-8 of the next character.
    void append_character(std::string& text) {
        const size_t begin = position_;
        if (peek() != '\\') {
            parse_character();
            text += source_.substr(begin, position_ - begin);
            return;
        }
        for (const ByteSequence& sequence : utf8_sequences(CharSet({parse_range()})))
            for (size_t i = 0; i < sequence.length; ++i) text += char(sequence.bytes[i].first);
    }

    CharRange parse_range() {
        const char32_t c = parse_character();
        return {c, c};
    }

    Expr parse_class() {
        const size_t begin = position_++;
        const bool negated = take('^');
        std::vector<CharRange> ranges;
        while (!take(']')) {
            if (at_end()) refuse_at(begin, "this class is never closed");
            CharRange range = parse_range();
            if (peek() == '-' && peek(1) != ']' && position_ + 1 < source_.size()) {
                const size_t place = position_++;
                range.last = parse_character();
                if (range.last < range.first) refuse_at(place, "the range ends before it begins");
            }
            ranges.push_back(range);
        }
        const CharSet set(std::move(ranges));
        if (set.empty()) refuse_at(begin, "a class without characters");
        return grammar_.chars(negated ? set.inverted() : set);
    }

    char32_t parse_character() {
        if (peek() == '\\') return parse_escape();
        const size_t length = utf8_length(source_.substr(position_));
        if (length == 0) refuse("this is not UTF-8");
        position_ += length;
        return utf8_decode(source_.substr(position_ - length, length));
    }

    char32_t parse_escape() {
        const size_t begin = position_++;
        const char c = peek();
        ++position_;
        switch (c) {
            case 'x':
                return parse_hex(begin, 2);
            case 'u':
                return parse_hex(begin, 4);
            case 'U':
                return parse_hex(begin, 8);
            case 't':
                return '\t';
            case 'r':
                return '\r';
            case 'n':
                return '\n';
            case '\\':
            case '"':
            case '[':
            case ']':
                return char32_t(c);
            default:
                refuse_at(begin, "unknown escape, expected \\n \\r \\t \\\\ \\\" \\[ \\] \\xHH \\uHHHH or \\UHHHHHHHH");
        }
    }

    char32_t parse_hex(size_t begin, int n_digits) {
        uint64_t value = 0;
        for (int i = 0; i < n_digits; ++i, ++position_) {
            const int digit = hex_value(peek());
            if (digit < 0) expected(std::to_string(n_digits) + " hexadecimal digits");
            value = value * 16 + uint64_t(digit);
        }
        if (value > kLastChar || CharSet({{char32_t(value), char32_t(value)}}).empty())
            refuse_at(begin, "this number is not that of a character");
        return char32_t(value);
    }

    void repeat_last(std::vector<Expr>& sequence) {
        const size_t begin = position_;
        uint32_t least = 0, most = Grammar::kNoLimit;
        if (take('?')) {
            most = 1;
        } else if (take('+')) {
            least = 1;
        } else if (!take('*')) {
            ++position_;
            skip_space(false);
            least = most = parse_count();
            skip_space(false);
            if (take(',')) {
                skip_space(false);
                most = is_digit(peek()) ? parse_count() : Grammar::kNoLimit;
                skip_space(false);
            }
            if (!take('}')) expected("\"}\"");
            if (most < least) refuse_at(begin, "the most repetitions are fewer than the least");
        }
        if (sequence.empty()) refuse_at(begin, "nothing stands before this to repeat");
        sequence.back() = grammar_.repeat(sequence.back(), least, most);
    }

    uint32_t parse_count() {
        const size_t begin = position_;
        uint32_t count = 0;
        if (!is_digit(peek())) expected("a number of repetitions");
        for (; is_digit(peek()); ++position_) {
            count = count * 10 + uint32_t(peek() - '0');
            if (count > kMaxRepetitions)
                refuse_at(begin, "more than " + std::to_string(kMaxRepetitions) + " repetitions");
        }
        return count;
    }

    std::string_view source_;
    size_t position_ = 0;
    Grammar grammar_;
    std::unordered_map<std::string_view, Rule> rules_;
    std::vector<std::pair<std::string_view, size_t>> first_uses_;
};

}  // namespace

Grammar parse_gbnf(std::string_view source) { return Parser(source).parse(); }

}  // namespace siskin
