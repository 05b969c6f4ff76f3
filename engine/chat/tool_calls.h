#pragma once
// Calls of tools as models write them, in the form that OpenAI's interface gives them.

#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace siskin {

/// The calls in what stood in one AnswerPart::ToolCall: a list of {"id", "type": "function", "function": {"name",
/// "arguments"}}, the arguments as JSON in a string and the id empty. Nothing for what is not all calls. Read are
///     {"name": …, "arguments": {…}}, {NAME: {…}}, and lists of these
///     NAME and a JSON object; call:NAME{KEY:VALUE, …}; [NAME(KEY=VALUE, …), …]
///     <function=NAME><parameter=KEY>VALUE</parameter></function>, and other tags of this kind
///     NAME<arg_key>KEY</arg_key><arg_value>VALUE</arg_value>
///     <invoke name="NAME"><KEY>VALUE</KEY></invoke> with MiniMax's mark before each tag
///     NAME alone, if it is one of the tools'
std::optional<nlohmann::ordered_json> read_tool_calls(std::string_view text, std::span<const std::string> tools = {});

/// The names of tools as in OpenAI's interface.
std::vector<std::string> tool_names(const nlohmann::ordered_json& tools);

/// The calls in an answer that is nothing else: JSON that names one of the tools and gives its arguments, as Llama 3
/// writes it, or those calls as Python. Nothing for any other answer.
std::optional<nlohmann::ordered_json> read_bare_tool_calls(std::string_view content,
                                                           std::span<const std::string> tools);

}  // namespace siskin
