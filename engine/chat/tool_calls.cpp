#include "engine/chat/tool_calls.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "engine/chat/literal.h"

namespace siskin {
namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kNotFound = std::string_view::npos;
constexpr std::string_view kSpace = " \t\n\v\f\r";
constexpr int kMaxNesting = 200;

std::string_view trimmed(std::string_view text) {
    const size_t first = text.find_first_not_of(kSpace);
    return first == kNotFound ? std::string_view() : text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

/// What stands between two texts, `text` then being what follows; nothing, and `text` unchanged, where they are not.
std::optional<std::string_view> take_between(std::string_view& text, std::string_view open, std::string_view close) {
    const size_t begin = text.find(open);
    const size_t end = begin == kNotFound ? kNotFound : text.find(close, begin + open.size());
    if (end == kNotFound) return std::nullopt;
    const std::string_view inside = text.substr(begin + open.size(), end - begin - open.size());
    text.remove_prefix(end + close.size());
    return inside;
}

std::optional<Json> parse(std::string_view text) {
    bool too_deep = false;  // The library prints recursively.
    const auto keep = [&](int depth, Json::parse_event_t, const Json&) {
        too_deep |= depth > kMaxNesting;
        return depth <= kMaxNesting;
    };
    Json json = Json::parse(text, keep, false);
    return too_deep || json.is_discarded() ? std::nullopt : std::optional(std::move(json));
}

std::string print(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

Json call_of(std::string_view name, const Json& arguments) {
    return {{"id", ""},
            {"type", "function"},
            {"function",
             {{"name", name}, {"arguments", arguments.is_string() ? arguments.get<std::string>() : print(arguments)}}}};
}

/// "functions.get_weather:0" is a name with its kind and number.
std::string_view bare_name(std::string_view name) {
    constexpr std::string_view kKind = "functions.";
    if (name.starts_with(kKind)) name.remove_prefix(kKind.size());
    return name.substr(0, name.find(':'));
}

// ---- JSON ----

bool add_from_json_value(const Json& json, Json& calls) {
    if (json.is_array())
        return std::all_of(json.begin(), json.end(), [&](const Json& c) { return add_from_json_value(c, calls); });
    if (!json.is_object()) return false;
    const auto first_of = [&](std::initializer_list<const char*> keys) -> const Json* {
        for (const char* key : keys)
            if (json.contains(key)) return &json[key];
        return nullptr;
    };
    const Json* name = first_of({"name", "tool_name"});
    const Json* arguments = first_of({"arguments", "parameters"});
    if (!name && !arguments && json.size() == 1 && json.begin()->is_object()) {
        calls.push_back(call_of(json.begin().key(), *json.begin()));
        return true;
    }
    if (!name || !name->is_string()) return false;
    calls.push_back(call_of(name->get<std::string>(), arguments ? *arguments : Json::object()));
    return true;
}

/// {"name": NAME, "arguments": {…}}, {NAME: {…}}, and lists of these.
bool add_from_json(std::string_view text, Json& calls) {
    const auto json = parse(text);
    return json && add_from_json_value(*json, calls);
}

// ---- Tags ----

/// A value in tags is text, unless it is of another kind: as JSON, or as Python prints it.
Json value_of(std::string_view text) {
    if (const auto json = parse(text)) return json->is_string() ? Json(text) : *json;
    const std::string_view inside = trimmed(text);
    const bool may_be_literal =
        inside.starts_with('[') || inside.starts_with('{') || inside == "True" || inside == "False" || inside == "None";
    const auto literal = may_be_literal ? read_literal(inside) : std::nullopt;
    return literal ? *literal : Json(text);
}

std::string_view without_line_feeds(std::string_view text) {
    if (text.starts_with('\n')) text.remove_prefix(1);
    if (text.ends_with('\n')) text.remove_suffix(1);
    return text;
}

/// A call with a tag of its own, and each argument with one.
struct TagSyntax {
    std::string_view call, call_end, argument, argument_end;
};
constexpr TagSyntax kTagSyntaxes[] = {
    {"<function=", "</function>", "<parameter=", "</parameter>"},
    {"<function name=", "</function>", "<param name=", "</param>"},
    {"<invoke name=", "</invoke>", "<parameter name=", "</parameter>"},
    {"<atem:invoke name=", "</atem:invoke>", "<atem:parameter name=", "</atem:parameter>"},
    {"<｜DSML｜invoke name=", "</｜DSML｜invoke>", "<｜DSML｜parameter name=", "</｜DSML｜parameter>"},
};

/// What follows the equals sign of a tag: the name, perhaps in quotes, other attributes, and what the tag holds.
struct Tagged {
    std::string_view name, attributes, inside;
};

std::optional<Tagged> split_tag(std::string_view text) {
    Tagged tag;
    if (text.starts_with('"')) {
        text.remove_prefix(1);
        const size_t quote = text.find('"');
        if (quote == kNotFound) return std::nullopt;
        tag.name = text.substr(0, quote);
        text.remove_prefix(quote + 1);
    }
    const size_t end = text.find('>');
    if (end == kNotFound) return std::nullopt;
    (tag.name.empty() ? tag.name : tag.attributes) = trimmed(text.substr(0, end));
    tag.inside = text.substr(end + 1);
    return tag;
}

Json argument_of(const Tagged& tag) {
    constexpr std::string_view kVerbatim = "<![CDATA[", kVerbatimEnd = "]]>";
    if (tag.attributes == "string=\"true\"") return tag.inside;
    std::string_view inside = trimmed(tag.inside);
    if (inside.size() >= kVerbatim.size() + kVerbatimEnd.size() && inside.starts_with(kVerbatim) &&
        inside.ends_with(kVerbatimEnd)) {
        inside.remove_prefix(kVerbatim.size());
        inside.remove_suffix(kVerbatimEnd.size());
        return inside;
    }
    return value_of(without_line_feeds(tag.inside));
}

/// The arguments in tags, or as one JSON object. Nothing where one of them has no end.
std::optional<Json> arguments_of(const TagSyntax& syntax, std::string_view text) {
    Json arguments = Json::object();
    while (const auto part = take_between(text, syntax.argument, syntax.argument_end)) {
        const auto tag = split_tag(*part);
        if (!tag || tag->name.empty()) return std::nullopt;
        arguments[std::string(tag->name)] = argument_of(*tag);
    }
    if (text.find(syntax.argument) != kNotFound) return std::nullopt;
    const auto whole = arguments.empty() ? parse(text) : std::nullopt;
    return whole && whole->is_object() ? *whole : arguments;
}

bool add_from_tags(std::string_view text, Json& calls) {
    const auto syntax = std::find_if(std::begin(kTagSyntaxes), std::end(kTagSyntaxes),
                                     [&](const TagSyntax& s) { return text.find(s.call) != kNotFound; });
    if (syntax == std::end(kTagSyntaxes)) return false;
    while (const auto part = take_between(text, syntax->call, syntax->call_end)) {
        const auto tag = split_tag(*part);
        const auto arguments = tag ? arguments_of(*syntax, tag->inside) : std::nullopt;
        if (!arguments || tag->name.empty()) return false;
        calls.push_back(call_of(tag->name, *arguments));
    }
    return text.find(syntax->call) == kNotFound;
}

/// NAME, then names and values of arguments in tags by turns.
bool add_from_key_tags(std::string_view text, Json& calls) {
    const std::string_view name = trimmed(text.substr(0, text.find('<')));
    Json arguments = Json::object();
    for (const char* suffix : {"", ":opensource"}) {
        const auto take = [&](const std::string& tag) {
            return take_between(text, "<" + tag + suffix + ">", "</" + tag + suffix + ">");
        };
        while (const auto key = take("arg_key")) {
            const auto value = take("arg_value");
            if (!value) return false;
            arguments[std::string(trimmed(*key))] = value_of(without_line_feeds(*value));
        }
    }
    if (name.empty() || arguments.empty() || text.find("<arg_") != kNotFound) return false;
    calls.push_back(call_of(name, arguments));
    return true;
}

/// An element that is not closed yet: text, or elements inside.
struct Element {
    std::string_view name;
    std::string text;
    Json inside;  // null: nothing; a list of items, or an object

    Json value() const { return inside.is_null() ? value_of(text) : inside; }
    bool add(std::string_view key, Json value) {
        const bool is_item = key == "item";
        if (inside.is_null()) inside = is_item ? Json::array() : Json::object();
        if (is_item != inside.is_array()) return false;
        if (is_item)
            inside.push_back(std::move(value));
        else
            inside[std::string(key)] = std::move(value);
        return true;
    }
};

/// <invoke name="NAME"> with an element for each argument, elements for what that holds, and the mark before each tag.
bool add_from_marked_elements(std::string_view text, Json& calls) {
    constexpr std::string_view kMark = "]<]minimax[>[<", kInvoke = "invoke name=\"";
    std::vector<Element> open;
    while (const auto before = take_between(text, "", kMark)) {
        if (!open.empty()) open.back().text += *before;
        const size_t end = text.find('>');
        if (end == kNotFound) return false;
        std::string_view tag = text.substr(0, end);
        text.remove_prefix(end + 1);
        if (!tag.starts_with('/')) {
            if (open.empty() && (!tag.starts_with(kInvoke) || !tag.ends_with('"'))) return false;
            if (open.size() > size_t(kMaxNesting)) return false;
            open.push_back({tag, "", Json()});
            continue;
        }
        if (open.empty()) return false;
        const Element closed = std::move(open.back());
        open.pop_back();
        if (closed.name.substr(0, closed.name.find(' ')) != tag.substr(1)) return false;
        if (!open.empty()) {
            if (!open.back().add(closed.name, closed.value())) return false;
            continue;
        }
        const std::string_view name = closed.name.substr(kInvoke.size(), closed.name.size() - kInvoke.size() - 1);
        calls.push_back(call_of(name, closed.inside.is_object() ? closed.inside : Json::object()));
    }
    return open.empty();
}

// ---- Names and literals ----

/// [NAME(KEY=VALUE, …), …], as in Python.
bool add_from_python(std::string_view text, Json& calls) {
    LiteralReader reader(text);
    if (!reader.take("[")) return false;
    do {
        const std::string_view name = reader.word();
        Json arguments = Json::object();
        if (name.empty() || !reader.take("(")) return false;
        while (!reader.take(")")) {
            const std::string_view key = reader.word();
            if (key.empty() || !reader.take("=")) return false;
            auto value = reader.value();
            if (!value) return false;
            arguments[std::string(key)] = std::move(*value);
            if (reader.take(",")) continue;
            if (!reader.take(")")) return false;
            break;
        }
        calls.push_back(call_of(name, arguments));
    } while (reader.take(","));
    return reader.take("]") && reader.at_end();
}

/// call:NAME{…}, the object as Gemma writes it.
bool add_from_gemma(std::string_view text, Json& calls) {
    LiteralReader reader(text);
    if (!reader.take("call:")) return false;
    const std::string_view name = reader.word();
    const auto arguments = reader.value();
    if (name.empty() || !arguments || !arguments->is_object() || !reader.at_end()) return false;
    calls.push_back(call_of(name, *arguments));
    return true;
}

/// NAME, perhaps signs such as "[ARGS]", and a JSON object, perhaps in a Markdown fence.
bool add_from_name_and_object(std::string_view text, Json& calls) {
    constexpr std::string_view kNameCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.:";
    constexpr std::string_view kKind = "function<｜tool▁sep｜>", kBeforeName = "<|tool_call:name|>", kFence = "```";
    if (text.starts_with(kKind)) text.remove_prefix(kKind.size());
    if (const size_t at = text.find(kBeforeName); at != kNotFound) text.remove_prefix(at + kBeforeName.size());
    if (text.ends_with(kFence)) text.remove_suffix(kFence.size());
    const size_t object = std::min(text.find('{'), text.size());
    const std::string_view name = bare_name(text.substr(0, text.find_first_not_of(kNameCharacters)));
    const auto arguments = parse(text.substr(object));
    if (name.empty() || !arguments || !arguments->is_object()) return false;
    calls.push_back(call_of(name, *arguments));
    return true;
}

/// Each reads all of a text or none of it.
constexpr bool (*kReaders[])(std::string_view, Json&) = {
    add_from_json,  add_from_marked_elements, add_from_tags, add_from_key_tags, add_from_python,
    add_from_gemma, add_from_name_and_object,
};

}  // namespace

std::vector<std::string> tool_names(const Json& tools) {
    const Json::json_pointer name("/function/name");
    std::vector<std::string> names;
    for (const Json& tool : tools)
        if (tool.is_object() && tool.contains(name) && tool[name].is_string())
            names.push_back(tool[name].get<std::string>());
    return names;
}

std::optional<Json> read_tool_calls(std::string_view text, std::span<const std::string> tools) {
    text = trimmed(text);
    for (const auto read : kReaders)
        if (Json calls = Json::array(); read(text, calls) && !calls.empty()) return calls;
    if (std::find(tools.begin(), tools.end(), text) != tools.end()) return Json::array({call_of(text, Json::object())});
    return std::nullopt;
}

std::optional<Json> read_bare_tool_calls(std::string_view content, std::span<const std::string> tools) {
    constexpr std::string_view kLead = "functools";
    std::string_view text = trimmed(content);
    if (text.starts_with(kLead)) text.remove_prefix(kLead.size());
    if (!text.starts_with('{') && !text.starts_with('[')) return std::nullopt;
    const auto calls = read_tool_calls(text);
    const auto is_known = [&](const Json& call) {
        return std::find(tools.begin(), tools.end(), call["function"]["name"].get<std::string>()) != tools.end();
    };
    return calls && std::all_of(calls->begin(), calls->end(), is_known) ? calls : std::nullopt;
}

}  // namespace siskin
