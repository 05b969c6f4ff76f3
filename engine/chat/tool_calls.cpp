#include "engine/chat/tool_calls.h"

#include <algorithm>
#include <string>

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

bool add_from_json(const Json& json, Json& calls) {
    if (json.is_array())
        return std::all_of(json.begin(), json.end(), [&](const Json& c) { return add_from_json(c, calls); });
    const auto first_of = [&](std::initializer_list<const char*> keys) -> const Json* {
        for (const char* key : keys)
            if (json.is_object() && json.contains(key)) return &json[key];
        return nullptr;
    };
    const Json* name = first_of({"name", "tool_name"});
    const Json* arguments = first_of({"arguments", "parameters"});
    if (!name || !name->is_string()) return false;
    calls.push_back(call_of(name->get<std::string>(), arguments ? *arguments : Json::object()));
    return true;
}

/// A value in tags is text, unless it is JSON of another kind.
Json value_of(std::string_view text) {
    const std::optional<Json> json = parse(text);
    return json && !json->is_string() ? *json : Json(text);
}

std::string_view without_line_feeds(std::string_view text) {
    if (text.starts_with('\n')) text.remove_prefix(1);
    if (text.ends_with('\n')) text.remove_suffix(1);
    return text;
}

bool add_from_function_tags(std::string_view text, Json& calls) {
    const size_t before = calls.size();
    while (auto function = take_between(text, "<function=", "</function>")) {
        const size_t name_end = function->find('>');
        if (name_end == kNotFound) return false;
        const std::string_view name = function->substr(0, name_end);
        function->remove_prefix(name_end + 1);
        Json arguments = Json::object();
        while (const auto parameter = take_between(*function, "<parameter=", "</parameter>")) {
            const size_t key_end = parameter->find('>');
            if (key_end == kNotFound) return false;
            arguments[std::string(parameter->substr(0, key_end))] =
                value_of(without_line_feeds(parameter->substr(key_end + 1)));
        }
        calls.push_back(call_of(trimmed(name), arguments));
    }
    return calls.size() > before;
}

bool add_from_key_tags(std::string_view text, Json& calls) {
    const std::string_view name = trimmed(text.substr(0, text.find('<')));
    Json arguments = Json::object();
    while (const auto key = take_between(text, "<arg_key>", "</arg_key>")) {
        const auto value = take_between(text, "<arg_value>", "</arg_value>");
        if (!value) return false;
        arguments[std::string(trimmed(*key))] = value_of(without_line_feeds(*value));
    }
    if (name.empty() || arguments.empty()) return false;
    calls.push_back(call_of(name, arguments));
    return true;
}

/// NAME, perhaps signs such as "[ARGS]", and a JSON object.
bool add_from_name_and_object(std::string_view text, Json& calls) {
    constexpr std::string_view kNameCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.:";
    const size_t object = std::min(text.find('{'), text.size());
    const std::string_view name = bare_name(text.substr(0, text.find_first_not_of(kNameCharacters)));
    const auto arguments = parse(text.substr(object));
    if (name.empty() || !arguments || !arguments->is_object()) return false;
    calls.push_back(call_of(name, *arguments));
    return true;
}

}  // namespace

std::optional<Json> read_tool_calls(std::string_view text) {
    text = trimmed(text);
    Json calls = Json::array();
    const std::optional<Json> json = parse(text);
    const bool read = json                                                ? add_from_json(*json, calls)
                      : text.find("<function=") != std::string_view::npos ? add_from_function_tags(text, calls)
                      : text.find("<arg_key>") != std::string_view::npos  ? add_from_key_tags(text, calls)
                                                                          : add_from_name_and_object(text, calls);
    return read && !calls.empty() ? std::optional(calls) : std::nullopt;
}

std::optional<Json> read_bare_tool_calls(std::string_view content, const Json& tools) {
    const std::string_view text = trimmed(content);
    if (!text.starts_with('{') && !text.starts_with('[')) return std::nullopt;
    const auto calls = read_tool_calls(text);
    const auto is_known = [&](const Json& call) {
        return std::any_of(tools.begin(), tools.end(), [&](const Json& tool) {
            return tool.is_object() &&
                   tool.value(Json::json_pointer("/function/name"), Json()) == call["function"]["name"];
        });
    };
    return calls && std::all_of(calls->begin(), calls->end(), is_known) ? calls : std::nullopt;
}

}  // namespace siskin
