#pragma once
// Every number that sampling takes, as a table: its flags, its range, what it means, and the metadata key under which
// authors of models recommend a value.

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engine/sampler.h"
#include "formats/gguf_reader.h"

namespace siskin {

struct SamplerSetting {
    std::string_view flags;  ///< "--temp,--temperature"; the first is its name in messages
    std::string_view value;  ///< what stands for the value in help; choices are separated by "|"
    std::string_view about;
    std::string_view step;  ///< the step that it belongs to, as named in steps.cpp
    std::string_view key;   ///< general.sampling.KEY; empty: authors have none
    std::variant<float SamplerParams::*, int32_t SamplerParams::*> member;
    double least, most;
    bool rare = false;  ///< not for everybody: shown further down

    std::string_view name() const { return flags.substr(2, flags.find(',') - 2); }  ///< "temp"
    double get(const SamplerParams& params) const;
    void set(SamplerParams& params, double value) const;
    /// Whether the value is one that the setting may have.
    bool allows(double value) const;
    std::string range() const;  ///< "a number from 0 to 1"
};

std::span<const SamplerSetting> all_sampler_settings();
const SamplerSetting* find_sampler_setting(std::string_view name);  ///< "top-k"; nullptr where there is none

/// Throws Error(Usage) for the first parameter that is out of its range, named as its flag.
void check_sampler_params(const SamplerParams& params);

/// What a model's file recommends: names of settings, and "samplers" for the order of steps.
struct Recommendation {
    std::vector<std::string_view> taken;  ///< now in the parameters
    std::vector<std::string> refused;     ///< "general.sampling.top_p: 7, expected a number from 0 to 1"
};

/// Takes from general.sampling.* what `wanted` agrees to, by the name of the setting.
Recommendation take_recommended(const Metadata& metadata, SamplerParams& params,
                                const std::function<bool(std::string_view)>& wanted);

}  // namespace siskin
