#include "engine/chat/answer_splitter.h"

#include <algorithm>
#include <utility>

#include "engine/chat/tool_calls.h"

namespace siskin {
namespace {

constexpr size_t kNotFound = std::string_view::npos;
constexpr std::string_view kSpace = " \t\n\v\f\r";

constexpr AnswerSection kSections[] = {
    {AnswerPart::Reasoning, "<think>", "</think>", true},
    {AnswerPart::Reasoning, "<thinking>", "</thinking>", true},
    {AnswerPart::Reasoning, "<seed:think>", "</seed:think>", true},
    {AnswerPart::Reasoning, "<mm:think>", "</mm:think>", true},
    {AnswerPart::Reasoning, "<think:opensource>", "</think:opensource>", true},
    {AnswerPart::Reasoning, "Here are my reasoning steps:\n", "[BEGIN FINAL RESPONSE]", true},
    {AnswerPart::Reasoning, "[THINK]", "[/THINK]", true},
    {AnswerPart::Reasoning, "<|START_THINKING|>", "<|END_THINKING|>", true},
    {AnswerPart::Reasoning, "<|inner_prefix|>", "<|inner_suffix|>", true},
    {AnswerPart::Reasoning, "<|channel>thought\n", "<channel|>", true},
    {AnswerPart::Reasoning, "<|channel|>analysis<|message|>", "<|end|>", true},
    {AnswerPart::Reasoning, "<|think|>", "<|end|>", true},
    {AnswerPart::Reasoning, " to=self<|message|>", "<|eom|>", true},
    {AnswerPart::ToolCall, "<tool_call>", "</tool_call>"},
    {AnswerPart::ToolCall, "<tool_calls>", "</tool_calls>"},
    {AnswerPart::ToolCall, "<tool_call:opensource>", "</tool_call:opensource>"},
    {AnswerPart::ToolCall, "<seed:tool_call>", "</seed:tool_call>"},
    {AnswerPart::ToolCall, "<minimax:tool_call>", "</minimax:tool_call>"},
    {AnswerPart::ToolCall, "]<]minimax[>[<tool_call>", "]<]minimax[>[</tool_call>"},
    {AnswerPart::ToolCall, "<｜DSML｜function_calls>", "</｜DSML｜function_calls>"},
    {AnswerPart::ToolCall, "<｜DSML｜tool_calls>", "</｜DSML｜tool_calls>"},
    {AnswerPart::ToolCall, "<atem:function_calls>", "</atem:function_calls>"},
    {AnswerPart::ToolCall, "<function=", "</function>", false, true},
    {AnswerPart::ToolCall, "<function name=", "</function>", false, true},
    {AnswerPart::ToolCall, "<TOOLCALL>", "</TOOLCALL>"},
    {AnswerPart::ToolCall, "[TOOL_CALLS]", ""},
    {AnswerPart::ToolCall, "<|function_call|>", ""},
    {AnswerPart::ToolCall, "<|tool_call|>", ""},
    {AnswerPart::ToolCall, "<|python_tag|>", ""},
    {AnswerPart::ToolCall, "<|START_ACTION|>", "<|END_ACTION|>"},
    {AnswerPart::ToolCall, "<|tools_prefix|>", "<|tools_suffix|>"},
    {AnswerPart::ToolCall, "<|tool_call>", "<tool_call|>"},
    {AnswerPart::ToolCall, "<|tool_call_start|>", "<|tool_call_end|>"},
    {AnswerPart::ToolCall, "<|tool_call:begin|>", "<|tool_call:end|>"},
    {AnswerPart::ToolCall, "<|tool_call_begin|>", "<|tool_call_end|>"},
    {AnswerPart::ToolCall, "<｜tool▁call▁begin｜>", "<｜tool▁call▁end｜>"},
    {AnswerPart::ToolCall, "<|channel|>commentary to=functions.", "<|call|>"},
    {AnswerPart::ToolCall, " to=functions.", "<|call|>", true},
};

/// Functionary 3.2 names a tool, or all, at the beginning of each part of an answer. Other models write this sign as
/// text.
constexpr AnswerSection kAddressed = {AnswerPart::ToolCall, ">>>", "", false, false, "all\n"};

constexpr std::string_view kMarks[] = {
    "<|start|>assistant",
    "<|channel|>final<|message|>",
    "<|channel|>commentary<|message|>",
    "<|begin|>assistant",
    "<|content|>",
    " to=user<|message|>",
    "<|START_RESPONSE|>",
    "<|END_RESPONSE|>",
    "<|START_TEXT|>",
    "<|END_TEXT|>",
    "<|tool_calls_section_begin|>",
    "<|tool_calls_section_end|>",
    "<｜tool▁calls▁begin｜>",
    "<｜tool▁calls▁end｜>",
    "<|tool_calls|>",
    "<|calls|>",
    "<tool_calls:opensource>",
    "</tool_calls:opensource>",
    "[END FINAL RESPONSE]",
};

/// Tokens inside of calls.
constexpr std::string_view kInsideCalls[] = {"<|\"|>", "<｜tool▁sep｜>", "<|tool_call:name|>", "<|tool_call:args|>"};

std::string_view without_leading_space(std::string_view text) {
    return text.substr(std::min(text.size(), text.find_first_not_of(kSpace)));
}

bool is_blank(std::string_view text) { return text.find_first_not_of(kSpace) == kNotFound; }

/// Length of the longest end of `text` that is a beginning of `sign`, but not all of it.
size_t overlap(std::string_view text, std::string_view sign) {
    for (size_t n = std::min(text.size(), sign.size() - 1); n > 0; --n)
        if (text.ends_with(sign.substr(0, n))) return n;
    return 0;
}

}  // namespace

AnswerSyntax AnswerSyntax::of(const Tokenizer& tokenizer, std::vector<std::string> tools) {
    AnswerSyntax syntax;
    syntax.tools = std::move(tools);
    const bool with_tools = !syntax.tools.empty();
    if (tokenizer.model_name() == "none") return syntax;
    /// Whether a sign has special tokens.
    const auto show = [&](std::string_view sign) {
        const TextRange own = {0, sign.size()};
        std::vector<Token> tokens;
        std::vector<Seam> seams;
        tokenizer.encode_mixed(sign, {&own, 1}, true, tokens, seams);
        for (const Seam& seam : seams) syntax.shown.push_back(tokens[seam.n_tokens]);
        return !seams.empty();
    };
    // Where the vocabulary has no such tokens, a sign that looks like one is text like any other.
    const auto can_stand = [&](std::string_view sign) {
        const bool looks_like_control =
            sign.find("<|") != kNotFound || (sign.starts_with("<｜") && sign.ends_with("｜>"));
        return show(sign) || !looks_like_control;
    };
    for (const AnswerSection& section : kSections) {
        if (section.part == AnswerPart::ToolCall && !with_tools) continue;
        if (!can_stand(section.open)) continue;
        syntax.sections.push_back(&section);
        show(section.close);
    }
    for (const std::string_view mark : kMarks)
        if (can_stand(mark)) syntax.marks.push_back(mark);
    if (with_tools)
        for (const std::string_view sign : kInsideCalls) show(sign);
    return syntax;
}

const AnswerSection* AnswerSyntax::begun_in(std::string_view prompt) const {
    if (prompt.ends_with(kAddressed.open)) return &kAddressed;
    for (const AnswerSection* section : sections) {
        const size_t open = section->part == AnswerPart::Reasoning ? prompt.rfind(section->open) : kNotFound;
        if (open != kNotFound && prompt.find(section->close, open + section->open.size()) == kNotFound) return section;
    }
    return nullptr;
}

AnswerSplitter::AnswerSplitter(const AnswerSyntax& syntax, const AnswerSection* begun, Sink sink)
    : syntax_(syntax), sink_(std::move(sink)), begun_(begun) {
    if (begun) enter(begun);
}

/// Calls `look` for every text that means something here, with the section that it opens if it does.
void AnswerSplitter::for_each_sign(const std::function<void(std::string_view, const AnswerSection*)>& look) const {
    if (section_ && !section_->close.empty()) return look(section_->close, nullptr);
    if (section_) return look(section_->open, section_);
    for (const AnswerSection* section : syntax_.sections)
        if (!section->only_first || content_.empty()) look(section->open, section);
    if (begun_ && !begun_->content.empty()) look(begun_->open, begun_);
    for (const std::string_view mark : syntax_.marks) look(mark, nullptr);
}

bool AnswerSplitter::find_sign(Sign& sign) const {
    sign.at = kNotFound;
    for_each_sign([&](std::string_view text, const AnswerSection* opens) {
        const size_t at = held_.find(text);
        if (at == kNotFound || at > sign.at || (at == sign.at && text.size() < sign.text.size())) return;
        const bool too_late = opens && opens->only_first && !is_blank(std::string_view(held_).substr(0, at));
        if (!too_late) sign = {at, text, opens};
    });
    return sign.at != kNotFound;
}

bool AnswerSplitter::push(std::string_view text) {
    held_ += text;
    for (Sign sign; find_sign(sign);) {
        take(std::string_view(held_).substr(0, sign.at));
        held_.erase(0, sign.at + sign.text.size());
        const bool ends_section = section_ && !sign.opens;
        if (section_) end_call(ends_section ? sign.text : "");
        if (sign.opens || ends_section) enter(sign.opens, sign.opens ? sign.text : std::string_view());
    }
    size_t n_held = 0;
    for_each_sign(
        [&](std::string_view sign, const AnswerSection*) { n_held = std::max(n_held, overlap(held_, sign)); });
    const size_t n_certain = held_.size() - n_held;
    take(std::string_view(held_).substr(0, n_certain));
    held_.erase(0, n_certain);
    return wanted_;
}

void AnswerSplitter::finish() {
    take(std::exchange(held_, {}));
    if (section_) end_call("");
    if (!section_ && !sectioned_) emit(AnswerPart::Content, std::exchange(space_, {}));
}

void AnswerSplitter::enter(const AnswerSection* section, std::string_view sign) {
    section_ = section;
    sign_ = sign;
    sectioned_ = true;
    space_.clear();
}

void AnswerSplitter::end_call(std::string_view close) {
    if (section_->part != AnswerPart::ToolCall) return;
    const std::string inside = std::exchange(call_, {});
    const std::string whole = std::string(sign_) + inside + std::string(close);
    if (const auto calls = read_tool_calls(section_->signs_count ? whole : inside, syntax_.tools))
        tool_calls_.insert(tool_calls_.end(), calls->begin(), calls->end());
    else
        emit(AnswerPart::Content, whole);
}

/// Text of the section that we are in.
void AnswerSplitter::take(std::string_view text) {
    if (section_ && section_->part == AnswerPart::ToolCall) {
        call_ += text;
        if (section_->content.empty() || !call_.starts_with(section_->content)) return;
        const std::string content = std::exchange(call_, {}).substr(section_->content.size());
        enter(nullptr);
        return take(content);
    }
    const bool is_reasoning = section_ != nullptr;
    if (!is_reasoning && !content_.empty()) return emit(AnswerPart::Content, text);
    // White space at the beginning, and at the end of reasoning, waits for what follows.
    std::string all = std::exchange(space_, {}) + std::string(text);
    const size_t n_text = all.find_last_not_of(kSpace) + 1;
    if (n_text == 0 || is_reasoning) {
        space_ = all.substr(n_text);
        all.resize(n_text);
    }
    const bool at_beginning = is_reasoning ? reasoning_.empty() : sectioned_;
    emit(is_reasoning ? AnswerPart::Reasoning : AnswerPart::Content, at_beginning ? without_leading_space(all) : all);
}

void AnswerSplitter::emit(AnswerPart part, std::string_view text) {
    if (text.empty()) return;
    (part == AnswerPart::Reasoning ? reasoning_ : content_) += text;
    if (wanted_ && sink_) wanted_ = sink_(part, text);
}

}  // namespace siskin
