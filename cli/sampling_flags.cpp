#include "cli/sampling_flags.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <random>

#include "cli/options.h"
#include "cli/terminal.h"
#include "engine/sampling/settings.h"
#include "engine/sampling/steps.h"
#include "formats/error.h"

namespace siskin {
namespace {

/// "15043+1.5", "15043-inf".
std::pair<Token, float> parse_bias(std::string_view text) {
    std::pair<Token, float> bias;
    const size_t sign = text.find_first_of("+-");
    const bool complete = sign != std::string_view::npos && parse_number(text.substr(0, sign), bias.first) &&
                          parse_number(text.substr(sign + 1), bias.second);
    if (!complete || bias.second < 0)
        fail(Fault::Usage, "--logit-bias: \"", text, "\", expected a token id and how much to add, as in 15043+1");
    if (text[sign] == '-') bias.second = -bias.second;
    return bias;
}

uint64_t parse_seed(const std::string& text) {
    uint64_t seed = 0;
    if (text.empty() || text == "-1") {
        std::random_device device;
        return device();
    }
    if (!parse_number(text, seed))
        fail(Fault::Usage, "--seed: \"", text, "\" is not a whole number from 0 to 2^64 - 1");
    return seed;
}

}  // namespace

Source ResolvedSampling::source(std::string_view name) const {
    const auto found = sources.find(name);
    return found == sources.end() ? Source::Default : found->second;
}

void SamplingFlags::add(CLI::App& app) {
    app.option_defaults()->group("Writing");
    app.add_option("-n,--predict,--n-predict", n_predict, "most tokens to write; -1: no limit but the context")
        ->type_name("N");
    app.add_option("-r,--stop,--reverse-prompt", stop, "end the answer before this text; may be repeated")
        ->type_name("TEXT")
        ->take_all()
        ->allow_extra_args(false);
    app.add_flag("--ignore-eos", ignore_eos, "go on after the model has ended its answer");
    app.add_flag("--special", special, "show control tokens");
    app.add_flag("-e,--escape,!--no-escape", escape, "\\n, \\t, \\xHH in the texts of flags stand for characters (on)");

    app.option_defaults()->group("Choosing tokens");
    options_by_name["seed"] =
        app.add_option("-s,--seed", seed, "seed of the random choices; -1 or absent: a random one")->type_name("N");
    app.add_flag("--explain", explain, "say how tokens are chosen: each setting, where it comes from, what is off");
    for (const SamplerSetting& setting : all_sampler_settings()) {
        app.option_defaults()->group(setting.rare ? "Choosing tokens, finer" : "Choosing tokens");
        const std::string names(setting.flags), about(setting.about);
        options_by_name[setting.name()] =
            std::visit([&](auto member) { return app.add_option(names, params.*member, about); }, setting.member);
        app.get_option("--" + std::string(setting.name()))->type_name(std::string(setting.value));
    }
    app.option_defaults()->group("Choosing tokens, finer");
    options_by_name["dry-sequence-breaker"] =
        app.add_option("--dry-sequence-breaker", dry_breakers,
                       "text that ends a repetition, in place of \\n, :, \" and *; may be repeated; none: no text does")
            ->type_name("TEXT")
            ->take_all()
            ->allow_extra_args(false);
    options_by_name["logit-bias"] =
        app.add_option("-l,--logit-bias", logit_bias,
                       "make a token more or less likely: 15043+1, 15043-inf; may be repeated")
            ->type_name("ID+X")
            ->take_all()
            ->allow_extra_args(false);
    std::string usual(kUsualSamplers);
    for (size_t at = 0; (at = usual.find(';', at)) != std::string::npos; at += 2) usual.insert(at + 1, " ");
    options_by_name["samplers"] =
        app.add_option("--samplers", params.samplers, "the steps and their order (" + usual + ")")
            ->type_name("LIST")
            ->default_str("");
}

void SamplingFlags::check() const {
    const SamplerParams complete = typed();
    check_sampler_params(complete);
    plan_steps(complete);
}

GenerateOptions SamplingFlags::options() const {
    if (n_predict < -2) fail(Fault::Usage, "-n: ", n_predict, ", expected a number of tokens, or -1 for no limit");
    GenerateOptions out{.n_predict = n_predict, .ignore_eos = ignore_eos, .show_special = special};
    for (const std::string& one : stop) out.stop.push_back(text(one));
    return out;
}

bool SamplingFlags::given(std::string_view name) const {
    const auto flag = options_by_name.find(name);
    return flag != options_by_name.end() && flag->second->count() > 0;
}

SamplerParams SamplingFlags::typed() const {
    SamplerParams out = params;
    out.seed = parse_seed(seed);
    for (const std::string& bias : logit_bias) out.logit_bias.push_back(parse_bias(bias));
    if (given("dry-sequence-breaker")) {
        out.dry_breakers.clear();
        for (const std::string& breaker : dry_breakers)
            if (breaker != "none") out.dry_breakers.push_back(text(breaker));
    }
    return out;
}

ResolvedSampling SamplingFlags::resolve(const Metadata& metadata) const {
    ResolvedSampling out;
    out.params = typed();
    for (const auto& [name, flag] : options_by_name)
        if (flag->count() > 0) out.sources[name] = Source::Flag;
    if (seed == "-1") out.sources.erase("seed");
    const Recommendation recommended =
        take_recommended(metadata, out.params, [this](std::string_view name) { return !given(name); });
    for (const std::string_view name : recommended.taken) out.sources[name] = Source::Model;
    out.refused = recommended.refused;
    return out;
}

Sampler SamplingFlags::sampler(const Model& model) const {
    const ResolvedSampling resolved = resolve(model.file().metadata());
    const Tokenizer& tokenizer = model.tokenizer();
    for (const auto& [token, bias] : resolved.params.logit_bias)
        if (token >= tokenizer.n_vocab())
            fail(Fault::Usage, "--logit-bias: token ", token, ", the vocabulary has ", tokenizer.n_vocab());
    for (const std::string& why : resolved.refused) note(why, "; not used");
    if (explain) explain_sampling(resolved);
    return Sampler(resolved.params, [&tokenizer](Token token) { return tokenizer.piece(token, true); });
}

std::string unescape(const std::string& text) {
    std::string out;
    for (size_t i = 0; i < text.size(); ++i) {
        const char next = text[i] == '\\' && i + 1 < text.size() ? text[i + 1] : '\0';
        uint8_t byte = 0;
        if (next == 'x' && i + 3 < text.size() &&
            std::from_chars(&text[i + 2], &text[i + 4], byte, 16).ptr == &text[i + 4]) {
            out += char(byte);
            i += 3;
        } else if (constexpr std::string_view kNames = "nrt'\"\\";
                   next && kNames.find(next) != std::string_view::npos) {
            out += "\n\r\t'\"\\"[kNames.find(next)];
            i += 1;
        } else {
            out += text[i];
        }
    }
    return out;
}

}  // namespace siskin
