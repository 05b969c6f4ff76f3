#include "cli/args.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <numeric>

#include "formats/error.h"

namespace siskin {
namespace {

/// Long names that people write with one dash.
struct Alias {
    std::string_view one_dash, name;
};
constexpr Alias kAliases[] = {
    {"-ngl", "--gpu-layers"},     {"-pg", "--pg"},
    {"-tb", "--threads-batch"},   {"-ub", "--ubatch-size"},
    {"-ctk", "--cache-type-k"},   {"-ctv", "--cache-type-v"},
    {"-sys", "--system-prompt"},  {"-np", "--parallel"},
    {"-cnv", "--conversation"},   {"-no-cnv", "--no-conversation"},
    {"-sp", "--special"},         {"-st", "--single-turn"},
    {"-fa", "--flash-attn"},      {"-sm", "--split-mode"},
    {"-ts", "--tensor-split"},    {"-mg", "--main-gpu"},
    {"-dev", "--device"},         {"-ot", "--override-tensor"},
    {"-cmoe", "--cpu-moe"},       {"-ncmoe", "--n-cpu-moe"},
    {"-nkvo", "--no-kv-offload"}, {"-mmp", "--mmap"},
    {"-co", "--color"},           {"-hf", "--hf-repo"},
    {"-hfr", "--hf-repo"},
};

/// Flags of other programs that change nothing here. Those that ask for what siskin does anyway need no remark.
enum class Value : uint8_t { None, One, Switch };  // Switch: "on", "off", "auto", "0" and "1" are taken if they follow
struct Ignored {
    std::string_view name;
    Value value;
    bool remark;
};
constexpr Ignored kIgnored[] = {
    {"--split-mode", Value::One, true},
    {"--tensor-split", Value::One, true},
    {"--main-gpu", Value::One, true},
    {"--device", Value::One, true},
    {"--override-tensor", Value::One, true},
    {"--cpu-moe", Value::None, false},
    {"--n-cpu-moe", Value::One, false},
    {"--no-kv-offload", Value::None, false},
    {"--threads-batch", Value::One, true},
    {"--flash-attn", Value::Switch, false},
    {"--mlock", Value::None, true},
    {"--no-mmap", Value::None, true},
    {"--mmap", Value::Switch, false},
    {"--warmup", Value::None, false},
    {"--no-warmup", Value::None, false},
    {"--log-disable", Value::None, false},
    {"--simple-io", Value::None, false},
    {"--no-display-prompt", Value::None, false},
    {"--single-turn", Value::None, false},
    {"--color", Value::Switch, true},
    {"--no-perf", Value::None, false},
    {"--no-context-shift", Value::None, false},
    {"--jinja", Value::None, false},
    {"--offline", Value::None, false},
    {"--nowordwrap", Value::None, false},
    {"--keepalive", Value::One, true},
    {"--numa", Value::One, true},
    {"--prio", Value::One, true},
    {"--poll", Value::One, true},
    {"--prompt-cache", Value::One, false},
    {"--prompt-cache-all", Value::None, false},
    {"--prompt-cache-ro", Value::None, false},
};

const Ignored* find_ignored(std::string_view name) {
    for (const Ignored& ignored : kIgnored)
        if (ignored.name == name) return &ignored;
    return nullptr;
}

bool is_switch_value(std::string_view text) {
    constexpr std::string_view kValues[] = {"on", "off", "auto", "0", "1"};
    return std::find(std::begin(kValues), std::end(kValues), text) != std::end(kValues);
}

/// Edits (a letter added, dropped, changed, or two swapped) between two names.
size_t distance(std::string_view a, std::string_view b) {
    std::vector<size_t> two_back, last(b.size() + 1), row(b.size() + 1);
    std::iota(last.begin(), last.end(), size_t{0});
    for (size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (size_t j = 1; j <= b.size(); ++j) {
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], two_back[j - 2] + 1);
        }
        two_back = last;
        last = row;
    }
    return last[b.size()];
}

std::vector<std::string> flag_names(const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::Option* option : app.get_options())
        for (std::string& name : option_names(*option)) names.push_back(std::move(name));
    return names;
}

/// A flag as typed: its full name and the value that is attached to it.
struct Flag {
    std::string name, value;
    bool attached = false;
};

Flag split(const std::string& typed) {
    Flag flag;
    const bool is_long = typed.starts_with("--");
    const size_t equals = typed.find('=');
    flag.name = typed.substr(0, equals);
    flag.attached = equals != std::string::npos;
    if (flag.attached) flag.value = typed.substr(equals + 1);
    for (const Alias& alias : kAliases)
        if (flag.name == alias.one_dash) flag.name = alias.name;
    const bool has_attached_number = !is_long && flag.name[1] != '-' && flag.name.size() > 2 && !flag.attached &&
                                     !std::isalpha(static_cast<unsigned char>(typed[2]));
    if (has_attached_number) flag = {typed.substr(0, 2), typed.substr(2), true};  // -n128
    return flag;
}

/// The parser's complaint about a value in our words.
[[noreturn]] void fail_conversion(std::string_view message) {
    constexpr std::string_view kBefore = "Could not convert: ", kBetween = " = ";
    const size_t between = message.find(kBetween);
    if (!message.starts_with(kBefore) || between == std::string_view::npos) fail(Fault::Usage, message);
    fail(Fault::Usage, message.substr(kBefore.size(), between - kBefore.size()), ": \"",
         message.substr(between + kBetween.size()), "\" is not a number in its range");
}

}  // namespace

std::vector<std::string> option_names(const CLI::Option& option) {
    std::vector<std::string> names;
    for (const std::string& name : option.get_snames()) names.push_back("-" + name);
    for (const Alias& alias : kAliases)
        if (option.check_name(std::string(alias.name))) names.emplace_back(alias.one_dash);
    for (const std::string& name : option.get_lnames()) names.push_back("--" + name);
    return names;
}

std::string did_you_mean(std::string_view name, const std::vector<std::string>& names) {
    const auto bare = [](std::string_view flag) {
        return flag.substr(std::min(flag.size(), flag.find_first_not_of('-')));
    };
    const std::string* nearest = nullptr;
    size_t best = std::max<size_t>(1, bare(name).size() / 3) + 1;
    for (const std::string& candidate : names) {
        const size_t d = distance(bare(name), bare(candidate));
        if (d < best && d < bare(candidate).size()) best = d, nearest = &candidate;
    }
    return nearest ? "; did you mean " + *nearest + "?" : "";
}

Arguments parse_arguments(CLI::App& app, const std::vector<std::string>& args) {
    Arguments parsed;
    std::vector<std::string> known;  // name, value, name, value, …
    bool flags_ended = false;
    for (size_t i = 0; i < args.size(); ++i) {
        if (flags_ended || args[i].size() < 2 || args[i][0] != '-') {
            parsed.positional.push_back(args[i]);
            continue;
        }
        if (args[i] == "--") {
            flags_ended = true;
            continue;
        }
        const Flag flag = split(args[i]);
        if (const CLI::Option* option = app.get_option_no_throw(flag.name)) {
            known.push_back(flag.name);
            const bool takes_value = option->get_items_expected_min() > 0;
            if (!takes_value && flag.attached) fail(Fault::Usage, flag.name, " takes no value");
            if (!takes_value) continue;
            if (!flag.attached && i + 1 == args.size()) fail(Fault::Usage, args[i], " needs a value");
            known.push_back(flag.attached ? flag.value : args[++i]);
        } else if (const Ignored* ignored = find_ignored(flag.name)) {
            if (ignored->remark) parsed.ignored.push_back(args[i]);
            const bool more = !flag.attached && i + 1 < args.size();
            if (ignored->value == Value::One && !flag.attached && !more) fail(Fault::Usage, args[i], " needs a value");
            i += more &&
                 (ignored->value == Value::One || (ignored->value == Value::Switch && is_switch_value(args[i + 1])));
        } else {
            fail(Fault::Usage, "unknown flag ", args[i], did_you_mean(args[i], flag_names(app)));
        }
    }
    std::reverse(known.begin(), known.end());  // the parser takes them from the back
    try {
        app.parse(known);
    } catch (const CLI::CallForHelp&) {
        throw;
    } catch (const CLI::ConversionError& e) {
        fail_conversion(e.what());
    } catch (const CLI::ParseError& e) {
        fail(Fault::Usage, e.what());
    }
    return parsed;
}

}  // namespace siskin
