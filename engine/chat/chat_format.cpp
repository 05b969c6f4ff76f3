#include "engine/chat/chat_format.h"

#include <string>

namespace siskin {
namespace {

constexpr ChatFormat kFormats[] = {
    {.name = "phi4",
     .system_open = "<|im_start|>system<|im_sep|>",
     .system_close = "<|im_end|>",
     .user_open = "<|im_start|>user<|im_sep|>",
     .user_close = "<|im_end|>",
     .answer_open = "<|im_start|>assistant<|im_sep|>",
     .answer_close = "<|im_end|>",
     .sign = "<|im_sep|>"},
    {.name = "chatml",
     .system_open = "<|im_start|>system\n",
     .system_close = "<|im_end|>\n",
     .user_open = "<|im_start|>user\n",
     .user_close = "<|im_end|>\n",
     .answer_open = "<|im_start|>assistant\n",
     .answer_close = "<|im_end|>\n",
     .sign = "<|im_start|>"},
    {.name = "llama3",
     .system_open = "<|start_header_id|>system<|end_header_id|>\n\n",
     .system_close = "<|eot_id|>",
     .user_open = "<|start_header_id|>user<|end_header_id|>\n\n",
     .user_close = "<|eot_id|>",
     .answer_open = "<|start_header_id|>assistant<|end_header_id|>\n\n",
     .answer_close = "<|eot_id|>",
     .bos = true,
     .trim = true,
     .sign = "<|start_header_id|>"},
    {.name = "gemma",
     .system_close = "\n\n",
     .user_open = "<start_of_turn>user\n",
     .user_close = "<end_of_turn>\n",
     .answer_open = "<start_of_turn>model\n",
     .answer_close = "<end_of_turn>\n",
     .system_in_user = true,
     .bos = true,
     .trim = true,
     .sign = "<start_of_turn>"},
    {.name = "phi3",
     .system_open = "<|system|>\n",
     .system_close = "<|end|>\n",
     .user_open = "<|user|>\n",
     .user_close = "<|end|>\n",
     .answer_open = "<|assistant|>\n",
     .answer_close = "<|end|>\n",
     .sign = "'<|user|>"},
    {.name = "mistral-v7-tekken",
     .system_open = "[SYSTEM_PROMPT]",
     .system_close = "[/SYSTEM_PROMPT]",
     .user_open = "[INST]",
     .user_close = "[/INST]",
     .answer_close = "</s>",
     .bos = true,
     .sign = "[SYSTEM_PROMPT]"},
    {.name = "mistral-v3-tekken",
     .system_close = "\n\n",
     .user_open = "[INST]",
     .user_close = "[/INST]",
     .answer_close = "</s>",
     .system_in_user = true,
     .bos = true,
     .sign = "\"[INST]\""},
    {.name = "llama2",
     .system_open = "<<SYS>>\n",
     .system_close = "\n<</SYS>>\n\n",
     .user_open = "[INST] ",
     .user_close = " [/INST]",
     .answer_close = " </s><s>",
     .system_in_user = true,
     .bos = true,
     .sign = "<<SYS>>"},
    {.name = "mistral-v1",
     .system_close = "\n\n",
     .user_open = " [INST] ",
     .user_close = " [/INST]",
     .answer_close = "</s>",
     .system_in_user = true,
     .bos = true,
     .sign = " [INST]"},
    {.name = "mistral-v3",
     .system_close = "\n\n",
     .user_open = "[INST] ",
     .user_close = "[/INST]",
     .answer_close = "</s>",
     .system_in_user = true,
     .bos = true,
     .sign = "[INST]"},
};

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view kSpace = " \t\n\v\f\r";
    const size_t first = text.find_first_not_of(kSpace);
    return first == std::string_view::npos ? std::string_view()
                                           : text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

/// Joins what the format says and what people say. Text between two control tokens is encoded in one go, whoever it is
/// from, because tokens may span the seam.
class Writer {
  public:
    Writer(const ChatFormat& format, const Tokenizer& tokenizer) : format_(format), tokenizer_(tokenizer) {}

    void bos() {
        if ((format_.bos || tokenizer_.add_bos()) && tokenizer_.bos() != kNoToken) out_.push_back(tokenizer_.bos());
    }

    /// The format's own text: "<…>" and "[…]" that the vocabulary has as control tokens become these.
    void own(std::string_view text) {
        for (size_t i = 0; i < text.size();) {
            const size_t n = control_length(text.substr(i));
            if (n == 0) {
                text_ += text[i++];
                continue;
            }
            flush();
            out_.push_back(tokenizer_.find(text.substr(i, n)));
            i += n;
        }
    }

    void message(std::string_view text) { text_ += format_.trim ? trimmed(text) : text; }

    std::vector<Token> finish() {
        flush();
        return std::move(out_);
    }

  private:
    size_t control_length(std::string_view text) const {
        const char close = text[0] == '<' ? '>' : text[0] == '[' ? ']' : '\0';
        const size_t end = close ? text.find(close) : std::string_view::npos;
        if (end == std::string_view::npos) return 0;
        const Token token = tokenizer_.find(text.substr(0, end + 1));
        return token != kNoToken && tokenizer_.is_control(token) ? end + 1 : 0;
    }

    void flush() {
        if (text_.empty()) return;
        const std::vector<Token> tokens = tokenizer_.encode(text_, {.add_special = false, .parse_special = false});
        out_.insert(out_.end(), tokens.begin(), tokens.end());
        text_.clear();
    }

    const ChatFormat& format_;
    const Tokenizer& tokenizer_;
    std::vector<Token> out_;
    std::string text_;
};

}  // namespace

std::span<const ChatFormat> all_chat_formats() { return kFormats; }

const ChatFormat* find_chat_format(std::string_view name) {
    for (const ChatFormat& format : kFormats)
        if (format.name == name) return &format;
    return nullptr;
}

const ChatFormat& fallback_chat_format() { return *find_chat_format("chatml"); }

const ChatFormat* recognise_template(std::string_view chat_template) {
    for (const ChatFormat& format : kFormats)
        if (chat_template.find(format.sign) != std::string_view::npos) return &format;
    return nullptr;
}

const ChatFormat* recognise_vocabulary(const Tokenizer& tokenizer) {
    for (const ChatFormat& format : kFormats) {
        const Token token = tokenizer.find(format.sign);
        if (token != kNoToken && tokenizer.is_control(token)) return &format;
    }
    return nullptr;
}

std::vector<Token> first_turn(const ChatFormat& format, const Tokenizer& tokenizer, std::string_view system,
                              std::string_view user) {
    Writer writer(format, tokenizer);
    const auto write_system = [&] {
        if (system.empty()) return;
        writer.own(format.system_open);
        writer.message(system);
        writer.own(format.system_close);
    };
    writer.bos();
    if (!format.system_in_user) write_system();
    writer.own(format.user_open);
    if (format.system_in_user) write_system();
    writer.message(user);
    writer.own(format.user_close);
    writer.own(format.answer_open);
    return writer.finish();
}

std::vector<Token> next_turn(const ChatFormat& format, const Tokenizer& tokenizer, std::string_view user) {
    Writer writer(format, tokenizer);
    writer.own(format.answer_close);
    writer.own(format.user_open);
    writer.message(user);
    writer.own(format.user_close);
    writer.own(format.answer_open);
    return writer.finish();
}

}  // namespace siskin
