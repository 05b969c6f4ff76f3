#pragma once
// The models of this machine, whoever put them there, by the names that their own tools give them:
//   OWNER/NAME:TYPE        Hugging Face's cache and LM Studio; OWNER/NAME/FILE where two files have the same type
//   NAME:TAG               Ollama
//   the file's stem        llama.cpp's older folder
// Nothing is copied or moved.

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/library/places.h"

namespace siskin {

enum class Tool : uint8_t { HuggingFace, LlamaCpp, Ollama, LmStudio };
std::string_view tool_name(Tool tool);

struct LibraryModel {
    std::string name;  ///< how it is listed, and found
    Tool tool = Tool::HuggingFace;
    std::string group;      ///< what the models of a repository share: "OWNER/NAME", "llama3.2"; empty for a lone file
    std::string tag;        ///< what sets them apart: the type, Ollama's tag
    std::string stem;       ///< of the file in its group; empty for Ollama's, which have no names of their own
    bool from_hub = false;  ///< group is a repository of Hugging Face
    std::string type;       ///< the type of most tensors where a name says so, otherwise empty
    std::filesystem::path file;  ///< the first part
    uint64_t bytes = 0;          ///< of all parts that are there
    uint32_t n_parts = 1, n_found = 1;
    std::string problem;  ///< what is missing, otherwise empty
};

struct Library {
    std::vector<LibraryModel> models;               ///< in the order of places, sorted by name in each
    std::vector<std::filesystem::path> unfinished;  ///< downloads that were not completed
};

/// What there is, from the names of files and from Ollama's manifests alone. What cannot be read is left out.
Library read_library(std::span<const Place> places);

/// The models that a name means, case ignored, of the first of these that there is: the exact name, file or tag; the
/// type somewhere in a file's name; without a type the usual one; without a type any. More than one are equally good
/// matches. Copies of one file count once.
std::vector<const LibraryModel*> find_models(const Library& library, std::string_view name);

}  // namespace siskin
