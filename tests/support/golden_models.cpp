#include "tests/support/golden_models.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "formats/gguf_reader.h"
#include "models/arch.h"
#include "tests/support/golden.h"

namespace siskin::test {
namespace {

namespace fs = std::filesystem;

/// The model of a description folder/NAME.json: beside it, or, for longer prompts, the one of archs/.
fs::path gguf_of(const fs::path& json) {
    const fs::path beside = fs::path(json).replace_extension(".gguf");
    return fs::exists(beside) ? beside : golden("archs") / beside.filename();
}

/// The logits in exact arithmetic: NAME.exact.f32 beside the description, or exact/folder/NAME.f32.
fs::path exact_of(const fs::path& json) {
    const fs::path beside = fs::path(json).replace_extension(".exact.f32");
    const fs::path apart =
        golden("exact") / json.parent_path().filename() / fs::path(json).replace_extension(".f32").filename();
    return fs::exists(beside) ? beside : fs::exists(apart) ? apart : fs::path();
}

}  // namespace

std::vector<GoldenModel> golden_models(const std::string& folder) {
    std::vector<GoldenModel> models;
    if (!fs::exists(golden(folder))) return models;
    for (const fs::directory_entry& entry : fs::directory_iterator(golden(folder))) {
        if (entry.path().extension() != ".json") continue;
        const fs::path gguf = gguf_of(entry.path());
        const GgufFile file = GgufFile::open(gguf);
        const std::string arch(file.metadata().string("general.architecture").value());
        if (!find_arch(arch)) continue;
        const auto json = nlohmann::json::parse(std::ifstream(entry.path()));
        models.push_back({.name = folder + "/" + entry.path().stem().string(),
                          .arch = arch,
                          .gguf = gguf,
                          .logits = fs::path(entry.path()).replace_extension(".f32"),
                          .exact = exact_of(entry.path()),
                          .tokens = json.at("tokens").get<std::vector<Token>>(),
                          .greedy = json.value("greedy", std::vector<Token>()),
                          .n_vocab = json.at("n_vocab").get<size_t>()});
    }
    std::sort(models.begin(), models.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return models;
}

std::vector<GoldenModel> golden_models(std::initializer_list<std::string> folders) {
    std::vector<GoldenModel> all;
    for (const std::string& folder : folders)
        for (GoldenModel& model : golden_models(folder)) all.push_back(std::move(model));
    return all;
}

}  // namespace siskin::test
