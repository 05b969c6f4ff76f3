#include "cli/library/resolve.h"

#include <algorithm>
#include <cctype>
#include <fstream>

#include "cli/args.h"
#include "cli/library/library.h"
#include "cli/library/names.h"
#include "formats/error.h"

namespace siskin {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxShown = 8;  // candidates in a message

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_file(const std::string& path) {
    std::error_code error;
    return fs::is_regular_file(path, error);
}

bool begins_like_gguf(const std::string& path) {
    char magic[4] = {};
    std::ifstream(path, std::ios::binary).read(magic, sizeof magic);
    return std::string_view(magic, sizeof magic) == "GGUF";
}

std::string joined(const std::vector<std::string>& parts) {
    std::string out;
    for (size_t i = 0; i < std::min(parts.size(), kMaxShown); ++i) out += (i ? ", " : "") + parts[i];
    return parts.size() > kMaxShown ? out + " and " + std::to_string(parts.size() - kMaxShown) + " more" : out;
}

/// A number and a "b", as models name their size: "1b", "0.6b", "8x7b-instruct".
bool has_size(std::string_view tag) {
    for (size_t i = 1; i < tag.size(); ++i)
        if ((tag[i] == 'b' || tag[i] == 'B') && is_digit(tag[i - 1]) &&
            (i + 1 == tag.size() || tag[i + 1] == '-' || tag[i + 1] == '_'))
            return true;
    return false;
}

/// Names that no prompt of one word has.
bool has_form_of_model(const std::string& word) {
    const size_t colon = word.rfind(':');
    const std::string name = word.substr(0, colon), tag = colon == std::string::npos ? "" : word.substr(colon + 1);
    constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    const auto is_plain = [&](const std::string& text) {
        return !text.empty() && text.find_first_not_of(kLetters) == std::string::npos;
    };
    if (colon == std::string::npos) return is_plain(word) && !type_in_name(word).empty();
    return is_plain(name) && is_plain(tag) && (has_size(tag) || tag == "latest" || !type_in_name("-" + tag).empty());
}

/// Paths, OWNER/NAME and addresses are written with these; a question in a language without spaces is not.
bool has_form_of_path(const std::string& word) {
    constexpr std::string_view kMore = "._-/:@~+=%";
    const bool is_plain = std::all_of(word.begin(), word.end(), [&](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x80 && std::isalnum(byte)) || kMore.find(c) != std::string_view::npos;
    });
    return word.find('/') != std::string::npos && (is_plain || word.find("://") != std::string::npos);
}

std::string searched(std::span<const Place> places) {
    std::vector<std::string> folders;
    for (const Place& place : places) folders.push_back(short_path(place.folder));
    return folders.empty() ? "there is no folder of Hugging Face, llama.cpp, Ollama or LM Studio" : joined(folders);
}

/// What else the repository or model of this name has here.
std::vector<std::string> siblings(const Library& library, const std::string& group) {
    std::vector<std::string> names;
    for (const LibraryModel& model : library.models)
        if (same_ignoring_case(model.group, group)) names.push_back(model.name);
    return names;
}

std::string nearest(const Library& library, const std::string& text) {
    std::vector<std::string> names;
    for (const LibraryModel& model : library.models)
        for (const std::string& name : {model.name, model.group, model.stem})
            if (!name.empty()) names.push_back(name);
    return did_you_mean(text, names);
}

[[noreturn]] void fail_missing(const Library& library, std::span<const Place> places, const std::string& text) {
    std::string_view inner = text;
    const bool prefixed = take_hub_prefix(inner);
    HubName hub;
    const bool is_hub_name = parse_hub_name(inner, hub);
    if (prefixed && !is_hub_name)
        fail(Fault::Usage, text, ": expected hf:OWNER/NAME, and :TYPE or /FILE behind it where there are several");
    if (text.find("://") != std::string::npos)
        fail(Fault::NoInput, text, ": an address, expected a file or a name; siskin pull ", text, " gets it first");
    const std::string no_file = prefixed ? ": not on this machine" : ": no such file, and no model of that name";
    const std::string where = " (searched: " + searched(places) + ")";
    if (is_hub_name && !text.starts_with('.') && !hub.file.ends_with(".gguf")) {
        const auto others = siblings(library, hub.repo);
        const std::string here = others.empty() ? "" : "; here are " + joined(others);
        fail(Fault::NoInput, text, no_file, where, here, prefixed ? "" : nearest(library, text),
             "; siskin pull hf:", hub.text(), " gets it from Hugging Face");
    }
    fail(Fault::NoInput, text, no_file, where, nearest(library, text), "; siskin list shows what there is");
}

fs::path take_one(const std::vector<const LibraryModel*>& found, const std::string& text) {
    if (found.size() > 1) {
        std::vector<std::string> names;
        for (const LibraryModel* model : found) names.push_back(model->name + " (" + short_path(model->file) + ")");
        fail(Fault::Usage, text, ": the name of ", found.size(), " models; expected one of ", joined(names));
    }
    const LibraryModel& model = *found.front();
    if (!model.problem.empty())
        fail(Fault::NoInput, text, ": ", short_path(model.file), ": ", model.problem, "; ",
             model.tool == Tool::Ollama ? "ollama pull " + model.name
             : model.from_hub           ? "siskin pull hf:" + model.name
                                        : "its program",
             " gets the rest");
    return model.file;
}

}  // namespace

fs::path resolve_model(const std::string& text) {
    std::string_view inner = text;
    std::error_code error;
    const bool prefixed = take_hub_prefix(inner);
    const bool is_path = text.starts_with('/') || text.starts_with("./") || text.starts_with("../");
    const fs::file_status status = fs::status(text, error);
    const bool is_folder = fs::is_directory(status);
    // Whoever opens it says what is wrong with it.
    if (is_path || (fs::exists(status) && !is_folder) || status.type() == fs::file_type::none) return text;
    const std::vector<Place> places = model_places();
    const Library library = read_library(places);
    const auto found = find_models(library, text);
    if (!found.empty()) return take_one(found, text);
    if (is_folder && !prefixed) return text;
    fail_missing(library, places, text);
}

bool looks_like_model(const std::string& text, bool more_follows) {
    const bool has_ending = lower_case(text).ends_with(".gguf");
    if (text.find_first_of(" \t\r\n") != std::string::npos) return is_file(text) || (has_ending && more_follows);
    std::string_view inner = text;
    if (has_ending || has_form_of_path(text) || take_hub_prefix(inner)) return true;
    if (is_file(text) && (more_follows || text.find('/') != std::string::npos || begins_like_gguf(text))) return true;
    return has_form_of_model(text) || !find_models(read_library(model_places()), text).empty();
}

}  // namespace siskin
