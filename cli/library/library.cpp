#include "cli/library/library.h"

#include <algorithm>
#include <fstream>
#include <map>
#include <set>

#include "cli/library/json_access.h"
#include "cli/library/names.h"

namespace siskin {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr size_t kMaxJson = 1 << 20;
constexpr int kMaxDepth = 5;
constexpr std::string_view kUnfinished[] = {".incomplete", ".downloadInProgress", ".part", "-partial"};

/// What a folder holds, sorted; nothing where it cannot be read.
std::vector<fs::path> entries(const fs::path& folder) {
    std::vector<fs::path> found;
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
        found.push_back(at->path());
    std::sort(found.begin(), found.end());
    return found;
}

bool is_folder(const fs::path& path) {
    std::error_code error;
    return fs::is_directory(path, error);
}

/// Every file below a folder, as deep as repositories go. Links to folders are not followed: they may lead back.
std::vector<fs::path> files_below(const fs::path& folder) {
    std::vector<fs::path> files;
    std::vector<std::pair<fs::path, int>> open = {{folder, 0}};
    while (!open.empty()) {
        const auto [next, depth] = open.back();
        open.pop_back();
        std::error_code error;
        for (fs::path& path : entries(next)) {
            if (!is_folder(path) || fs::is_symlink(fs::symlink_status(path, error)))
                files.push_back(std::move(path));
            else if (depth < kMaxDepth)
                open.emplace_back(std::move(path), depth + 1);
        }
    }
    return files;
}

/// A small file, or an empty text.
std::string small_text(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::string text(kMaxJson, '\0');
    in.read(text.data(), std::streamsize(text.size()));
    text.resize(size_t(std::max<std::streamsize>(in.gcount(), 0)));
    return text;
}

Json small_json(const fs::path& path) { return Json::parse(small_text(path), nullptr, false); }

bool is_unfinished(const fs::path& path) {
    const std::string name = path.filename().string();
    return std::any_of(std::begin(kUnfinished), std::end(kUnfinished),
                       [&](std::string_view ending) { return name.ends_with(ending); });
}

void add_unfinished(const std::vector<fs::path>& files, Library& library) {
    std::copy_if(files.begin(), files.end(), std::back_inserter(library.unfinished), is_unfinished);
}

void say_what_is_missing(LibraryModel& model) {
    std::error_code error;
    if (model.n_found < model.n_parts)
        model.problem = "incomplete: " + std::to_string(model.n_found) + " of " + std::to_string(model.n_parts) +
                        " parts are there";
    else if (!fs::exists(model.file, error))
        model.problem = "incomplete: the file it points to is missing";
}

/// The models among the files of one folder, parts put together, by the stems of their names.
std::map<std::string, LibraryModel> models_in(const fs::path& folder, const std::vector<fs::path>& files, Tool tool,
                                              const std::string& group) {
    std::map<std::string, LibraryModel> models;
    std::map<std::string, std::set<uint32_t>> parts;
    for (const fs::path& file : files) {
        const std::string inner = file.lexically_relative(folder).generic_string();
        if (!names_model(inner) || is_unfinished(file)) continue;
        const GgufName name = parse_gguf_name(inner);
        const std::string key = name.stem + "/" + std::to_string(name.n_parts);
        const bool is_new = !models.contains(key);
        LibraryModel& model = models[key];
        if (!parts[key].insert(name.part).second) continue;
        if (is_new) {
            model.tool = tool;
            model.group = group;
            model.stem = name.stem;
            model.n_parts = name.n_parts;
            model.type = model.tag = type_in_name(name.stem);
        }
        if (is_new || name.part == 1) model.file = file;
        std::error_code error;
        const uint64_t bytes = fs::file_size(file, error);
        model.bytes += error ? 0 : bytes;
        model.n_found = uint32_t(parts[key].size());
    }
    for (auto& [key, model] : models) say_what_is_missing(model);
    return models;
}

/// Adds the models of a repository under names that tell them apart.
void add_group(std::map<std::string, LibraryModel> models, Library& library) {
    std::map<std::string, int> n_of_tag;
    for (const auto& [key, model] : models) ++n_of_tag[lower_case(model.tag)];
    for (auto& [key, model] : models) {
        const bool tag_says_it = !model.tag.empty() && n_of_tag[lower_case(model.tag)] == 1;
        model.name = model.group + (tag_says_it ? ":" + model.tag : "/" + model.stem);
        model.from_hub = true;
        library.models.push_back(std::move(model));
    }
}

/// The revisions of a repository, the one that "main" means first.
std::vector<fs::path> revisions(const fs::path& repository) {
    std::vector<fs::path> found = entries(repository / "snapshots");
    std::string main = small_text(repository / "refs/main");
    main.erase(std::find_if(main.begin(), main.end(), [](char c) { return c == '\n' || c == '\r' || c == ' '; }),
               main.end());
    std::stable_partition(found.begin(), found.end(), [&](const fs::path& path) { return path.filename() == main; });
    return found;
}

/// "models--OWNER--NAME" to "OWNER/NAME"; empty for other names.
std::string repository_name(const fs::path& folder) {
    constexpr std::string_view kPrefix = "models--", kBetween = "--";
    std::string name = folder.filename().string();
    if (!name.starts_with(kPrefix)) return "";
    name.erase(0, kPrefix.size());
    const size_t between = name.find(kBetween);
    if (between == std::string::npos) return "";
    name.replace(between, kBetween.size(), "/");
    return is_repo(name) ? name : "";
}

void read_repository(const fs::path& folder, Library& library) {
    const std::string name = repository_name(folder);
    if (name.empty()) return;
    std::map<std::string, LibraryModel> models;
    for (const fs::path& revision : revisions(folder))
        for (auto& [key, model] : models_in(revision, files_below(revision), Tool::HuggingFace, name)) {
            LibraryModel& known = models[key];
            const bool better = known.file.empty() || (!known.problem.empty() && model.problem.empty());
            if (better) known = std::move(model);
        }
    add_group(std::move(models), library);
    add_unfinished(entries(folder / "blobs"), library);
}

void read_flat(const fs::path& folder, Library& library) {
    std::vector<fs::path> files;
    for (fs::path& path : entries(folder))
        if (!is_folder(path)) files.push_back(std::move(path));
    for (auto& [key, model] : models_in(folder, files, Tool::LlamaCpp, "")) {
        model.name = model.stem;
        library.models.push_back(std::move(model));
    }
    add_unfinished(files, library);
}

void read_hub(const fs::path& folder, Library& library) {
    for (const fs::path& repository : entries(folder))
        if (is_folder(repository)) read_repository(repository, library);
    read_flat(folder, library);
}

void read_tree(const fs::path& folder, Library& library) {
    for (const fs::path& owner : entries(folder)) {
        if (!is_folder(owner)) continue;
        for (const fs::path& repository : entries(owner)) {
            if (!is_folder(repository)) continue;
            const std::string group = owner.filename().string() + "/" + repository.filename().string();
            const std::vector<fs::path> files = files_below(repository);
            add_group(models_in(repository, files, Tool::LmStudio, group), library);
            add_unfinished(files, library);
        }
    }
}

/// "sha256:0123…" to the file that holds those bytes; an empty path for anything else.
fs::path blob_of(const fs::path& folder, const std::string& digest) {
    constexpr std::string_view kKind = "sha256:";
    const bool sound = digest.size() == kKind.size() + 64 && digest.starts_with(kKind) &&
                       digest.find_first_not_of("0123456789abcdef", kKind.size()) == std::string::npos;
    return sound ? folder / "blobs" / ("sha256-" + digest.substr(kKind.size())) : fs::path();
}

/// The model of one of Ollama's manifests; without a file where it has none in GGUF.
LibraryModel read_manifest(const fs::path& folder, const fs::path& manifest) {
    LibraryModel model;
    const Json json = small_json(manifest);
    for (const Json& layer : value_in(json, "layers")) {
        if (string_in(layer, "mediaType") != "application/vnd.ollama.image.model") continue;
        model.file = blob_of(folder, string_in(layer, "digest"));
        model.bytes = number_in(layer, "size");
        break;
    }
    if (model.file.empty()) return model;
    const fs::path config = blob_of(folder, string_in(value_in(json, "config"), "digest"));
    model.type = string_in(small_json(config), "file_type");
    std::error_code error;
    const uint64_t bytes = fs::file_size(model.file, error);
    if (error)
        model.problem = "incomplete: the file it points to is missing";
    else if (model.bytes && bytes != model.bytes)
        model.problem = "incomplete: " + std::to_string(bytes) + " of " + std::to_string(model.bytes) + " bytes";
    if (!error) model.bytes = bytes;
    return model;
}

void read_ollama(const fs::path& folder, Library& library) {
    const fs::path root = folder / "manifests";
    for (const fs::path& manifest : files_below(root)) {
        const fs::path inner = manifest.lexically_relative(root);
        if (std::distance(inner.begin(), inner.end()) != 4) continue;
        LibraryModel model = read_manifest(folder, manifest);
        if (model.file.empty()) continue;
        std::string name = inner.parent_path().generic_string();
        for (const std::string_view usual : {"registry.ollama.ai/", "library/"})
            if (name.starts_with(usual)) name.erase(0, usual.size());
        model.tool = Tool::Ollama;
        model.tag = inner.filename().string();
        model.name = name + ":" + model.tag;
        std::string_view group = name;
        model.from_hub = take_hub_prefix(group);
        model.group = group;
        library.models.push_back(std::move(model));
    }
    add_unfinished(entries(folder / "blobs"), library);
}

// ---- Finding ----

/// A name taken apart.
struct Wanted {
    bool from_hub;           ///< "hf:" stands before it
    std::string text;        ///< without that, and without ".gguf"
    std::string group, tag;  ///< what stands before and behind the last colon
};

Wanted parse_wanted(std::string_view name) {
    Wanted wanted;
    wanted.from_hub = take_hub_prefix(name);
    wanted.text = parse_gguf_name(name).stem;
    const size_t colon = wanted.text.rfind(':');
    const bool has_tag = colon != std::string::npos && wanted.text.find('/', colon) == std::string::npos;
    wanted.group = wanted.text.substr(0, has_tag ? colon : std::string::npos);
    wanted.tag = has_tag ? wanted.text.substr(colon + 1) : "";
    return wanted;
}

std::string_view without_folders(std::string_view path) { return path.substr(path.rfind('/') + 1); }

bool in_group(const LibraryModel& model, const Wanted& wanted) {
    if (!model.group.empty()) return same_ignoring_case(model.group, wanted.group);
    // llama.cpp wrote OWNER_NAME_FILE once.
    std::string prefix = wanted.group + "_";
    std::replace(prefix.begin(), prefix.end(), '/', '_');
    return wanted.group.find('/') != std::string::npos &&
           same_ignoring_case(model.stem.substr(0, prefix.size()), prefix);
}

/// The name in the list, a file's name, or a group and its tag.
bool is_exact(const LibraryModel& model, const Wanted& wanted) {
    if (same_ignoring_case(model.name, wanted.text)) return true;
    if (!wanted.tag.empty() && in_group(model, wanted)) return same_ignoring_case(model.tag, wanted.tag);
    if (model.stem.empty()) return false;
    return same_ignoring_case(model.stem, wanted.text) ||
           same_ignoring_case(without_folders(model.stem), wanted.text) ||
           (!model.group.empty() && same_ignoring_case(model.group + "/" + model.stem, wanted.text));
}

/// The tag asked for is a type that the file's name has as a word, if not as its last one.
bool has_wanted_type(const LibraryModel& model, const Wanted& wanted) {
    return !wanted.tag.empty() && in_group(model, wanted) && has_type(model.stem, wanted.tag);
}

/// No tag is asked for, and this is the one that is then meant.
bool is_usual(const LibraryModel& model, const Wanted& wanted, std::string_view tag) {
    return wanted.tag.empty() && in_group(model, wanted) &&
           (same_ignoring_case(model.tag, tag) || has_type(model.stem, tag));
}

/// Leaves complete ones alone where there are some, and of copies the first.
void drop_copies(std::vector<const LibraryModel*>& models) {
    const auto is_complete = [](const LibraryModel* model) { return model->problem.empty(); };
    if (std::any_of(models.begin(), models.end(), is_complete))
        models.erase(std::partition(models.begin(), models.end(), is_complete), models.end());
    std::vector<const LibraryModel*> kept;
    for (const LibraryModel* model : models) {
        const bool is_copy = std::any_of(kept.begin(), kept.end(), [&](const LibraryModel* other) {
            std::error_code error;
            return model->bytes == other->bytes &&
                   (same_ignoring_case(model->name, other->name) || fs::equivalent(model->file, other->file, error));
        });
        if (!is_copy) kept.push_back(model);
    }
    models = kept;
}

/// Collects the models that match; whether there are any. What was asked for as Hugging Face's is not found elsewhere.
template <class Matches>
bool take(const Library& library, const Wanted& wanted, std::vector<const LibraryModel*>& found, Matches matches) {
    for (const LibraryModel& model : library.models)
        if ((model.from_hub || !wanted.from_hub || model.group.empty()) && matches(model)) found.push_back(&model);
    drop_copies(found);
    return !found.empty();
}

}  // namespace

std::string_view tool_name(Tool tool) {
    switch (tool) {
        case Tool::HuggingFace:
            return "Hugging Face";
        case Tool::LlamaCpp:
            return "llama.cpp";
        case Tool::Ollama:
            return "Ollama";
        case Tool::LmStudio:
            return "LM Studio";
    }
    return "";
}

Library read_library(std::span<const Place> places) {
    Library library;
    for (const Place& place : places) {
        const auto begin = ptrdiff_t(library.models.size());
        switch (place.layout) {
            case Layout::Hub:
                read_hub(place.folder, library);
                break;
            case Layout::Flat:
                read_flat(place.folder, library);
                break;
            case Layout::Ollama:
                read_ollama(place.folder, library);
                break;
            case Layout::Tree:
                read_tree(place.folder, library);
                break;
        }
        std::sort(library.models.begin() + begin, library.models.end(),
                  [](const LibraryModel& a, const LibraryModel& b) { return a.name < b.name; });
    }
    return library;
}

std::vector<const LibraryModel*> find_models(const Library& library, std::string_view name) {
    const Wanted wanted = parse_wanted(name);
    std::vector<const LibraryModel*> found;
    if (take(library, wanted, found, [&](const LibraryModel& model) { return is_exact(model, wanted); })) return found;
    if (take(library, wanted, found, [&](const LibraryModel& model) { return has_wanted_type(model, wanted); }))
        return found;
    for (const std::string_view tag : {std::string_view("latest"), kUsualTypes[0], kUsualTypes[1]})
        if (take(library, wanted, found, [&](const LibraryModel& model) { return is_usual(model, wanted, tag); }))
            return found;
    take(library, wanted, found,
         [&](const LibraryModel& model) { return wanted.tag.empty() && in_group(model, wanted); });
    return found;
}

}  // namespace siskin
