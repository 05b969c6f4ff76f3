#include "cli/library/places.h"

#include <algorithm>
#include <cstdlib>

#include "formats/error.h"

namespace siskin {
namespace {

namespace fs = std::filesystem;

/// A folder below what a variable names; empty where it names nothing.
fs::path below(const char* variable, const char* inner) {
    const std::string_view named = environment(variable);
    return named.empty() ? fs::path() : fs::path(named) / inner;
}

/// The folders of Hugging Face's cache by precedence; empty paths where a variable is not set.
std::vector<fs::path> hub_folders() {
    return {fs::path(environment("LLAMA_CACHE")),           fs::path(environment("HF_HUB_CACHE")),
            fs::path(environment("HUGGINGFACE_HUB_CACHE")), below("HF_HOME", "hub"),
            below("XDG_CACHE_HOME", "huggingface/hub"),     below("HOME", ".cache/huggingface/hub")};
}

std::vector<fs::path> llama_folders() {
    return {fs::path(environment("LLAMA_CACHE")), below("XDG_CACHE_HOME", "llama.cpp"),
            below("HOME", ".cache/llama.cpp"), below("HOME", "Library/Caches/llama.cpp")};
}

/// The first path that is not empty, or an empty one.
fs::path first_named(const std::vector<fs::path>& paths) {
    const auto named = std::find_if(paths.begin(), paths.end(), [](const fs::path& path) { return !path.empty(); });
    return named == paths.end() ? fs::path() : *named;
}

fs::path needed(const fs::path& folder) {
    if (folder.empty()) fail(Fault::CannotCreate, "no place for models: HOME and HF_HOME are not set");
    return folder;
}

/// Adds the folder where it exists and is not there yet under another name.
void add(std::vector<Place>& places, Layout layout, const fs::path& folder) {
    std::error_code error;
    if (folder.empty() || !fs::is_directory(folder, error)) return;
    for (const Place& place : places)
        if (fs::equivalent(place.folder, folder, error)) return;
    places.push_back({layout, folder});
}

}  // namespace

std::string_view environment(const char* name) {
    const char* value = std::getenv(name);
    return value ? value : "";
}

std::vector<Place> model_places() {
    std::vector<Place> places;
    for (const fs::path& folder : hub_folders()) add(places, Layout::Hub, folder);
    for (const fs::path& folder : llama_folders()) add(places, Layout::Flat, folder);
    if (const fs::path named(environment("OLLAMA_MODELS")); !named.empty()) {
        add(places, Layout::Ollama, named);
    } else {
        add(places, Layout::Ollama, below("HOME", ".ollama/models"));
        add(places, Layout::Ollama, "/usr/share/ollama/.ollama/models");
    }
    add(places, Layout::Tree, below("HOME", ".lmstudio/models"));
    add(places, Layout::Tree, below("HOME", ".cache/lm-studio/models"));
    return places;
}

fs::path hub_folder() { return needed(first_named(hub_folders())); }

fs::path hub_token_file() {
    return first_named({fs::path(environment("HF_TOKEN_PATH")), below("HF_HOME", "token"),
                        below("XDG_CACHE_HOME", "huggingface/token"), below("HOME", ".cache/huggingface/token")});
}

fs::path llama_folder() {
    std::vector<fs::path> folders = llama_folders();
#ifdef __APPLE__
    folders = {folders.front(), folders.back()};
#endif
    return needed(first_named(folders));
}

std::string short_path(const fs::path& path) {
    const std::string text = path.string(), home(environment("HOME"));
    if (home.size() > 1 && text.starts_with(home) && (text.size() == home.size() || text[home.size()] == '/'))
        return "~" + text.substr(home.size());
    return text;
}

}  // namespace siskin
