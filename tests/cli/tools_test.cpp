// The commands that other tools lean on: logits, tokenize, info, bench, doctor, and the help.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/cli/siskin.h"
#include "tests/support/engine_run.h"
#include "tests/support/golden.h"

namespace siskin::test {
namespace {

using Json = nlohmann::json;

void expect_failure(const Words& words, int code, std::string_view said, const std::string& input = "") {
    const Finished done = call(words, {.input = input});
    EXPECT_EQ(done.code, code) << done.err;
    EXPECT_NE(done.err.find(said), std::string::npos) << done.err;
    EXPECT_EQ(std::count(done.err.begin(), done.err.end(), '\n'), 1) << done.err;
    EXPECT_EQ(done.out, "");
}

TEST(Logits, AreThoseOfTheEngine) {
    Models models;
    const std::string model = models.plain(), file = models.path("out.f32");
    const std::vector<Token> tokens = {1, 104, 108, 184, 20, 7, 8, 9};
    const auto loaded = Model::load(model);
    const std::vector<float> expected = engine_logits(loaded, tokens);
    const auto greedy = engine_greedy(loaded, tokens, 6);
    const Words words = {"logits",   "-m", model,  "--tokens", "1,104,108,184,20,7,8,9",
                         "--greedy", "6",  "-ctk", "f32",      "-ctv",
                         "f32",      "-c", "512",  "-o",       file};
    for (const Words& flags : {Words{"-t", "1"}, Words{"-t", "2"}, Words{"-b", "1"}, Words{"-b", "3", "-t", "2"}}) {
        const Finished done = call(words + flags);
        ASSERT_EQ(done.code, 0) << done.err;
        EXPECT_EQ(done.err, "");
        const Json object = Json::parse(done.out);
        EXPECT_EQ(object["n_vocab"], loaded->config().n_vocab);
        EXPECT_EQ(object["greedy"].get<std::vector<Token>>(), greedy);
        const std::vector<float> written = read_floats(file);
        ASSERT_EQ(written.size(), expected.size());
        EXPECT_EQ(std::memcmp(written.data(), expected.data(), expected.size() * sizeof(float)), 0);
    }
    const Finished piped = call({"logits", "-m", model, "--tokens", "-", "-ctk", "f32", "-ctv", "f32", "-o", "-"},
                                {.input = "[1, 104,\n 108]"});
    ASSERT_EQ(piped.out.size(), 3 * loaded->config().n_vocab * sizeof(float)) << piped.err;
    EXPECT_EQ(std::memcmp(piped.out.data(), expected.data(), piped.out.size()), 0);
}

TEST(Logits, RefuseWhatCannotBe) {
    Models models;
    const std::string model = models.plain();
    expect_failure({"logits", "-m", model}, 2, "--tokens");
    expect_failure({"logits", "-m", model, "--tokens", "1,x"}, 2, "\"x\"");
    expect_failure({"logits", "-m", model, "--tokens", ""}, 2, "--tokens");
    expect_failure({"logits", "-m", model, "--tokens", "1,99999"}, 65, "99999");
    expect_failure({"logits", "-m", model, "--tokens", "1,-2"}, 65, "-2");
    expect_failure({"logits", "-m", model, "--tokens", "1,2,3", "-c", "2"}, 78, "the context has 2");
    expect_failure({"logits", "-m", model, "--tokens", "1", "-ctk", "q5_0"}, 2, "-ctk");
    expect_failure({"logits", "-m", model, "--tokens", "1", "-o", "/nowhere/out"}, 73, "/nowhere/out");
    expect_failure({"logits", "-m", model, "--tokens", "1", "-o", "/dev/full"}, 74, "/dev/full");
    expect_failure({"logits", "-m", model, "--tokens", "1", "-b", "0"}, 2, "-b");
    expect_failure({"logits", "-m", model, "--tokens", "1", "-t", "9999"}, 2, "-t");
}

TEST(Logits, AnInterruptedFileIsNotLeftBehind) {
    Models models;
    const std::string model = models.plain(), file = models.path("out.f32");
    Process process(siskin_command({"logits", "-m", model, "--tokens", "1", "--greedy", "8000", "-o", file, "-v"}));
    ASSERT_TRUE(process.wait_for_error("context: "));
    usleep(100000);
    process.send(SIGINT);
    EXPECT_EQ(process.finish(), 130);
    EXPECT_FALSE(std::filesystem::exists(file));
}

TEST(Tokenize, GoesThereAndBack) {
    Models models;
    const std::string texts[] = {"the rest of it",
                                 " two  spaces ",
                                 "",
                                 "\n\n",
                                 "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x90\xa6",
                                 "bytes \xff\xfe.",
                                 "<s>",
                                 "a\r\nb\t\x1b"};
    for (const std::string& model : {models.plain(), models.chatml()})
        for (const std::string& text : texts) {
            const Finished ids = call({"tokenize", "-m", model, "--ids", "--no-bos"}, {.input = text});
            ASSERT_EQ(ids.code, 0) << ids.err;
            EXPECT_TRUE(Json::parse(ids.out).is_array());
            if (text.empty()) {
                EXPECT_EQ(ids.out, "[]\n");
                continue;
            }
            const Finished back = call({"tokenize", "-m", model, "--decode", "-"}, {.input = ids.out});
            EXPECT_EQ(back.code, 0) << back.err;
            EXPECT_EQ(back.out, text) << model << " " << ids.out;
        }
}

TEST(Tokenize, ShowsIdsAndPieces) {
    Models models;
    const std::string model = models.plain();
    const Finished ids = call({"tokenize", "-m", model, "--ids"}, {.input = "the <s>"});
    const Finished pairs = call({"tokenize", model}, {.input = "the <s>"});
    const Json ids_json = Json::parse(ids.out), pairs_json = Json::parse(pairs.out);
    ASSERT_EQ(ids_json.size(), pairs_json.size());
    for (size_t i = 0; i < ids_json.size(); ++i) EXPECT_EQ(pairs_json[i]["id"], ids_json[i]);
    EXPECT_EQ(pairs_json[0]["text"], "<s>");
    EXPECT_EQ(pairs_json[1]["text"], " the");
    EXPECT_EQ(std::count(pairs.out.begin(), pairs.out.end(), '\n'), ptrdiff_t(pairs_json.size() + 2));

    const auto parsed =
        Json::parse(call({"tokenize", "-m", model, "--ids", "--parse-special"}, {.input = "the <s>"}).out);
    EXPECT_EQ(parsed.back(), 1);
    EXPECT_LT(parsed.size(), ids_json.size());
    EXPECT_EQ(Json::parse(call({"tokenize", "-m", model, "--ids", "--no-bos"}, {.input = "the <s>"}).out).size(),
              ids_json.size() - 1);
    EXPECT_EQ(call({"tokenize", "-m", model, "--decode", "1,2"}).out, "");
    EXPECT_EQ(call({"tokenize", "-m", model, "--decode", "1,2", "-sp"}).out, "<s></s>");
    expect_failure({"tokenize", "-m", model, "--decode", "1,99999"}, 2, "99999");
    expect_failure({"tokenize", "-m", model, "--decode", "one"}, 2, "\"one\"");
}

TEST(Info, TellsWhatIsInAFile) {
    Models models;
    const std::string model = models.chatml();
    const Finished summary = call({"info", model});
    EXPECT_EQ(summary.code, 0);
    for (const char* said : {"tiny qwen2", "8192 tokens", "chatml", "runs here     yes", "F32"})
        EXPECT_NE(summary.out.find(said), std::string::npos) << said << " in\n" << summary.out;

    const Json object = Json::parse(call({"info", "-m", model, "--json"}).out);
    EXPECT_EQ(object["architecture"], "qwen2");
    EXPECT_EQ(object["runs"], true);
    EXPECT_EQ(object["chat_format"], "chatml");
    EXPECT_EQ(object["sizes"]["n_embd"], 64);
    EXPECT_EQ(object["metadata"]["qwen2.context_length"], 8192);
    EXPECT_GT(object["metadata"]["tokenizer.ggml.tokens"]["count"], 200);
    EXPECT_EQ(object["tensors"].size(), Model::load(model)->file().tensors().size());
    EXPECT_EQ(object["tensors"][0]["type"], "F32");
}

TEST(Info, TellsWhyAFileCannotRun) {
    Models models;
    TinyFile file = make_tiny(tiny_recipe("llama"));
    file.set("general.architecture", std::string("weaver"));
    const std::string model = models.put("weaver.gguf", file);
    const Finished done = call({"info", model});
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_NE(done.out.find("runs here     no: general.architecture: \"weaver\""), std::string::npos) << done.out;
    const Json object = Json::parse(call({"info", model, "--json"}).out);
    EXPECT_EQ(object["runs"], false);
    EXPECT_NE(object["problem"].get<std::string>().find("weaver"), std::string::npos);
    expect_failure({"info", models.put("text.gguf", std::string_view("no"))}, 65, "text.gguf");
    expect_failure({"info", models.path("none.gguf")}, 66, "none.gguf");
}

TEST(Info, DecodesATensor) {
    Models models;
    const TinyFile tiny = make_tiny(widened(tiny_recipe("llama")), {.matrices = DType::Q4_K});
    const std::string model = models.put("q4_k.gguf", tiny), file = models.path("out.f32");
    const GgufFile gguf = GgufFile::open(model);
    const Tensor& tensor = *gguf.find("blk.0.attn_q.weight");
    std::vector<float> expected(tensor.n_elems());
    decode_row(*tensor.dtype, tensor.data, expected.size(), expected.data());
    const Words words = {"info", model, "--tensor", "blk.0.attn_q.weight", "-o"};
    EXPECT_EQ(call(words + Words{file}).code, 0);
    EXPECT_EQ(read_floats(file), expected);
    const Finished piped = call(words + Words{"-"});
    ASSERT_EQ(piped.out.size(), expected.size() * sizeof(float));
    EXPECT_EQ(std::memcmp(piped.out.data(), expected.data(), piped.out.size()), 0);
    expect_failure({"info", model, "--tensor", "blk.0.attn_q.wieght", "-o", file}, 2,
                   "did you mean blk.0.attn_q.weight?");
    expect_failure({"info", model, "--tensor", "blk.0.attn_q.weight"}, 2, "-o");
}

TEST(Bench, HasTheFieldsThatOtherToolsRead) {
    Models models;
    const std::string model = models.plain();
    const Finished done = call({"bench", "-m", model, "-p", "8,16", "-n", "4", "-d", "0,5", "-r", "2", "-t", "1,2",
                                "-o", "json", "-ngl", "0"});
    ASSERT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(done.err, "");
    const Json rows = Json::parse(done.out);
    ASSERT_EQ(rows.size(), 12u);
    for (const Json& row : rows) {
        for (const char* key :
             {"build_commit", "model_filename", "model_type", "type_k", "type_v", "test_time", "cpu_info"})
            EXPECT_TRUE(row.at(key).is_string()) << key;
        for (const char* key : {"model_size", "model_n_params", "n_batch", "n_ubatch", "n_threads", "n_prompt", "n_gen",
                                "n_depth", "avg_ns", "stddev_ns", "avg_ts", "stddev_ts", "n_gpu_layers"})
            EXPECT_TRUE(row.at(key).is_number()) << key;
        EXPECT_EQ(row["samples_ns"].size(), 2u);
        EXPECT_EQ(row["samples_ts"].size(), 2u);
        EXPECT_NE(row["n_prompt"] == 0, row["n_gen"] == 0);
        EXPECT_GT(row["avg_ts"], 0);
    }
    EXPECT_EQ(rows[0]["n_prompt"], 8);
    EXPECT_EQ(rows[2]["n_gen"], 4);
    EXPECT_EQ(rows[5]["n_depth"], 5);
    EXPECT_EQ(rows[6]["n_threads"], 2);

    const Words small = {"bench", "-m", model, "-p", "8", "-n", "0", "-r", "1"};
    const std::string table = call(small).out, csv = call(small + Words{"-o", "csv"}).out;
    EXPECT_TRUE(table.starts_with("| model |")) << table;
    EXPECT_NE(table.find("| pp8 |"), std::string::npos) << table;
    EXPECT_TRUE(csv.starts_with("build_commit,")) << csv;
    EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 2);
    const std::string more =
        call({"bench", "-m", model, "-p", "0", "-n", "4", "--sessions", "1,3", "-pg", "8,4", "-pg", "16,2", "-r", "1"})
            .out;
    for (const char* test : {"| tg4 |", "| tg4 x3 |", "| pp8+tg4 |", "| pp16+tg2 |"})
        EXPECT_NE(more.find(test), std::string::npos) << test << " in\n" << more;
    expect_failure(small + Words{"--sessions", "0"}, 2, "--sessions");
    expect_failure(small + Words{"-pg", "8"}, 2, "-pg");
    expect_failure(small + Words{"-o", "xml"}, 2, "xml");
    expect_failure(small + Words{"-r", "0"}, 2, "-r");
    expect_failure(small + Words{"-d", "4000000000"}, 2, "-d");
}

TEST(Doctor, FindsEveryKernelSound) {
    const Finished done = call({"doctor"});
    EXPECT_EQ(done.code, 0) << done.out << done.err;
    for (const char* said : {"processor", "threads", "memory", "kernels"})
        EXPECT_NE(done.out.find(said), std::string::npos) << said << " in\n" << done.out;
    EXPECT_NE(call({"doctor"}, {.environment = {"SISKIN_ISA=scalar"}}).out.find("scalar (SISKIN_ISA asks for it)"),
              std::string::npos);
    expect_failure({"doctor", "please"}, 2, "please");
    const Finished unknown = call({"doctor"}, {.environment = {"SISKIN_ISA=abacus"}});
    EXPECT_EQ(unknown.code, 2);
}

TEST(Help, IsThereForEveryCommand) {
    const Finished general = call({"--help"});
    EXPECT_EQ(general.code, 0);
    EXPECT_EQ(general.err, "");
    EXPECT_EQ(call({"help"}).out, general.out);
    EXPECT_EQ(call({}).err, general.out);
    for (const char* command : {"run", "chat", "info", "plan", "bench", "tokenize", "template", "logits", "doctor"}) {
        EXPECT_NE(general.out.find(std::string("\n  ") + command + " "), std::string::npos) << command;
        const Finished help = call({command, "--help"});
        EXPECT_EQ(help.code, 0);
        EXPECT_TRUE(help.out.starts_with(std::string("siskin ") + command + ": ")) << help.out;
        EXPECT_EQ(call({"help", command}).out, help.out);
        EXPECT_EQ(call({command, "-h"}).out, help.out);
    }
    EXPECT_TRUE(call({"--version"}).out.starts_with("siskin "));
}

}  // namespace
}  // namespace siskin::test
