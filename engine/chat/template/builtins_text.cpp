// Filters of text. Whatever comes in counts as str(value), as in Jinja.

#include <algorithm>

#include "engine/chat/template/builtins.h"
#include "engine/chat/template/format.h"
#include "engine/chat/template/operators.h"
#include "engine/chat/template/print.h"
#include "engine/chat/template/template_error.h"
#include "engine/chat/template/text_ops.h"
#include "engine/chat/template/unicode.h"

namespace siskin::jinja {
namespace {

Text subject_of(const BuiltinCall& call) {
    if (const Text* text = call.subject.text()) {
        call.heap.scan(text->size());
        return *text;
    }
    Text text;
    append_str(call.heap, text, call.subject);
    return text;
}

/// For the few that take nothing but strings.
const Text& needed_text(const BuiltinCall& call) {
    if (const Undefined* undefined = call.subject.undefined()) complain(missing_message(*undefined));
    if (!call.subject.is_text()) complain("a string is needed, not ", call.subject.type_name());
    call.heap.scan(call.subject.text()->size());
    return *call.subject.text();
}

Value done(const BuiltinCall& call, Text text) { return call.heap.text(std::move(text)); }

Value string_filter(const BuiltinCall& call) { return to_str(call.heap, call.subject); }
Value upper_filter(const BuiltinCall& call) { return done(call, upper(subject_of(call))); }
Value lower_filter(const BuiltinCall& call) { return done(call, lower(subject_of(call))); }
Value capitalize_filter(const BuiltinCall& call) { return done(call, capitalized(subject_of(call))); }

Value trim_filter(const BuiltinCall& call) {
    const bool given = call.has(0) && !call.at(0).is_none();
    const Text characters = given ? call.text(0) : Text();
    const auto set = given ? std::optional(characters.bytes()) : std::nullopt;
    return done(call, stripped(call.heap, subject_of(call), set));
}

Value replace_filter(const BuiltinCall& call) {
    const bool limited = call.has(2) && !call.at(2).is_none();
    return done(call, replaced(call.heap, subject_of(call), call.text(0).bytes(), call.text(1),
                               limited ? call.integer(2) : Int{-1}));
}

constexpr size_t kWordWork = 16;  // what it takes to capitalize a short word

/// Words begin behind white space, hyphens and opening brackets.
Value title_filter(const BuiltinCall& call) {
    const Text text = subject_of(call);
    Text out;
    size_t word = 0;
    for (size_t at = 0; at < text.size();) {
        const std::string_view character = first_character(text.bytes().substr(at));
        at += character.size();
        if (!is_space(character) && std::string_view("-({[<").find(character) == std::string_view::npos) continue;
        call.heap.work(kWordWork);
        out.append(capitalized(text.slice(word, at - character.size())));
        out.append(text, at - character.size(), at);
        word = at;
    }
    out.append(capitalized(text.slice(word, text.size())));
    return done(call, std::move(out));
}

Value indent_filter(const BuiltinCall& call) {
    Text indentation("    ", Origin::Template);
    if (call.has(0)) {
        const Value width = call.at(0);
        indentation = width.is_text()
                          ? *width.text()
                          : padded(call.heap, Text(), call.integer(0), Text(" ", Origin::Template), Side::Left);
    }
    const bool first = call.truth(1), blank = call.truth(2);
    Text text = needed_text(call);
    text.append("\n", Origin::Template);
    const std::vector<Text> lines = split_lines(call.heap, text, false);
    Text out;
    for (size_t i = 0; i < lines.size(); ++i) {
        if (i > 0) out.append("\n", Origin::Template);
        if (i == 0 ? first : blank || !lines[i].empty()) out.append(indentation);
        out.append(lines[i]);
    }
    return done(call, std::move(out));
}

Value format_filter(const BuiltinCall& call) {
    const Arguments& given = call.arguments;
    if (given.named.empty()) return format_percent(call.heap, subject_of(call), call.heap.tuple(given.positional));
    Dict* named = call.heap.dict();
    for (const auto& [name, value] : given.named) call.heap.set(*named, call.heap.text(name, Origin::Template), value);
    return format_percent(call.heap, subject_of(call), named);
}

Value center_filter(const BuiltinCall& call) {
    return done(call,
                padded(call.heap, subject_of(call), call.integer(0, 80), Text(" ", Origin::Template), Side::Both));
}

Value truncate_filter(const BuiltinCall& call) {
    const Int length = call.integer(0, 255), leeway = call.integer(3, 5);
    const Text& text = needed_text(call);
    const Text end = call.text(2, "...");
    const Int end_length = static_cast<Int>(count_characters(end.bytes()));
    if (static_cast<Int>(count_characters(text.bytes())) <= length + leeway) return done(call, text);
    if (length < end_length) complain("truncate: the length is less than that of '", end.bytes(), "'");
    size_t cut = character_offset(text.bytes(), static_cast<size_t>(length - end_length));
    if (!call.truth(1)) cut = std::min(text.bytes().substr(0, cut).rfind(' '), cut);
    Text out = text.slice(0, cut);
    out.append(end);
    return done(call, std::move(out));
}

Value safe_filter(const BuiltinCall& call) { return done(call, subject_of(call).as_markup()); }
Value escape_filter(const BuiltinCall& call) { return done(call, escaped(subject_of(call))); }
Value forceescape_filter(const BuiltinCall& call) {
    const Text text = subject_of(call);
    return done(call, escaped(text.slice(0, text.size())));
}

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view kKept = "_.-~/";
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (plain || kKept.find(c) != std::string_view::npos) {
            out += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out += {'%', "0123456789ABCDEF"[byte >> 4], "0123456789ABCDEF"[byte & 15]};
        }
    }
    return out;
}
Value urlencode_filter(const BuiltinCall& call) { return done(call, mapped(subject_of(call), percent_encoded)); }

/// Without what stands in angle brackets, and with single spaces.
Value striptags_filter(const BuiltinCall& call) {
    const Text text = subject_of(call);
    Text kept;
    for (size_t at = 0; at < text.size();) {
        const size_t tag = std::min(text.bytes().find('<', at), text.size());
        const size_t end = text.bytes().find('>', tag);
        const bool closed = end != std::string_view::npos;
        kept.append(text, at, closed ? tag : text.size());
        at = closed ? end + 1 : text.size();
    }
    Text out;
    for (const Text& word : split(call.heap, kept, std::nullopt, -1)) {
        if (!out.empty()) out.append(" ", Origin::Data);
        out.append(word);
    }
    return done(call, std::move(out));
}

Value wordcount_filter(const BuiltinCall& call) {
    const Text text = subject_of(call);
    call.heap.work(text.size());
    size_t count = 0;
    bool inside = false;
    for (size_t at = 0; at < text.size();) {
        const std::string_view character = first_character(text.bytes().substr(at));
        at += character.size();
        const bool part = is_alpha(character) || is_digit(character) || character == "_";
        count += part && !inside;
        inside = part;
    }
    return count;
}

constexpr Builtin kFilters[] = {
    {"capitalize", "", capitalize_filter},
    {"center", "width?", center_filter},
    {"e", "", escape_filter},
    {"escape", "", escape_filter},
    {"forceescape", "", forceescape_filter},
    {"format", "...", format_filter},
    {"indent", "width? first? blank?", indent_filter},
    {"lower", "", lower_filter},
    {"replace", "old new count?", replace_filter},
    {"safe", "", safe_filter},
    {"string", "", string_filter},
    {"striptags", "", striptags_filter},
    {"title", "", title_filter},
    {"trim", "chars?", trim_filter},
    {"truncate", "length? killwords? end? leeway?", truncate_filter},
    {"upper", "", upper_filter},
    {"urlencode", "", urlencode_filter},
    {"wordcount", "", wordcount_filter},
};

}  // namespace

std::span<const Builtin> text_filters() { return kFilters; }

}  // namespace siskin::jinja
