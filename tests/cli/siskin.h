#pragma once
// The program under test and the models it gets.

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/temp_folder.h"
#include "tests/support/tiny_model.h"

namespace siskin::test {

using Words = std::vector<std::string>;

inline Words operator+(Words words, const Words& more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

inline size_t count_lines(const std::string& text) { return size_t(std::count(text.begin(), text.end(), '\n')); }

inline std::vector<std::string> siskin_command(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), SISKIN_PROGRAM);
    return arguments;
}

inline Finished call(std::vector<std::string> arguments, const ProcessOptions& options = {}) {
    return run_process(siskin_command(std::move(arguments)), options);
}

/// A folder of models for the tests of one program.
class Models {
  public:
    static constexpr const char* kChatml =
        "{% for m in messages %}{{ '<|im_start|>' + m.role + '\\n' + m.content + '<|im_end|>\\n' }}{% endfor %}"
        "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

    /// A random llama with a vocabulary of bytes. No chat template.
    std::string plain() { return put("plain.gguf", make_tiny(tiny_recipe("llama"))); }
    /// A random qwen2 whose vocabulary and template are ChatML's.
    std::string chatml() {
        TinyFile file = make_tiny(tiny_recipe("qwen2"));
        file.set("tokenizer.chat_template", std::string(kChatml));
        return put("chatml.gguf", file);
    }
    /// Writes one token, and would for a million.
    std::string parrot(const std::string& token) {
        TinyRecipe recipe = tiny_recipe("llama");
        recipe.output_bias = true;
        TinyFile file = make_tiny(recipe);
        file.set("llama.context_length", 1u << 20);
        const auto model = load_bytes(file.bytes());
        const float much = 1e4f;
        const auto id = size_t(model->tokenizer().find(token));
        std::memcpy(file.tensor("output.bias").data.data() + id * sizeof much, &much, sizeof much);
        return put("parrot.gguf", file);
    }
    /// A qwen2 that answers whatever it reads with these pieces, one token each, no piece twice; those that look like
    /// control tokens are such.
    std::string reciter(const std::vector<std::string>& pieces, const std::string& chat_template) {
        TinyRecipe recipe = tiny_recipe("qwen2");
        recipe.output = true;
        TinyFile file = make_tiny(recipe);
        std::vector<std::string> tokens;
        std::vector<int32_t> types;
        for (const auto& [key, value] : file.pairs) {
            if (key == "tokenizer.ggml.tokens") tokens = std::get<std::vector<std::string>>(value);
            if (key == "tokenizer.ggml.token_type") types = std::get<std::vector<int32_t>>(value);
        }
        const auto index_of = [&](std::string_view token) {
            return size_t(std::find(tokens.begin(), tokens.end(), token) - tokens.begin());
        };
        // Without its layers a model continues each token by what the output says of the token's embedding: here the
        // embedding of piece i is the axis i + 1, any other token's axis 0, and axis i leads to piece i.
        for (TinyTensor& tensor : file.tensors) {
            const bool dropped =
                tensor.name.ends_with("attn_output.weight") || tensor.name.ends_with("ffn_down.weight");
            if (dropped || tensor.name == "token_embd.weight" || tensor.name == "output.weight")
                std::fill(tensor.data.begin(), tensor.data.end(), std::byte{0});
        }
        const auto put_one = [&](const char* name, size_t token, size_t axis, float value) {
            std::memcpy(file.tensor(name).data.data() + (token * recipe.n_embd + axis) * sizeof value, &value,
                        sizeof value);
        };
        const size_t first = index_of("<|im_end|>") + 1;
        for (size_t i = 0; i < pieces.size(); ++i) {
            tokens.at(first + i) = pieces[i];
            types.at(first + i) = pieces[i].starts_with("<") ? 3 : 4;
            put_one("output.weight", first + i, i, 50);
        }
        put_one("output.weight", index_of("<|endoftext|>"), pieces.size(), 50);
        for (size_t token = 0; token < tokens.size(); ++token)
            put_one("token_embd.weight", token, token >= first && token < first + pieces.size() ? token - first + 1 : 0,
                    1);
        file.set("tokenizer.ggml.tokens", tokens);
        file.set("tokenizer.ggml.token_type", types);
        file.set("tokenizer.chat_template", chat_template);
        return put("reciter.gguf", file);
    }
    std::string put(const std::string& name, const TinyFile& file) { return folder_.put(name, file.bytes()); }
    std::string put(const std::string& name, std::string_view text) {
        return folder_.put(name, std::as_bytes(std::span(text)));
    }
    std::string path(const std::string& name) { return folder_ / name; }

  private:
    TempFolder folder_;
};

}  // namespace siskin::test
