#pragma once
// Where programs keep models on this machine, by their own rules and environment variables. Everything is read in
// place.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace siskin {

/// How a place is laid out.
enum class Layout : uint8_t {
    Hub,     ///< Hugging Face: models--OWNER--NAME/{blobs,refs,snapshots/REVISION/FILE}; llama.cpp's files beside them
    Flat,    ///< llama.cpp until 2026: files beside each other
    Ollama,  ///< manifests/HOST/OWNER/NAME/TAG, JSON that names the file blobs/sha256-DIGEST
    Tree     ///< LM Studio: OWNER/NAME/FILE
};

struct Place {
    Layout layout;
    std::filesystem::path folder;
};

/// Every place that exists, none twice, in this order: LLAMA_CACHE, HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE, HF_HOME/hub,
/// XDG_CACHE_HOME/huggingface/hub, ~/.cache/huggingface/hub; the older folders of llama.cpp; Ollama; LM Studio.
std::vector<Place> model_places();

/// The first of these that the environment names, whether it exists or not: where downloads go. Throws
/// Error(CannotCreate) without a home.
std::filesystem::path hub_folder();
/// Where `hf auth login` leaves its token; empty without a home.
std::filesystem::path hub_token_file();
/// Where llama.cpp puts files that come from an address alone. Throws Error(CannotCreate) without a home.
std::filesystem::path llama_folder();

/// An environment variable, empty where it is not set.
std::string_view environment(const char* name);
/// The path with the home folder written as "~".
std::string short_path(const std::filesystem::path& path);

}  // namespace siskin
