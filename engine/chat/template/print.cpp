#include "engine/chat/template/print.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "engine/chat/template/template_error.h"
#include "engine/chat/template/unicode.h"
#include "engine/tokenizer/utf8.h"

namespace siskin::jinja {
namespace {

std::string hex(uint32_t value, size_t digits) {
    std::string out(digits, '0');
    for (size_t i = digits; i-- > 0; value >>= 4) out[i] = "0123456789abcdef"[value & 15];
    return out;
}

void append_escaped(std::string& out, std::string_view character) {
    if (utf8_length(character) == 0) {
        out += "\\x" + hex(static_cast<unsigned char>(character[0]), 2);
        return;
    }
    const char32_t code = utf8_decode(character);
    if (code == '\n') {
        out += "\\n";
    } else if (code == '\r') {
        out += "\\r";
    } else if (code == '\t') {
        out += "\\t";
    } else if (code < 0x100) {
        out += "\\x" + hex(code, 2);
    } else if (code < 0x10000) {
        out += "\\u" + hex(code, 4);
    } else {
        out += "\\U" + hex(code, 8);
    }
}

std::string repr_of_text(std::string_view text) {
    const bool has_single = text.find('\'') != std::string_view::npos;
    const char quote = has_single && text.find('"') == std::string_view::npos ? '"' : '\'';
    std::string out(1, quote);
    while (!text.empty()) {
        const std::string_view character = first_character(text);
        text.remove_prefix(character.size());
        if (character[0] == quote || character[0] == '\\') {
            out += '\\';
            out += character;
        } else if (is_printable(character)) {
            out += character;
        } else {
            append_escaped(out, character);
        }
    }
    return out + quote;
}

std::string json_of_text(std::string_view text, bool ensure_ascii) {
    constexpr std::string_view kShort = "\"\\\b\f\n\r\t", kLetters = "\"\\bfnrt";
    std::string out = "\"";
    while (!text.empty()) {
        const std::string_view character = first_character(text);
        text.remove_prefix(character.size());
        const auto byte = static_cast<unsigned char>(character[0]);
        const size_t known = kShort.find(character[0]);
        if (known != std::string_view::npos) {
            out += {'\\', kLetters[known]};
        } else if (byte < 0x20 || (ensure_ascii && byte == 0x7F)) {
            out += "\\u" + hex(byte, 4);
        } else if (byte < 0x80 || !ensure_ascii || utf8_length(character) == 0) {
            out += character;
        } else if (const char32_t code = utf8_decode(character); code < 0x10000) {
            out += "\\u" + hex(code, 4);
        } else {
            out += "\\u" + hex(0xD800 + ((code - 0x10000) >> 10), 4);
            out += "\\u" + hex(0xDC00 + ((code - 0x10000) & 0x3FF), 4);
        }
    }
    return out + '"';
}

std::string python_number(const Value& value) {
    if (const double* real = value.real()) return print_double(*real);
    return print_int(*value.integer());
}

/// Walks through a value and whatever it contains; both notations share the order of the work and its limits.
class Printer {
  public:
    explicit Printer(Heap& heap) : heap_(heap) {}

    void repr(const Value& value) {
        heap_.work(1);
        if (const Text* text = value.text()) {
            heap_.work(1 + text->size());  // every character is looked up
            add(repr_of_text(text->bytes()));
        } else if (const bool* truth = value.boolean()) {
            add(*truth ? "True" : "False");
        } else if (value.is_number()) {
            add(python_number(value));
        } else if (value.is_none()) {
            add("None");
        } else if (value.is_undefined()) {
            add("Undefined");
        } else if (const List* list = value.list()) {
            repr_list(*list);
        } else if (const Dict* dict = value.dict()) {
            repr_dict(*dict);
        } else {
            add("<" + std::string(value.type_name()) + ">");
        }
    }

    void json(const Value& value, const JsonStyle& style) {
        heap_.work(1);
        const List* list = value.list();
        if (const Text* text = value.text()) {
            heap_.scan(text->size());
            add(json_of_text(text->bytes(), style.ensure_ascii));
        } else if (list && (list->kind == List::Kind::List || list->kind == List::Kind::Tuple)) {
            json_list(*list, style);
        } else if (const Dict* dict = value.dict()) {
            json_dict(*dict, style);
        } else {
            add(json_atom(value));
        }
    }

    std::string take() { return std::move(out_); }

  private:
    void add(std::string_view text) {
        if (text.size() > Text::kMaxSize - out_.size()) complain("text grows beyond ", Text::kMaxSize >> 20, " MiB");
        out_ += text;
    }

    void enter() {
        if (++depth_ > heap_.limits().nesting) complain("a value is nested deeper than ", heap_.limits().nesting);
    }
    void leave() { --depth_; }

    void repr_list(const List& list) {
        constexpr std::string_view kPrefix[] = {"", "", "range", "dict_keys(", "dict_values(", "dict_items(", ""};
        if (list.kind == List::Kind::Iterator) return add("<generator>");
        if (list.kind == List::Kind::Range) return repr_range(list);
        const std::string_view prefix = kPrefix[static_cast<size_t>(list.kind)];
        const bool tuple = list.kind == List::Kind::Tuple;
        enter();
        add(prefix);
        add(tuple ? "(" : "[");
        for (size_t i = 0; i < list.items.size(); ++i) {
            if (i > 0) add(", ");
            repr(list.items[i]);
        }
        if (tuple && list.items.size() == 1) add(",");
        add(tuple ? ")" : "]");
        if (!prefix.empty()) add(")");
        leave();
    }

    void repr_range(const List& range) {
        const auto at = [&](size_t i) { return *range.items[i].integer(); };
        const size_t n = range.items.size();
        const Int first = n > 0 ? at(0) : 0, step = n > 1 ? at(1) - at(0) : 1;
        const Int end = n > 0 ? at(n - 1) + step : 0;
        add("range(" + print_int(first) + ", " + print_int(end));
        add(step == 1 ? ")" : ", " + print_int(step) + ")");
    }

    void repr_dict(const Dict& dict) {
        enter();
        add("{");
        for (size_t i = 0; i < dict.size(); ++i) {
            if (i > 0) add(", ");
            repr(dict.entries()[i].first);
            add(": ");
            repr(dict.entries()[i].second);
        }
        add("}");
        leave();
    }

    static std::string json_atom(const Value& value) {
        if (const bool* truth = value.boolean()) return *truth ? "true" : "false";
        if (value.is_none()) return "null";
        if (const double* real = value.real(); real && !std::isfinite(*real))
            return std::isnan(*real) ? "NaN" : *real > 0 ? "Infinity" : "-Infinity";
        if (value.is_number()) return python_number(value);
        if (const Undefined* undefined = value.undefined()) complain(missing_message(*undefined));
        complain("a value of type ", value.type_name(), " cannot be written as JSON");
    }

    void json_list(const List& list, const JsonStyle& style) {
        if (list.items.empty()) return add("[]");
        open('[', style);
        for (size_t i = 0; i < list.items.size(); ++i) {
            if (i > 0) next(style);
            json(list.items[i], style);
        }
        close(']', style);
    }

    void json_dict(const Dict& dict, const JsonStyle& style) {
        if (dict.size() == 0) return add("{}");
        std::vector<std::pair<std::string, const Value*>> entries;
        for (const auto& [key, value] : dict.entries()) entries.emplace_back(json_key(key), &value);
        if (style.sort_keys) std::sort(entries.begin(), entries.end());
        open('{', style);
        for (size_t i = 0; i < entries.size(); ++i) {
            if (i > 0) next(style);
            add(json_of_text(entries[i].first, style.ensure_ascii));
            add(style.key_separator);
            json(*entries[i].second, style);
        }
        close('}', style);
    }

    static std::string json_key(const Value& key) {
        if (const Text* text = key.text()) return std::string(text->bytes());
        return json_atom(key);
    }

    void open(char bracket, const JsonStyle& style) {
        add({&bracket, 1});
        enter();
        line(style);
    }
    void next(const JsonStyle& style) {
        add(style.item_separator);
        line(style);
    }
    void close(char bracket, const JsonStyle& style) {
        leave();
        line(style);
        add({&bracket, 1});
    }
    void line(const JsonStyle& style) {
        if (!style.lines) return;
        add("\n");
        for (size_t i = 0; i < depth_; ++i) add(style.indent);
    }

    Heap& heap_;
    std::string out_;
    size_t depth_ = 0;
};

}  // namespace

std::string print_int(Int value) {
    std::string out;
    const bool negative = value < 0;
    do {
        const int digit = static_cast<int>(value % 10);
        out += static_cast<char>('0' + (digit < 0 ? -digit : digit));
        value /= 10;
    } while (value != 0);
    if (negative) out += '-';
    std::reverse(out.begin(), out.end());
    return out;
}

std::string print_double(double value) {
    if (std::isnan(value)) return "nan";
    if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
    char buffer[64];
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific).ptr;
    const std::string_view scientific(buffer, static_cast<size_t>(end - buffer));
    const size_t e = scientific.find('e');
    const int exponent = std::stoi(std::string(scientific.substr(e + 1)));
    if (exponent < -4 || exponent >= 16) return std::string(scientific);

    const auto fixed_end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed).ptr;
    std::string fixed(buffer, fixed_end);
    if (fixed.find('.') == std::string::npos) fixed += ".0";
    return fixed;
}

std::string repr(Heap& heap, const Value& value) {
    Printer printer(heap);
    printer.repr(value);
    return printer.take();
}

void append_str(Heap& heap, Text& out, const Value& value) {
    if (const Text* text = value.text()) {
        heap.scan(text->size());
        out.append(*text);
    } else if (!value.is_undefined()) {
        out.append(repr(heap, value), Origin::Data);
    }
}

Value to_str(Heap& heap, const Value& value) {
    if (value.is_text()) return value;
    Text out;
    append_str(heap, out, value);
    return heap.text(std::move(out));
}

std::string to_json(Heap& heap, const Value& value, const JsonStyle& style) {
    Printer printer(heap);
    printer.json(value, style);
    return printer.take();
}

}  // namespace siskin::jinja
