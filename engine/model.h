#pragma once
// A model: its file, family, sizes, tensors and tokenizer. Immutable after load and shared by all sessions.

#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "engine/rope_table.h"
#include "engine/tokenizer/tokenizer.h"
#include "formats/gguf_reader.h"
#include "models/arch.h"
#include "models/config.h"
#include "models/weights.h"

namespace siskin {

struct ModelOptions {
    std::string pre;  ///< overrides the pre-tokenizer that the file names
};

class Model {
  public:
    /// Throws Error: NoInput, NoPermission, Io, or BadData for anything that is not a model siskin can run.
    static std::shared_ptr<const Model> load(const std::filesystem::path& path, const ModelOptions& options = {});
    /// The same for a file already opened.
    static std::shared_ptr<const Model> load(GgufFile file, const ModelOptions& options = {});

    /// The same model with only these of its layers, in this order, for trying how fast they are. At least one.
    std::shared_ptr<const Model> with_layers(std::span<const uint32_t> layers) const;

    const GgufFile& file() const { return *file_; }
    const Arch& arch() const { return *arch_; }
    const Config& config() const { return config_; }
    const Weights& weights() const { return weights_; }
    const Tokenizer& tokenizer() const { return *tokenizer_; }
    const RopeTable& rope(bool windowed, bool long_context) const { return ropes_[windowed][long_context]; }

    /// general.name, or the family where the file has none.
    std::string name() const;

  private:
    Model() = default;
    std::shared_ptr<const GgufFile> file_;
    const Arch* arch_ = nullptr;
    Config config_;
    Weights weights_;
    std::shared_ptr<const Tokenizer> tokenizer_;
    RopeTable ropes_[2][2];
};

}  // namespace siskin
