#include "engine/model.h"

#include <string>

#include "formats/checked.h"
#include "formats/error.h"

namespace siskin {
namespace {

const Arch& arch_of(const Metadata& metadata) {
    const auto name = metadata.string("general.architecture");
    if (!name) fail(Fault::BadData, "general.architecture: missing; this GGUF file holds no language model");
    if (const Arch* arch = find_arch(*name)) return *arch;
    std::string known;
    for (const Arch& arch : all_archs()) known += (known.empty() ? "" : ", ") + std::string(arch.name);
    fail(Fault::BadData, "general.architecture: \"", printable(*name),
         "\" is not a family that siskin can run yet; it knows ", known);
}

}  // namespace

std::shared_ptr<const Model> Model::load(const std::filesystem::path& path, const ModelOptions& options) {
    return load(GgufFile::open(path), options);
}

std::shared_ptr<const Model> Model::load(GgufFile file, const ModelOptions& options) {
    std::shared_ptr<Model> model(new Model);
    model->file_ = std::make_shared<const GgufFile>(std::move(file));
    const Metadata& metadata = model->file_->metadata();
    model->arch_ = &arch_of(metadata);
    model->config_ = Config::read(*model->arch_, metadata);
    model->weights_ = Weights::bind(*model->arch_, model->config_, *model->file_);
    model->tokenizer_ = Tokenizer::load(metadata, options.pre);

    const Config& c = model->config_;
    const Weights& w = model->weights_;
    for (const bool windowed : {false, true})
        for (const bool long_context : {false, true}) {
            const float* by_context = long_context ? w.rope_long : w.rope_short;
            model->ropes_[windowed][long_context] = RopeTable(windowed ? c.rope_window : c.rope, c.n_rot, c.n_ctx_orig,
                                                              by_context ? by_context : w.rope_freqs);
        }
    return model;
}

std::shared_ptr<const Model> Model::with_layers(std::span<const uint32_t> layers) const {
    std::shared_ptr<Model> part(new Model(*this));
    part->config_.n_layer = uint32_t(layers.size());
    part->config_.layers.clear();
    part->weights_.layers.clear();
    for (const uint32_t il : layers) {
        part->config_.layers.push_back(config_.layers.at(il));
        part->weights_.layers.push_back(weights_.layers.at(il));
    }
    return part;
}

std::string Model::name() const { return std::string(file_->metadata().string("general.name").value_or(arch_->name)); }

}  // namespace siskin
