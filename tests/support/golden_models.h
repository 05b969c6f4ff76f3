#pragma once
// The models of the reference data that siskin can run. They are found by looking: a new family in models/arch.cpp, or
// a new file, is covered without a change here.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "engine/tokenizer/tokenizer.h"

namespace siskin::test {

struct GoldenModel {
    std::string name;  ///< "archs/llama"
    std::string arch;  ///< general.architecture
    std::filesystem::path gguf;
    std::filesystem::path logits;  ///< of the reference engine
    std::filesystem::path exact;   ///< in exact arithmetic; empty where there is no such file
    std::vector<Token> tokens, greedy;
    size_t n_vocab = 0;
};

/// Those of a folder ("archs", "extra", "long", "quants", "quants_moe") whose family find_arch knows, by name. Empty
/// when the folder is absent.
std::vector<GoldenModel> golden_models(const std::string& folder);

/// Those of several folders.
std::vector<GoldenModel> golden_models(std::initializer_list<std::string> folders);

}  // namespace siskin::test
