#include <sstream>

#include "cli/sampling_flags.h"
#include "cli/terminal.h"
#include "engine/sampling/settings.h"
#include "engine/sampling/steps.h"

namespace siskin {
namespace {

std::string_view source_name(Source source) {
    switch (source) {
        case Source::Default:
            return "default";
        case Source::Model:
            return "model";
        case Source::Flag:
            return "flag";
    }
    return "";
}

/// A list of settings, the source named once for those that share it: "--top-k 20 (model)".
class SettingList {
  public:
    explicit SettingList(const ResolvedSampling& resolved) : resolved_(resolved) {}

    void add(std::string_view setting) { add(setting, value_of(setting), resolved_.source(setting)); }
    void add(std::string_view setting, const std::string& value, Source source) {
        if (!text_.empty()) text_ += source == source_ ? ", " : " (" + std::string(source_name(source_)) + "), ";
        text_.append("--").append(setting).append(value.empty() ? "" : " ").append(value);
        source_ = source;
    }
    std::string text() const { return text_.empty() ? "" : text_ + " (" + std::string(source_name(source_)) + ")"; }

  private:
    std::string value_of(std::string_view setting) const {
        const SamplerParams& params = resolved_.params;
        std::ostringstream out;
        if (const SamplerSetting* row = find_sampler_setting(setting)) out << float(row->get(params));
        if (setting == "samplers") out << params.samplers;
        if (setting == "seed") out << params.seed;
        return out.str();
    }

    const ResolvedSampling& resolved_;
    std::string text_;
    Source source_ = Source::Default;
};

std::string settings_of(const SamplerStep& step, const ResolvedSampling& resolved) {
    SettingList list(resolved);
    for (const SamplerSetting& setting : all_sampler_settings())
        if (setting.step == step.name) list.add(setting.name());
    if (step.name == "dry")
        for (const std::string& breaker : resolved.params.dry_breakers)
            list.add("dry-sequence-breaker", breaker == "\n" ? "\\n" : breaker,
                     resolved.source("dry-sequence-breaker"));
    for (const auto& [token, bias] : resolved.params.logit_bias) {
        std::ostringstream value;
        value << token << std::showpos << bias;
        if (step.name == "logit_bias") list.add("logit-bias", value.str(), Source::Flag);
    }
    if (step.kind == StepKind::Chooses) {
        const bool random = resolved.source("seed") == Source::Default;
        return list.text() + (list.text().empty() ? "" : ", ") + "--seed " + std::to_string(resolved.params.seed) +
               (random ? " (random)" : " (flag)");
    }
    return list.text();
}

std::string why_off(const PlannedStep& planned, const ResolvedSampling& resolved) {
    if (planned.off == "logit-bias") return "no --logit-bias given";
    SettingList list(resolved);
    std::istringstream names{std::string(planned.off)};
    for (std::string setting; names >> setting;) list.add(setting);
    if (planned.off == planned.step->off(resolved.params)) return list.text();
    if (planned.off == "samplers") return "not in " + list.text();
    if (planned.off == "temp") return list.text() + " takes the most likely token in any case";
    return list.text() + " stands in its place";
}

}  // namespace

void explain_sampling(const ResolvedSampling& resolved) {
    say("how a token is chosen, step by step (flag: from the command line, model: recommended by the file):");
    for (const PlannedStep& planned : plan_steps(resolved.params)) {
        std::string line = "  " + std::string(planned.step->name);
        line.resize(15, ' ');
        say(line + (planned.off.empty() ? "on   " + settings_of(*planned.step, resolved)
                                        : "off  " + why_off(planned, resolved)));
    }
}

}  // namespace siskin
