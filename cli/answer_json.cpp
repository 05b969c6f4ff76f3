#include "cli/answer_json.h"

#include "cli/signals.h"

namespace siskin {
namespace {

std::string_view finish_reason(const ChatAnswer& answer) {
    const Finish finish = answer.generated.finish;
    if (finish == Finish::EndToken && !answer.tool_calls.empty()) return "tool_calls";
    return finish == Finish::Stopped && stop_code() == 124 ? "time" : name(finish);
}

}  // namespace

nlohmann::ordered_json answer_json(const ChatAnswer& answer) {
    using Json = nlohmann::ordered_json;
    const Generated& out = answer.generated;
    return {{"text", answer.content},
            {"reasoning", answer.reasoning.empty() ? Json() : Json(answer.reasoning)},
            {"tool_calls", answer.tool_calls},
            {"finish_reason", finish_reason(answer)},
            {"stop", out.stop.empty() ? Json() : Json(out.stop)},
            {"truncated", out.finish != Finish::EndToken && out.finish != Finish::StopString}};
}

nlohmann::ordered_json piece_json(AnswerPart part, std::string_view text) {
    return {{"event", part == AnswerPart::Reasoning ? "reasoning" : "text"}, {"piece", text}};
}

std::string one_line(const nlohmann::ordered_json& json) {
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string indented(const nlohmann::ordered_json& json) {
    return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace siskin
