#include "engine/grammar/regex.h"

#include <algorithm>
#include <vector>

#include "engine/tokenizer/utf8.h"
#include "formats/error.h"

namespace siskin {
namespace {

constexpr size_t kMaxPatternBytes = 1 << 16;
constexpr size_t kMaxPatternGroups = 64;
constexpr uint32_t kMaxPatternRepetitions = 100'000;

uint32_t add_limits(uint32_t a, uint32_t b) { return a > Grammar::kNoLimit - b ? Grammar::kNoLimit : a + b; }
uint32_t multiply_limits(uint32_t a, uint32_t b) {
    return uint32_t(std::min<uint64_t>(uint64_t(a) * b, Grammar::kNoLimit));
}

CharSet digits() { return CharSet({{'0', '9'}}); }
CharSet word_chars() { return CharSet({{'0', '9'}, {'A', 'Z'}, {'a', 'z'}, {'_', '_'}}); }
CharSet spaces() { return CharSet::of(" \t\n\r\f\v"); }
CharSet line_ends() { return CharSet({{'\n', '\n'}, {'\r', '\r'}, {0x2028, 0x2029}}); }

class RegexParser {
  public:
    RegexParser(Grammar& grammar, std::string_view pattern, const std::function<Expr(const CharSet&)>& spell)
        : grammar_(grammar), pattern_(pattern), spell_(spell) {}

    RegexExpr parse() {
        if (pattern_.size() > kMaxPatternBytes) refuse("a pattern longer than 65536 bytes");
        groups_.emplace_back();
        while (position_ < pattern_.size()) parse_next();
        if (groups_.size() > 1) refuse("a group is never closed");
        end_alternative();
        return close();
    }

  private:
    struct Group {
        std::vector<RegexExpr> alternatives, sequence;
        bool anchored_start = false, anchored_end = false;  // of the alternative being read
        bool may_repeat = false;
    };

    [[noreturn]] void refuse(const std::string& what) const {
        fail(Fault::BadData, "\"", pattern_, "\" at byte ", position_, ": ", what);
    }
    char peek(size_t ahead = 0) const {
        return position_ + ahead < pattern_.size() ? pattern_[position_ + ahead] : '\0';
    }
    bool take(char c) {
        if (position_ >= pattern_.size() || peek() != c) return false;
        ++position_;
        return true;
    }
    bool take(std::string_view text) {
        if (!pattern_.substr(position_).starts_with(text)) return false;
        position_ += text.size();
        return true;
    }
    bool outside_groups() const { return groups_.size() == 1; }

    void parse_next() {
        Group& group = groups_.back();
        if (group.anchored_end && peek() != '|') refuse("something stands behind $");
        switch (peek()) {
            case '^':
                if (!outside_groups() || !group.sequence.empty()) refuse("^ is understood at the beginning only");
                ++position_;
                group.anchored_start = true;
                group.may_repeat = false;
                return;
            case '$':
                if (!outside_groups()) refuse("$ is understood at the end only");
                ++position_;
                group.anchored_end = true;
                return;
            case '|':
                ++position_;
                return end_alternative();
            case '(':
                return open_group();
            case ')':
                return close_group();
            case '*':
            case '+':
            case '?':
            case '{':
                return parse_quantifier();
            default:
                return add(parse_single());
        }
    }

    void add(RegexExpr expression) {
        groups_.back().sequence.push_back(expression);
        groups_.back().may_repeat = true;
    }

    void open_group() {
        ++position_;
        if (take("?<")) {
            if (peek() == '=' || peek() == '!') refuse("look-behind is not understood");
            while (position_ < pattern_.size() && peek() != '>') ++position_;
            if (!take('>')) refuse("the name of a group has no end");
        } else if (peek() == '?' && !take("?:")) {
            refuse("look-ahead and other special groups are not understood");
        }
        if (groups_.size() > kMaxPatternGroups) refuse("more than 64 groups inside one another");
        groups_.emplace_back();
    }

    void close_group() {
        if (outside_groups()) refuse("a \")\" without a group");
        ++position_;
        end_alternative();
        const RegexExpr inner = close();
        groups_.pop_back();
        add(inner);
    }

    RegexExpr anything() {
        const Expr any = spell_(CharSet::all());
        return {grammar_.repeat(any, 0, Grammar::kNoLimit), 0, Grammar::kNoLimit, any};
    }

    void end_alternative() {
        Group& group = groups_.back();
        if (outside_groups() && !group.anchored_start) group.sequence.insert(group.sequence.begin(), anything());
        if (outside_groups() && !group.anchored_end) group.sequence.push_back(anything());
        if (group.sequence.size() == 1) {
            group.alternatives.push_back(group.sequence.front());
        } else {
            std::vector<Expr> parts;
            RegexExpr whole;
            for (const RegexExpr& part : group.sequence) {
                parts.push_back(part.expression);
                whole.least = add_limits(whole.least, part.least);
                whole.most = add_limits(whole.most, part.most);
            }
            whole.expression = grammar_.sequence(parts);
            group.alternatives.push_back(whole);
        }
        group.sequence.clear();
        group.anchored_start = group.anchored_end = group.may_repeat = false;
    }

    RegexExpr close() {
        const std::vector<RegexExpr>& alternatives = groups_.back().alternatives;
        if (alternatives.size() == 1) return alternatives.front();
        RegexExpr whole = {{}, Grammar::kNoLimit, 0, {}};
        std::vector<Expr> parts;
        for (const RegexExpr& part : alternatives) {
            parts.push_back(part.expression);
            whole.least = std::min(whole.least, part.least);
            whole.most = std::max(whole.most, part.most);
        }
        whole.expression = grammar_.choice(parts);
        return whole;
    }

    void parse_quantifier() {
        Group& group = groups_.back();
        uint32_t least = 0, most = Grammar::kNoLimit;
        if (take('?')) {
            most = 1;
        } else if (take('+')) {
            least = 1;
        } else if (!take('*')) {
            ++position_;
            least = most = parse_count();
            if (take(',')) most = peek() == '}' ? Grammar::kNoLimit : parse_count();
            if (!take('}')) refuse("expected \"}\"");
            if (most < least) refuse("the most repetitions are fewer than the least");
        }
        take('?');  // a lazy quantifier matches the same texts
        if (!group.may_repeat) refuse("nothing stands before this to repeat");
        group.may_repeat = false;
        RegexExpr& last = group.sequence.back();
        const bool single = last.least == 1 && last.most == 1;
        last = {grammar_.repeat(last.expression, least, most), multiply_limits(last.least, least),
                multiply_limits(last.most, most), single ? std::optional(last.expression) : std::nullopt};
    }

    uint32_t parse_count() {
        uint32_t count = 0;
        if (peek() < '0' || peek() > '9') refuse("expected a number of repetitions");
        for (; peek() >= '0' && peek() <= '9'; ++position_) {
            count = count * 10 + uint32_t(peek() - '0');
            if (count > kMaxPatternRepetitions) refuse("more than 100000 repetitions");
        }
        return count;
    }

    RegexExpr parse_single() {
        CharSet set;
        if (take('.')) {
            set = line_ends().inverted();
        } else if (take('[')) {
            set = parse_class();
        } else if (peek() == '\\') {
            set = parse_escape(false);
        } else {
            const char32_t c = parse_plain();
            set = CharSet({{c, c}});
        }
        return {spell_(set), 1, 1, {}};
    }

    char32_t parse_plain() {
        const size_t length = utf8_length(pattern_.substr(position_));
        if (length == 0) refuse("this is not UTF-8");
        position_ += length;
        return utf8_decode(pattern_.substr(position_ - length, length));
    }

    CharSet parse_class() {
        const bool negated = take('^');
        CharSet set;
        while (!take(']')) {
            if (position_ >= pattern_.size()) refuse("a class is never closed");
            CharSet part = parse_class_part();
            if (peek() == '-' && peek(1) != ']' && position_ + 1 < pattern_.size()) {
                ++position_;
                const CharSet last = parse_class_part();
                if (!is_single(part) || !is_single(last)) refuse("a range between sets of characters");
                const char32_t from = part.ranges()[0].first, to = last.ranges()[0].first;
                if (to < from) refuse("a range that ends before it begins");
                part = CharSet({{from, to}});
            }
            set = set.joined(part);
        }
        return negated ? set.inverted() : set;
    }

    static bool is_single(const CharSet& set) {
        return set.ranges().size() == 1 && set.ranges()[0].first == set.ranges()[0].last;
    }

    CharSet parse_class_part() {
        if (peek() == '\\') return parse_escape(true);
        const char32_t c = parse_plain();
        return CharSet({{c, c}});
    }

    CharSet parse_escape(bool in_class) {
        ++position_;
        if (position_ >= pattern_.size()) refuse("a \\ at the end");
        const char c = peek();
        if (in_class && c == 'b') return ++position_, CharSet::of("\b");
        ++position_;
        switch (c) {
            case 'd':
                return digits();
            case 'D':
                return digits().inverted();
            case 'w':
                return word_chars();
            case 'W':
                return word_chars().inverted();
            case 's':
                return spaces();
            case 'S':
                return spaces().inverted();
            case 'n':
                return CharSet::of("\n");
            case 'r':
                return CharSet::of("\r");
            case 't':
                return CharSet::of("\t");
            case 'f':
                return CharSet::of("\f");
            case 'v':
                return CharSet::of("\v");
            case 'x':
                return parse_hex(2);
            case 'u':
                return parse_hex(4);
            default:
                break;
        }
        const bool names_something = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (names_something || uint8_t(c) >= 0x80) refuse(std::string("\\") + c + " is not understood");
        return CharSet({{char32_t(c), char32_t(c)}});
    }

    CharSet parse_hex(int n_digits) {
        char32_t value = 0;
        for (int i = 0; i < n_digits; ++i, ++position_) {
            const char c = peek();
            const char lower = c >= 'A' && c <= 'F' ? char(c - 'A' + 'a') : c;
            if (lower >= '0' && lower <= '9')
                value = value * 16 + char32_t(lower - '0');
            else if (lower >= 'a' && lower <= 'f')
                value = value * 16 + char32_t(lower - 'a' + 10);
            else
                refuse("expected " + std::to_string(n_digits) + " hexadecimal digits");
        }
        const CharSet set({{value, value}});
        if (set.empty()) refuse("this number is not that of a character");
        return set;
    }

    Grammar& grammar_;
    std::string_view pattern_;
    const std::function<Expr(const CharSet&)>& spell_;
    size_t position_ = 0;
    std::vector<Group> groups_;
};

}  // namespace

RegexExpr compile_regex(Grammar& grammar, std::string_view pattern, const std::function<Expr(const CharSet&)>& spell) {
    return RegexParser(grammar, pattern, spell).parse();
}

}  // namespace siskin
