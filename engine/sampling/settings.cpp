#include "engine/sampling/settings.h"

#include <cmath>
#include <iterator>

#include "engine/sampling/steps.h"
#include "formats/error.h"

namespace siskin {
namespace {

using P = SamplerParams;
constexpr double kMany = 2147483647;

constexpr SamplerSetting kSettings[] = {
    {"--temp,--temperature", "X", "temperature: 0 always takes the most likely token, more is more varied",
     "temperature", "temp", &P::temp, -1e6, 1e6},
    {"--top-k", "K", "choose among the K most likely tokens; 0: off", "top_k", "top_k", &P::top_k, -kMany - 1, kMany},
    {"--top-p", "P", "choose among the most likely tokens that make up P; 1: off", "top_p", "top_p", &P::top_p, 0, 1},
    {"--min-p", "P", "drop tokens less likely than P times the best; 0: off", "min_p", "min_p", &P::min_p, 0, 1},
    {"--repeat-penalty", "X", "make recent tokens less likely; 1: off", "penalties", "penalty_repeat",
     &P::repeat_penalty, 0.01f, 100},
    {"--repeat-last-n", "N", "tokens that penalties look back on; 0: off, -1: all", "penalties", "penalty_last_n",
     &P::repeat_last_n, -1, kMany},
    {"--presence-penalty", "X", "taken off for recent tokens; 0: off", "penalties", "", &P::presence_penalty, -100,
     100},
    {"--frequency-penalty", "X", "taken off for each recent use; 0: off", "penalties", "", &P::frequency_penalty, -100,
     100},
    {"--typical,--typical-p", "P", "choose among the P tokens of the most usual surprise; 1: off", "typ_p", "",
     &P::typical_p, 0, 1, true},
    {"--top-nsigma,--top-n-sigma", "N", "drop logits more than N standard deviations below the best; -1: off",
     "top_n_sigma", "", &P::top_n_sigma, -1e6, 1e6, true},
    {"--xtc-probability", "P", "how often XTC drops the top choices; 0: off", "xtc", "xtc_probability",
     &P::xtc_probability, 0, 1, true},
    {"--xtc-threshold", "P", "probability from which XTC sees a top choice; above 0.5: off", "xtc", "xtc_threshold",
     &P::xtc_threshold, 0, 1, true},
    {"--dynatemp-range", "X", "the temperature varies by so much, up where the model is unsure; 0: off", "temperature",
     "", &P::dynatemp_range, 0, 1e6, true},
    {"--dynatemp-exp", "X", "exponent of that: above 1, only great doubt raises it", "temperature", "",
     &P::dynatemp_exponent, 0, 1000, true},
    {"--dry-multiplier", "X", "DRY makes tokens unlikely that repeat a sequence; 0: off", "dry", "", &P::dry_multiplier,
     0, 100, true},
    {"--dry-base", "X", "each further token of a repetition counts X times as much", "dry", "", &P::dry_base, 1, 100,
     true},
    {"--dry-allowed-length", "N", "repetitions of fewer tokens are allowed", "dry", "", &P::dry_allowed_length, 0,
     kMany, true},
    {"--dry-penalty-last-n", "N", "tokens that DRY looks back on; 0: off, -1: all", "dry", "", &P::dry_penalty_last_n,
     -1, kMany, true},
    {"--mirostat", "0|1|2", "keep the surprise steady, in place of all other steps but the temperature", "mirostat",
     "mirostat", &P::mirostat, 0, 2, true},
    {"--mirostat-ent", "X", "the surprise that mirostat aims at, in bits", "mirostat", "mirostat_tau", &P::mirostat_tau,
     0, 100, true},
    {"--mirostat-lr", "X", "how fast mirostat learns", "mirostat", "mirostat_eta", &P::mirostat_eta, 0, 10, true},
    {"--adaptive-target", "P", "the probability that adaptive_p favours, if --samplers names it; -1: off", "adaptive_p",
     "", &P::adaptive_target, -1, 1, true},
    {"--adaptive-decay", "X", "how long adaptive_p remembers", "adaptive_p", "", &P::adaptive_decay, 0, 0.99f, true},
};

constexpr std::string_view kPrefix = "general.sampling.";

}  // namespace

double SamplerSetting::get(const SamplerParams& params) const {
    return std::visit([&](auto pointer) { return double(params.*pointer); }, member);
}

void SamplerSetting::set(SamplerParams& params, double to) const {
    std::visit([&](auto pointer) { params.*pointer = std::remove_reference_t<decltype(params.*pointer)>(to); }, member);
}

bool SamplerSetting::allows(double number) const {
    const bool whole = std::holds_alternative<int32_t SamplerParams::*>(member);
    return number >= least && number <= most && (!whole || number == std::floor(number));
}

std::string SamplerSetting::range() const {
    std::ostringstream text;
    text << (std::holds_alternative<int32_t SamplerParams::*>(member) ? "a whole number" : "a number");
    if (least > -kMany) text << " from " << least;
    if (most < kMany) text << (least > -kMany ? " to " : " up to ") << most;
    return text.str();
}

std::span<const SamplerSetting> all_sampler_settings() { return kSettings; }

const SamplerSetting* find_sampler_setting(std::string_view name) {
    for (const SamplerSetting& setting : kSettings)
        if (setting.name() == name) return &setting;
    return nullptr;
}

void check_sampler_params(const SamplerParams& params) {
    for (const SamplerSetting& setting : kSettings)
        if (const double value = setting.get(params); !setting.allows(value))
            fail(Fault::Usage, "--", setting.name(), ": ", value, ", expected ", setting.range());
    for (const std::string& breaker : params.dry_breakers)
        if (breaker.empty()) fail(Fault::Usage, "--dry-sequence-breaker: an empty text breaks nothing");
    for (const auto& [token, bias] : params.logit_bias)
        if (token < 0 || !(bias < std::numeric_limits<float>::infinity()))
            fail(Fault::Usage, "--logit-bias: ", token, " by ", bias, ", expected a token and a finite number or -inf");
}

Recommendation take_recommended(const Metadata& metadata, SamplerParams& params,
                                const std::function<bool(std::string_view)>& wanted) {
    Recommendation out;
    const auto take = [&](std::string_view name, std::string_view key, auto&& read) {
        const std::string whole_key = std::string(kPrefix).append(key);
        if (key.empty() || !metadata.has(whole_key) || !wanted(name)) return;
        try {
            read(whole_key);
            out.taken.push_back(name);
        } catch (const Error& error) {
            out.refused.emplace_back(error.what());
        }
    };
    for (const SamplerSetting& setting : kSettings)
        take(setting.name(), setting.key, [&](const std::string& key) {
            const double value = *metadata.number(key);
            if (!setting.allows(value)) fail(Fault::BadData, key, ": ", value, ", expected ", setting.range());
            setting.set(params, value);
        });
    take("samplers", "sequence", [&](const std::string& key) {
        SamplerParams ordered;
        ordered.samplers = *metadata.string(key);
        try {
            plan_steps(ordered);
        } catch (const Error& error) {
            fail(Fault::BadData, key, error.what() + std::string_view("--samplers").size());
        }
        params.samplers = ordered.samplers;
    });
    return out;
}

}  // namespace siskin
