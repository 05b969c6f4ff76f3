#pragma once
// The flags of writing an answer: how long it may be, and how each token is chosen. What no flag says, the model's file
// may recommend.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/generate.h"
#include "engine/model.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace siskin {

/// \n \r \t \' \" \\ \xHH as the characters they stand for; other backslashes stay.
std::string unescape(const std::string& text);

/// Where the value of a setting comes from.
enum class Source { Default, Model, Flag };

struct ResolvedSampling {
    SamplerParams params;
    std::map<std::string_view, Source> sources;  ///< by name ("top-k", "samplers", "seed"); absent: Default
    std::vector<std::string> refused;            ///< recommendations that cannot be followed, and why

    Source source(std::string_view name) const;
};

struct SamplingFlags {
    SamplerParams params;  ///< as far as the parser writes them; resolve() completes them
    std::string seed;
    std::vector<std::string> logit_bias, dry_breakers, stop;
    int64_t n_predict = -1;
    bool ignore_eos = false, special = false, escape = true, explain = false;
    std::map<std::string_view, const CLI::Option*> options_by_name;  ///< of the settings, to ask which were given

    void add(CLI::App& app);
    /// Throws Error(Usage) for values that no model could take.
    void check() const;

    GenerateOptions options() const;
    /// Text given in a flag, with its escapes resolved unless --no-escape.
    std::string text(const std::string& typed) const { return escape ? unescape(typed) : typed; }

    /// The settings for a model: flags first, then what its file recommends, then defaults. Where no seed was given, a
    /// random one. Throws Error(Usage).
    ResolvedSampling resolve(const Metadata& metadata) const;
    /// The sampler of these settings. Notes recommendations that cannot be followed, and with --explain says every
    /// setting. The model outlives the sampler. Throws Error(Usage).
    Sampler sampler(const Model& model) const;

  private:
    bool given(std::string_view name) const;
    SamplerParams typed() const;
};

/// Says on stderr which steps choose a token, with the settings of each and their source, and why the others are off.
void explain_sampling(const ResolvedSampling& resolved);

}  // namespace siskin
