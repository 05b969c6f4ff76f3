#include "cli/commands.h"

#include <CLI/CLI.hpp>

#include "formats/error.h"

namespace siskin {
namespace {

const CommandRow kCommands[] = {
    {"run",
     "[MODEL] [PROMPT]",
     "answer one prompt, or go on with a text",
     run_command,
     {"run \"What is Q4_K_M?\"", "run model.gguf \"Summarise:\" < report.txt",
      "run -m model.gguf -p \"Once upon\" -n 64 --temp 0",
      "run model.gguf --each lines \"Translate into French: {}\" < words.txt",
      "run model.gguf -f server.log \"What broke?\" --truncate --stream-json"}},
    {"chat",
     "[MODEL]",
     "talk with a model",
     chat_command,
     {"chat", "chat model.gguf -S work", "chat model.gguf -sys \"Answer briefly.\"", "chat model.gguf -j schema.json",
      "chat model.gguf --tools tools.json"}},
    {"choose",
     "[MODEL] [PROMPT]",
     "the most likely of some given answers",
     choose_command,
     {"choose model.gguf \"Is this spam?\" --choices yes,no < mail",
      "choose \"Is this spam?\" --is yes --at-least 0.8 < mail && echo spam"}},
    {"score",
     "[MODEL] [PROMPT]",
     "given answers, their probabilities among these, and their chances among all",
     score_command,
     {"score model.gguf \"Which language is it?\" --choices en,fr,de < letter"}},
    {"info", "[MODEL]", "what is in a GGUF file", info_command, {"info model.gguf"}},
    {"plan",
     "[MODEL]",
     "what memory a model needs here, and how fast it will be",
     plan_command,
     {"plan model.gguf", "plan model.gguf -c 32768 -ctk q8_0 -ctv q8_0", "plan model.gguf -p 4000 -n 500 --json"}},
    {"bench", "[MODEL]", "measure reading and writing speed", bench_command, {"bench model.gguf -p 512 -n 128 -r 5"}},
    {"tokenize",
     "[MODEL]",
     "text on stdin to token ids, and back",
     tokenize_command,
     {"tokenize model.gguf --ids < text.txt", "tokenize model.gguf --decode 9906,1917"}},
    {"template",
     "[MODEL]",
     "what a chat template makes of a conversation",
     template_command,
     {"template model.gguf", "template --template chat.jinja --context talk.json"}},
    {"logits",
     "[MODEL]",
     "the numbers behind the answers",
     logits_command,
     {"logits model.gguf --tokens 1,2,3 -o out.f32"}},
    {"list", "", "models on this machine, those of other programs too (also: ls)", list_command, {"list", "ls --json"}},
    {"pull",
     "hf:OWNER/NAME[:TYPE]",
     "download a model of Hugging Face, or from an address",
     pull_command,
     {"pull hf:ggml-org/gemma-3-1b-it-GGUF:Q4_K_M", "pull https://example.org/model.gguf"}},
    {"doctor", "", "what this machine can do, and whether siskin computes right on it", doctor_command, {"doctor"}},
    {"completion",
     "bash|zsh|fish",
     "a script that completes siskin's words in a shell",
     completion_command,
     {"completion bash > ~/.local/share/bash-completion/completions/siskin",
      "completion zsh > ~/.zfunc/_siskin    # a folder of $fpath",
      "completion fish > ~/.config/fish/completions/siskin.fish"}},
    {"man", "", "this manual as a man page", man_command, {"man > ~/.local/share/man/man1/siskin.1"}},
};

constexpr ExitCode kExitCodes[] = {
    {0, "ok"},
    {int(Fault::Failed), "failed"},
    {int(Fault::Usage), "usage"},
    {int(Fault::BadData), "bad model or data"},
    {int(Fault::NoInput), "no such file"},
    {int(Fault::Bug), "bug"},
    {int(Fault::NoMemory), "not enough memory"},
    {int(Fault::CannotCreate), "cannot create output"},
    {int(Fault::Io), "I/O error"},
    {int(Fault::Busy), "busy"},
    {int(Fault::NoPermission), "permission"},
    {int(Fault::TooLong), "prompt does not fit the context"},
    {124, "time limit"},
    {130, "interrupted"},
    {141, "closed pipe"},
    {143, "terminated"},
};

constexpr EnvironmentVariable kEnvironment[] = {
    {"SISKIN_MODEL", "the model where the command line names none; without it the small built-in one answers"},
    {"SISKIN_ISA", "forces the kernels of one instruction set: scalar, avx2, avxvnni, avx512, avx512vnni, avx512bf16"},
    {"SISKIN_PROMPT_CACHE",
     "how much disk the prompts that were read may take, such as 512M or 8G; 2G without it, 0: none are kept"},
    {"HF_TOKEN",
     "opens private and gated models of Hugging Face to pull, as hf auth login does; HF_ENDPOINT names another server"},
    {"HF_HOME", "where models of Hugging Face lie; LLAMA_CACHE, HF_HUB_CACHE and OLLAMA_MODELS are obeyed as well"},
    {"SISKIN_NOW", "the time that chat templates see, such as 2026-11-21T00:00:00"},
};

}  // namespace

std::span<const CommandRow> all_commands() { return kCommands; }

const CommandRow* find_command(std::string_view name) {
    if (name == "ls") name = "list";
    for (const CommandRow& row : kCommands)
        if (row.name == name) return &row;
    return nullptr;
}

CommandParser parser_of(const CommandRow& row) {
    CommandParser parser;
    parser.app = std::make_unique<CLI::App>(std::string(row.summary), "siskin " + std::string(row.name));
    parser.app->option_defaults()->take_last()->always_capture_default();
    parser.app->set_help_flag("-h,--help", "print this")->group("General");
    parser.command = row.make(*parser.app);
    return parser;
}

std::span<const ExitCode> all_exit_codes() { return kExitCodes; }
std::span<const EnvironmentVariable> all_environment_variables() { return kEnvironment; }

}  // namespace siskin
