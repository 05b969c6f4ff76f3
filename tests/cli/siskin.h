#pragma once
// The program under test and the models it gets.

#include <cstring>
#include <string>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/temp_folder.h"
#include "tests/support/tiny_model.h"

namespace siskin::test {

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
    /// A random llama with a vocabulary of bytes. No chat template.
    std::string plain() { return put("plain.gguf", make_tiny(tiny_recipe("llama"))); }
    /// A random qwen2 whose vocabulary and template are ChatML's.
    std::string chatml() {
        TinyFile file = make_tiny(tiny_recipe("qwen2"));
        file.set("tokenizer.chat_template", std::string("{{ '<|im_start|>' + role }}"));
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
    std::string put(const std::string& name, const TinyFile& file) { return folder_.put(name, file.bytes()); }
    std::string put(const std::string& name, std::string_view text) {
        return folder_.put(name, std::as_bytes(std::span(text)));
    }
    std::string path(const std::string& name) { return folder_ / name; }

  private:
    TempFolder folder_;
};

}  // namespace siskin::test
