#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/options.h"
#include "cli/terminal.h"
#include "formats/error.h"

namespace siskin {
namespace {

struct Flags {
    ModelFlags model;
    std::string decode;
    bool no_bos = false, parse_special = false, ids = false, special = false;
};

void print_ids(std::span<const Token> tokens) { put(nlohmann::json(tokens).dump() + "\n"); }

/// One token a line, and the whole a JSON array.
void print_pairs(const Tokenizer& tokenizer, std::span<const Token> tokens) {
    std::string out = "[";
    for (const Token token : tokens) {
        const nlohmann::ordered_json pair = {{"id", token}, {"text", tokenizer.piece(token, true)}};
        out += (out.size() > 1 ? ",\n " : "\n ") + pair.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    }
    put_text(out + "\n]\n");
}

void check_tokens(const Tokenizer& tokenizer, std::span<const Token> tokens) {
    for (const Token token : tokens)
        if (token < 0 || token >= tokenizer.n_vocab())
            fail(Fault::Usage, "--decode: token ", token, ": the vocabulary has ids 0 to ", tokenizer.n_vocab() - 1);
}

int tokenize(Flags& flags) {
    const GgufFile file = flags.model.open();
    const auto tokenizer = Tokenizer::load(file.metadata(), flags.model.pre);
    if (!flags.decode.empty()) {
        const auto tokens = parse_tokens("--decode", flags.decode == "-" ? read_stdin() : flags.decode);
        check_tokens(*tokenizer, tokens);
        put_text(tokenizer->decode(tokens, flags.special));
        return 0;
    }
    const auto tokens =
        tokenizer->encode(read_stdin(), {.add_special = !flags.no_bos, .parse_special = flags.parse_special});
    if (flags.ids)
        print_ids(tokens);
    else
        print_pairs(*tokenizer, tokens);
    return 0;
}

}  // namespace

Command tokenize_command(CLI::App& app) {
    const auto flags = std::make_shared<Flags>();
    flags->model.add(app);
    app.option_defaults()->group("Text");
    app.add_flag("--ids", flags->ids, "print the ids alone, as a JSON array");
    app.add_flag("--no-bos", flags->no_bos, "leave out the tokens that the vocabulary puts at the ends of a text");
    app.add_flag("--parse-special", flags->parse_special, "control tokens written out in the text become those tokens");
    app.add_option("--decode", flags->decode, "the other way: token ids to bytes; -: ids from stdin")->type_name("IDS");
    app.add_flag("--special", flags->special, "--decode shows control tokens");
    return [flags](Arguments& arguments) {
        flags->model.take_model(arguments.positional);
        refuse_more(arguments);
        note_ignored(arguments);
        return tokenize(*flags);
    };
}

}  // namespace siskin
