#pragma once
// From what people write for MODEL to a file.

#include <filesystem>
#include <string>

namespace siskin {

/// The file that a path, a name in the library or "hf:OWNER/NAME[:TYPE]" means. Throws Error(NoInput) that says what
/// was searched and what to do, or Error(Usage) that lists the candidates of an ambiguous name. Nothing is downloaded.
std::filesystem::path resolve_model(const std::string& text);

/// Whether the first word of a command line that may also hold a prompt is meant for a model: a path, a file, "hf:…",
/// the name of a model that is there, or one that only a model would have (llama3.2:1b, Qwen3-4B-Q4_K_M). A file
/// without the ending .gguf is one where something else can be the prompt or where it begins like a model.
bool looks_like_model(const std::string& text, bool more_follows);

}  // namespace siskin
