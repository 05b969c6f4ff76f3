#define PCRE2_CODE_UNIT_WIDTH 8
#include "engine/tokenizer/pre_tokenizer.h"

#include <pcre2.h>

#include <cstdint>
#include <memory>
#include <new>
#include <string>

#include "engine/tokenizer/utf8.h"
#include "formats/error.h"

namespace siskin {
namespace {

struct FreeCode {
    void operator()(pcre2_code* code) const { pcre2_code_free(code); }
};
struct FreeMatchData {
    void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
};
struct FreeMatchContext {
    void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
};
using Code = std::unique_ptr<pcre2_code, FreeCode>;
using MatchData = std::unique_ptr<pcre2_match_data, FreeMatchData>;
using MatchContext = std::unique_ptr<pcre2_match_context, FreeMatchContext>;

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

PCRE2_SPTR units(std::string_view text) { return reinterpret_cast<PCRE2_SPTR>(text.data()); }

/// Writes \s and \S as the Unicode property that tokenizers mean; PCRE2's own \s also holds U+180E.
std::string with_unicode_space(std::string_view regex) {
    std::string out;
    for (size_t i = 0; i < regex.size(); ++i) {
        if (regex[i] != '\\' || i + 1 == regex.size()) {
            out += regex[i];
            continue;
        }
        const char escaped = regex[++i];
        if (escaped == 's') {
            out += "\\p{White_Space}";
        } else if (escaped == 'S') {
            out += "\\P{White_Space}";
        } else {
            out += {'\\', escaped};
        }
    }
    return out;
}

std::string error_text(int error) {
    PCRE2_UCHAR text[256] = {};
    pcre2_get_error_message(error, text, sizeof text);
    return reinterpret_cast<const char*>(text);
}

Code compile(const char* regex, bool jit) {
    const std::string pattern = with_unicode_space(regex);
    int error = 0;
    PCRE2_SIZE offset = 0;
    Code code(pcre2_compile(units(pattern), pattern.size(), PCRE2_UTF | PCRE2_UCP, &error, &offset, nullptr));
    if (!code) fail(Fault::Bug, "pre-tokenizer ", regex, ": ", error_text(error), " at ", offset);
    if (jit) pcre2_jit_compile(code.get(), PCRE2_JIT_COMPLETE);  // where it fails, matching is interpreted
    return code;
}

/// The end of `count` characters from `begin`, in well-formed text that has them.
size_t skip_characters(std::string_view text, size_t begin, size_t count) {
    while (count-- > 0) begin += utf8_length(text.substr(begin));
    return begin;
}

size_t count_characters(std::string_view text) {
    size_t count = 0;
    for (const char c : text) count += (c & 0xC0) != 0x80;
    return count;
}

}  // namespace

struct PreTokenizer::Step {
    Code code;
    PreSplit split;
};

PreTokenizer::PreTokenizer(std::span<const PreStep> steps, bool jit) {
    for (const PreStep& step : steps) {
        if (!step.regex) break;
        steps_.push_back({compile(step.regex, jit), step.split});
    }
}

PreTokenizer::PreTokenizer(PreTokenizer&&) noexcept = default;
PreTokenizer::~PreTokenizer() = default;

/// One text on its way through the steps: a piece goes all the way down before the next one is cut off, so that nothing
/// is stored but one match per step.
class PreTokenizer::Run {
  public:
    Run(const std::vector<Step>& steps, const std::function<void(std::string_view)>& emit)
        : steps_(steps), emit_(emit) {
        if (!context_) throw std::bad_alloc();
        for (const Step& step : steps) {
            matches_.emplace_back(pcre2_match_data_create_from_pattern(step.code.get(), nullptr));
            if (!matches_.back()) throw std::bad_alloc();
        }
        // A gap of some million spaces takes as many steps to match; the expressions are ours and none takes more than
        // a few for each character.
        pcre2_set_match_limit(context_.get(), UINT32_MAX);
    }

    void cut(std::string_view text, size_t depth = 0) {
        if (text.empty()) return;
        if (depth == steps_.size()) return emit_(text);

        size_t piece = 0;  // where the piece begins that is not cut off yet
        const auto cut_at = [&](size_t position) {
            cut(text.substr(piece, position - piece), depth + 1);
            piece = position;
        };
        size_t begin = 0, end = 0;
        while (end <= text.size() && find(text, end, depth, begin, end)) {
            const std::string_view match = text.substr(begin, end - begin);
            switch (steps_[depth].split) {
                case PreSplit::Pieces:
                    cut_at(begin);
                    cut_at(end);
                    break;
                case PreSplit::Thousands:
                    cut_at(begin);
                    cut_into_threes(match, begin, cut_at);
                    cut_at(end);
                    break;
                case PreSplit::ThousandsTail:
                    cut_into_threes(match, begin, cut_at);
                    break;
                case PreSplit::PowersOfTwo:
                    cut_at(begin);
                    cut_into_powers(match, begin, cut_at);
                    break;
            }
            if (match.empty()) end += end < text.size() ? utf8_length(text.substr(end)) : 1;
        }
        cut_at(text.size());
    }

  private:
    /// The first match at or after `from`.
    bool find(std::string_view text, size_t from, size_t depth, size_t& begin, size_t& end) {
        const int found = pcre2_match(steps_[depth].code.get(), units(text), text.size(), from, PCRE2_NO_UTF_CHECK,
                                      matches_[depth].get(), context_.get());
        if (found == PCRE2_ERROR_NOMATCH) return false;
        if (found < 0) fail(Fault::Bug, "pre-tokenizer: ", error_text(found));
        const PCRE2_SIZE* offsets = pcre2_get_ovector_pointer(matches_[depth].get());
        begin = offsets[0];
        end = offsets[1];
        return true;
    }

    /// Cuts before every third character from the right.
    template <class CutAt>
    static void cut_into_threes(std::string_view match, size_t offset, CutAt cut_at) {
        size_t left = count_characters(match), position = skip_characters(match, 0, left % 3);
        for (left -= left % 3; left > 0; left -= 3) {
            cut_at(offset + position);
            position = skip_characters(match, position, 3);
        }
    }

    template <class CutAt>
    static void cut_into_powers(std::string_view match, size_t offset, CutAt cut_at) {
        size_t left = count_characters(match), position = 0;
        for (size_t power = 512; power > 0; power /= 2) {
            for (; left >= power; left -= power) {
                position = skip_characters(match, position, power);
                cut_at(offset + position);
            }
        }
    }

    const std::vector<Step>& steps_;
    const std::function<void(std::string_view)>& emit_;
    MatchContext context_{pcre2_match_context_create(nullptr)};
    std::vector<MatchData> matches_;
};

void PreTokenizer::split(std::string_view text, const std::function<void(std::string_view)>& emit) const {
    if (utf8_valid_prefix(text) == text.size()) return Run(steps_, emit).cut(text);

    std::string well_formed;
    std::vector<size_t> replaced;  // where a byte of `text` stands as U+FFFD, in `well_formed`
    for (size_t position = 0; position < text.size();) {
        const size_t length = utf8_length(text.substr(position));
        if (length == 0) replaced.push_back(well_formed.size());
        well_formed += length == 0 ? kReplacement : text.substr(position, length);
        position += length == 0 ? 1 : length;
    }
    size_t position = 0, next = 0;
    const std::function<void(std::string_view)> emit_original = [&](std::string_view piece) {
        const size_t end = size_t(piece.data() + piece.size() - well_formed.data());
        size_t length = piece.size();
        for (; next < replaced.size() && replaced[next] < end; ++next) length -= kReplacement.size() - 1;
        emit(text.substr(position, length));
        position += length;
    };
    Run(steps_, emit_original).cut(well_formed);
}

}  // namespace siskin
