#include "engine/sampling/steps.h"

#include <algorithm>

#include "formats/error.h"

namespace siskin {
namespace {

using P = SamplerParams;

constexpr SamplerStep kSamplers[] = {
    {"logit_bias", "", StepKind::Changes, false, add_logit_bias,
     [](const P& p) -> std::string_view { return p.logit_bias.empty() ? "logit-bias" : ""; }},
    {"penalties", "", StepKind::Changes, true, apply_penalties,
     [](const P& p) -> std::string_view {
         if (p.repeat_last_n == 0) return "repeat-last-n";
         const bool none = p.repeat_penalty == 1 && p.presence_penalty == 0 && p.frequency_penalty == 0;
         return none ? "repeat-penalty presence-penalty frequency-penalty" : "";
     }},
    {"dry", "", StepKind::Changes, true, apply_dry,
     [](const P& p) -> std::string_view {
         if (p.dry_multiplier == 0) return "dry-multiplier";
         return p.dry_penalty_last_n == 0 ? "dry-penalty-last-n" : "";
     }},
    {"top_n_sigma", "", StepKind::Truncates, true, keep_top_n_sigma,
     [](const P& p) -> std::string_view { return p.top_n_sigma <= 0 ? "top-nsigma" : ""; }},
    {"top_k", "", StepKind::Truncates, true, keep_top_k,
     [](const P& p) -> std::string_view { return p.top_k <= 0 ? "top-k" : ""; }},
    {"typ_p", "typ typical", StepKind::DropsBest, true, keep_typical,
     [](const P& p) -> std::string_view { return p.typical_p >= 1 ? "typical" : ""; }},
    {"top_p", "nucleus", StepKind::Truncates, true, keep_top_p,
     [](const P& p) -> std::string_view { return p.top_p >= 1 ? "top-p" : ""; }},
    {"min_p", "", StepKind::Truncates, true, keep_min_p,
     [](const P& p) -> std::string_view { return p.min_p <= 0 ? "min-p" : ""; }},
    {"xtc", "", StepKind::DropsBest, true, exclude_top_choices,
     [](const P& p) -> std::string_view {
         if (p.xtc_probability <= 0) return "xtc-probability";
         return p.xtc_threshold > 0.5f ? "xtc-threshold" : "";
     }},
    {"temperature", "temp", StepKind::Temperature, true, apply_temperature,
     [](const P&) -> std::string_view { return ""; }},
    {"mirostat", "", StepKind::Chooses, false, draw_mirostat,
     [](const P& p) -> std::string_view { return p.mirostat == 0 ? "mirostat" : ""; }},
    {"adaptive_p", "", StepKind::Chooses, true, draw_adaptive,
     [](const P& p) -> std::string_view { return p.adaptive_target < 0 ? "adaptive-target" : ""; }},
    {"draw", "", StepKind::Chooses, false, draw, [](const P&) -> std::string_view { return ""; }},
};

const SamplerStep& step_named(std::string_view name) {
    return *std::find_if(std::begin(kSamplers), std::end(kSamplers),
                         [&](const SamplerStep& s) { return s.name == name; });
}

/// Lower case, without the signs between words: top_k, top-k, topk and Top-K are one name.
std::string plain_name(std::string_view name) {
    std::string out;
    for (const char c : name)
        if (c != '_' && c != '-' && c != ' ') out += c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
    return out;
}

/// Takes the next part of `list` off its front.
std::string_view next_part(std::string_view& list, char separator) {
    const std::string_view part = list.substr(0, list.find(separator));
    list.remove_prefix(std::min(list.size(), part.size() + 1));
    return part;
}

bool has_name(const SamplerStep& step, const std::string& plain) {
    if (plain_name(step.name) == plain) return true;
    for (std::string_view names = step.other_names; !names.empty();)
        if (next_part(names, ' ') == plain) return true;
    return false;
}

/// The steps that a list names. "top_k;top_p".
std::vector<const SamplerStep*> listed_steps(std::string_view list) {
    std::vector<const SamplerStep*> out;
    while (!list.empty()) {
        const std::string_view name = next_part(list, ';');
        const std::string plain = plain_name(name);
        if (plain.empty()) continue;
        const auto step = std::find_if(std::begin(kSamplers), std::end(kSamplers),
                                       [&](const SamplerStep& s) { return s.listed && has_name(s, plain); });
        if (step != std::end(kSamplers)) {
            out.push_back(step);
            continue;
        }
        std::string known;
        for (const SamplerStep& s : kSamplers)
            if (s.listed) known.append(known.empty() ? "" : ", ").append(s.name);
        fail(Fault::Usage, "--samplers: \"", name, "\", expected some of ", known);
    }
    return out;
}

/// Whether what the steps leave is the most likely token, found as well without those that only drop others.
bool takes_the_best(const SamplerParams& params, const std::vector<PlannedStep>& plan) {
    bool truncated = false;
    for (const auto& [step, off] : plan) {
        if (!off.empty()) continue;
        if (step->kind == StepKind::DropsBest || (step->kind == StepKind::Changes && truncated)) return false;
        if (step->kind == StepKind::Temperature) return params.temp <= 0 && params.dynatemp_range <= 0;
        truncated = truncated || step->kind == StepKind::Truncates;
    }
    return false;
}

}  // namespace

std::vector<PlannedStep> plan_steps(const SamplerParams& params) {
    const std::vector<const SamplerStep*> listed = listed_steps(params.samplers);
    const SamplerStep &bias = step_named("logit_bias"), &adaptive = step_named("adaptive_p");
    const bool mirostat = params.mirostat != 0;
    const auto is_listed = [&](const SamplerStep& s) {
        return std::find(listed.begin(), listed.end(), &s) != listed.end();
    };
    const bool adapts = !mirostat && is_listed(adaptive) && adaptive.off(params).empty();
    const SamplerStep& last = mirostat ? step_named("mirostat") : adapts ? adaptive : step_named("draw");

    std::vector<PlannedStep> plan = {{&bias, bias.off(params)}};
    if (mirostat) plan.push_back({&step_named("temperature"), ""});
    for (const SamplerStep* step : listed)
        if (!mirostat && step->kind != StepKind::Chooses) plan.push_back({step, step->off(params)});
    plan.push_back({&last, ""});
    if (takes_the_best(params, plan))
        for (PlannedStep& planned : plan) {
            const StepKind kind = planned.step->kind;
            if (planned.off.empty() && (kind == StepKind::Truncates || kind == StepKind::Chooses)) planned.off = "temp";
        }

    for (const SamplerStep& step : kSamplers) {
        const auto same = [&](const PlannedStep& planned) { return planned.step == &step; };
        if (std::any_of(plan.begin(), plan.end(), same) || step.name == "draw") continue;
        std::string_view off = mirostat && step.listed ? "mirostat" : step.listed && !is_listed(step) ? "samplers" : "";
        plan.push_back({&step, off.empty() ? step.off(params) : off});
    }
    return plan;
}

}  // namespace siskin
