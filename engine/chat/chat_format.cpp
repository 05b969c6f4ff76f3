#include "engine/chat/chat_format.h"

namespace siskin {
namespace {

constexpr ChatFormat kFormats[] = {
    {.name = "phi4",
     .source = "{% for m in messages %}<|im_start|>{{ m.role }}<|im_sep|>{{ m.content }}<|im_end|>{% endfor %}"
               "{% if add_generation_prompt %}<|im_start|>assistant<|im_sep|>{% endif %}",
     .sign = "<|im_sep|>"},
    {.name = "chatml",
     .source = "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
               "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}",
     .sign = "<|im_start|>"},
    {.name = "llama3",
     .source = "{{ bos_token }}{% for m in messages %}<|start_header_id|>{{ m.role }}<|end_header_id|>\n\n"
               "{{ m.content | trim }}<|eot_id|>{% endfor %}"
               "{% if add_generation_prompt %}<|start_header_id|>assistant<|end_header_id|>\n\n{% endif %}",
     .sign = "<|start_header_id|>"},
    {.name = "gemma",
     .source = "{{ bos_token }}{% for m in messages if m.role != 'system' %}<start_of_turn>"
               "{{ 'model' if m.role == 'assistant' else 'user' }}\n{{ m.content | trim }}<end_of_turn>\n{% endfor %}"
               "{% if add_generation_prompt %}<start_of_turn>model\n{% endif %}",
     .sign = "<start_of_turn>"},
    {.name = "phi3",
     .source = "{% for m in messages %}<|{{ m.role }}|>\n{{ m.content }}<|end|>\n{% endfor %}"
               "{% if add_generation_prompt %}<|assistant|>\n{% endif %}",
     .sign = "'<|user|>"},
    {.name = "mistral-v7-tekken",
     .source = "{{ bos_token }}{% for m in messages %}"
               "{% if m.role == 'system' %}[SYSTEM_PROMPT]{{ m.content }}[/SYSTEM_PROMPT]"
               "{% elif m.role == 'user' %}[INST]{{ m.content }}[/INST]"
               "{% else %}{{ m.content }}</s>{% endif %}{% endfor %}",
     .sign = "[SYSTEM_PROMPT]"},
    {.name = "mistral-v3-tekken",
     .source = "{{ bos_token }}{% for m in messages %}"
               "{% if m.role == 'user' %}[INST]{{ m.content }}[/INST]"
               "{% elif m.role == 'assistant' %}{{ m.content }}</s>{% endif %}{% endfor %}",
     .sign = "\"[INST]\""},
    {.name = "llama2",
     .source = "{{ bos_token }}[INST] {% for m in messages %}"
               "{% if m.role == 'system' %}<<SYS>>\n{{ m.content }}\n<</SYS>>\n\n"
               "{% elif m.role == 'user' %}{{ m.content }} [/INST]"
               "{% else %} {{ m.content }} </s><s>[INST] {% endif %}{% endfor %}",
     .sign = "<<SYS>>"},
    {.name = "mistral-v1",
     .source = "{{ bos_token }}{% for m in messages %}"
               "{% if m.role == 'user' %} [INST] {{ m.content }} [/INST]"
               "{% elif m.role == 'assistant' %}{{ m.content }}</s>{% endif %}{% endfor %}",
     .sign = " [INST]"},
    {.name = "mistral-v3",
     .source = "{{ bos_token }}{% for m in messages %}"
               "{% if m.role == 'user' %}[INST] {{ m.content }}[/INST]"
               "{% elif m.role == 'assistant' %}{{ m.content }}</s>{% endif %}{% endfor %}",
     .sign = "[INST]"},
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

}  // namespace siskin
