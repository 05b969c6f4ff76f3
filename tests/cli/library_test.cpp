// Models by name: what names say, what the caches of other programs hold, and what people mean.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cli/library/library.h"
#include "cli/library/names.h"
#include "tests/cli/model_home.h"

namespace siskin::test {
namespace {

using Json = nlohmann::json;
using Words = std::vector<std::string>;

TEST(Sha256, GivesTheExamplesOfTheStandard) {
    const std::pair<std::string, const char*> cases[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
        {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqr"
         "stu",
         "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
        {std::string(1000000, 'a'), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
    };
    for (const auto& [text, expected] : cases) {
        EXPECT_EQ(ModelHome::sha256(text), expected);
        for (const size_t piece : {1, 7, 55, 56, 63, 64, 65, 1000}) {
            Sha256 hash;
            for (size_t at = 0; at < text.size(); at += piece)
                hash.add(std::as_bytes(std::span(text).subspan(at, std::min(piece, text.size() - at))));
            EXPECT_EQ(hash.hex(), expected) << piece;
        }
    }
}

TEST(Names, SayTypeAndPart) {
    const struct {
        const char *file, *stem, *type;
        uint32_t part = 1, n_parts = 1;
    } cases[] = {
        {"gemma-3-1b-it-Q4_K_M.gguf", "gemma-3-1b-it-Q4_K_M", "Q4_K_M"},
        {"a/b/Llama-3.Q8_0.GGUF", "a/b/Llama-3.Q8_0", "Q8_0"},
        {"x-UD-IQ2_XXS.gguf", "x-UD-IQ2_XXS", "UD-IQ2_XXS"},
        {"ggml-model-q4_0.gguf", "ggml-model-q4_0", "Q4_0"},
        {"phi_2_Q5_K_S.gguf", "phi_2_Q5_K_S", "Q5_K_S"},
        {"m-bf16.gguf", "m-bf16", "BF16"},
        {"gpt-oss-20b-mxfp4.gguf", "gpt-oss-20b-mxfp4", "MXFP4"},
        {"big-Q6_K-00002-of-00010.gguf", "big-Q6_K", "Q6_K", 2, 10},
        {"big-00011-of-00010.gguf", "big-00011-of-00010", ""},
        {"big-0001-of-00010.gguf", "big-0001-of-00010", ""},
        {"Qwen3.gguf", "Qwen3", ""},
        {"Q4_K_M.gguf", "Q4_K_M", ""},
    };
    for (const auto& c : cases) {
        const GgufName name = parse_gguf_name(c.file);
        EXPECT_EQ(name.stem, c.stem);
        EXPECT_EQ(name.part, c.part) << c.file;
        EXPECT_EQ(name.n_parts, c.n_parts) << c.file;
        EXPECT_EQ(type_in_name(name.stem), c.type);
    }
    EXPECT_EQ(part_name(parse_gguf_name("big-Q6_K-00002-of-00010.gguf"), 7), "big-Q6_K-00007-of-00010.gguf");
    EXPECT_TRUE(has_type("x-Q4_K_M-imat", "q4_k_m"));
    EXPECT_TRUE(has_type("x-UD-Q4_K_M", "Q4_K_M"));
    EXPECT_TRUE(has_type("Q4_K_M/x", "x"));
    EXPECT_FALSE(has_type("x-Q4_K_M", "Q4_K"));
    EXPECT_FALSE(has_type("x-IQ4_XS", "Q4_XS"));
}

TEST(Names, TellModelsFromOtherFiles) {
    for (const char* file : {"a.gguf", "x/b.GGUF", "mmproj/a.gguf"}) EXPECT_TRUE(names_model(file)) << file;
    for (const char* file :
         {"mmproj-a.gguf", "a-MMPROJ.gguf", "a.gguf.incomplete", "imatrix.gguf", "a.json", ".gguf.x"})
        EXPECT_FALSE(names_model(file)) << file;
}

TEST(Names, OfHuggingFace) {
    const struct {
        const char *text, *repo, *type, *file;
    } good[] = {
        {"a/b", "a/b", "", ""},
        {"ggml-org/gemma-3-1b-it-GGUF:Q4_K_M", "ggml-org/gemma-3-1b-it-GGUF", "Q4_K_M", ""},
        {"a/b/sub/c.gguf", "a/b", "", "sub/c.gguf"},
    };
    for (const auto& c : good) {
        HubName name;
        ASSERT_TRUE(parse_hub_name(c.text, name)) << c.text;
        EXPECT_EQ(name.repo, c.repo);
        EXPECT_EQ(name.type, c.type);
        EXPECT_EQ(name.file, c.file);
        EXPECT_EQ(name.text(), c.text);
    }
    for (const char* text : {"", "a", "/b", "a/", "a/b:", "a/b/", "a/b/../c", "a/b//c", "../b", "a/..", "a/b c",
                             "a/b:x y", "a/b/c\n", "-a/b", "a/b-", "a--b/c", "a/b\\c"}) {
        HubName name;
        EXPECT_FALSE(parse_hub_name(text, name)) << text;
    }
    std::string_view prefixed = "HF:a/b";
    EXPECT_TRUE(take_hub_prefix(prefixed));
    EXPECT_EQ(prefixed, "a/b");
}

/// A home where every tool keeps something.
class FullHome : public ModelHome {
  public:
    FullHome() {
        put_hub("models--org--tiny-GGUF", "1111", "tiny-Q8_0.gguf", model("old"));
        put_hub("models--org--tiny-GGUF", "2222", "tiny-Q4_K_M.gguf", model("hub q4"));
        put_hub("models--org--tiny-GGUF", "2222", "tiny-Q8_0.gguf", model("hub q8"));
        put_hub("models--org--tiny-GGUF", "2222", "mmproj-tiny-F16.gguf", model("projector"));
        put(".cache/huggingface/hub/models--org--tiny-GGUF/blobs/00ff.incomplete", "GG");
        put_hub("models--org--one", "3333", "sub/one.gguf", model("one"));
        put_ollama("registry.ollama.ai/library/llama3.2/1b", model("ollama 1b"));
        put_ollama("registry.ollama.ai/library/llama3.2/latest", model("ollama latest"));
        put_ollama("registry.ollama.ai/someone/bird/7b", model("bird"));
        put_ollama("hf.co/org/other/Q4_K_M", model("hub by ollama"));
        put(".cache/llama.cpp/lone-Q5_K_M.gguf", model("lone"));
        put(".cache/llama.cpp/org_old_old-Q4_K_M.gguf", model("old llama.cpp"));
        put(".cache/llama.cpp/broken.gguf", model("broken").substr(0, 3000));
        put(".cache/llama.cpp/page.gguf", "<html>");
        put(".lmstudio/models/maker/kind/kind-Q6_K.gguf", model("studio"));
        put(".lmstudio/models/maker/kind/kind-F16-00001-of-00002.gguf", model("half"));
    }
    Finished list(const Words& more = {}) const {
        Words words = {"list"};
        words.insert(words.end(), more.begin(), more.end());
        return call(words);
    }
    /// Which model reads a prompt, or what is said.
    std::string answers(const Words& words, const std::vector<std::string>& more = {}) const {
        Words all = {"run", "--json", "-n", "1"};
        all.insert(all.end(), words.begin(), words.end());
        const Finished done = call(all, more);
        return done.code == 0 ? Json::parse(done.out)["model"]["name"].get<std::string>()
                              : std::to_string(done.code) + " " + done.err;
    }
};

TEST(List, NamesEverything) {
    const FullHome home;
    const Finished done = home.list({"--json"});
    ASSERT_EQ(done.code, 0) << done.err;
    const struct {
        const char *name, *type, *tool, *status;
    } expected[] = {
        {"org/one/sub/one", "F32", "Hugging Face", "ok"},
        {"org/tiny-GGUF:Q4_K_M", "Q4_K_M", "Hugging Face", "ok"},
        {"org/tiny-GGUF:Q8_0", "Q8_0", "Hugging Face", "ok"},
        {"broken", "", "llama.cpp", "broken"},
        {"lone-Q5_K_M", "Q5_K_M", "llama.cpp", "ok"},
        {"org_old_old-Q4_K_M", "Q4_K_M", "llama.cpp", "ok"},
        {"page", "", "llama.cpp", "broken"},
        {"hf.co/org/other:Q4_K_M", "Q8_0", "Ollama", "ok"},
        {"llama3.2:1b", "Q8_0", "Ollama", "ok"},
        {"llama3.2:latest", "Q8_0", "Ollama", "ok"},
        {"someone/bird:7b", "Q8_0", "Ollama", "ok"},
        {"maker/kind:F16", "F16", "LM Studio", "incomplete"},
        {"maker/kind:Q6_K", "Q6_K", "LM Studio", "ok"},
    };
    const Json list = Json::parse(done.out);
    ASSERT_EQ(list.size(), std::size(expected)) << done.out;
    for (size_t i = 0; i < list.size(); ++i) {
        EXPECT_EQ(list[i]["name"], expected[i].name);
        EXPECT_EQ(list[i]["type"], expected[i].type) << expected[i].name;
        EXPECT_EQ(list[i]["tool"], expected[i].tool) << expected[i].name;
        EXPECT_EQ(list[i]["status"], expected[i].status) << expected[i].name;
        EXPECT_TRUE(list[i]["status"] == "ok" ? list[i]["problem"].is_null() : list[i]["problem"].is_string());
        EXPECT_EQ(list[i]["bytes"], std::filesystem::file_size(list[i]["path"].get<std::string>()));
    }
    EXPECT_NE(done.err.find("1 download is unfinished"), std::string::npos) << done.err;

    const Finished table = home.call({"ls"});
    EXPECT_EQ(table.code, 0);
    EXPECT_EQ(std::count(table.out.begin(), table.out.end(), '\n'), ptrdiff_t(std::size(expected)));
    EXPECT_NE(table.out.find("llama3.2:1b"), std::string::npos);
    EXPECT_NE(table.out.find("  ~/.ollama/models/blobs/sha256-"), std::string::npos) << table.out;
    EXPECT_NE(table.out.find("1 of 2 parts"), std::string::npos);
}

TEST(List, SaysWhereItLookedWhenThereIsNothing) {
    const ModelHome home;
    const Finished done = home.call({"list"});
    EXPECT_EQ(done.code, 0);
    EXPECT_EQ(done.out, "");
    EXPECT_NE(done.err.find("siskin pull"), std::string::npos) << done.err;
    EXPECT_EQ(home.call({"list", "--json"}).out, "[]\n");
    EXPECT_EQ(home.call({"list", "x"}).code, 2);
}

TEST(List, TakesNonsenseCalmly) {
    const ModelHome home;
    const std::string digest = std::string("sha256:") + std::string(64, 'a');
    int n = 0;
    for (
        const std::string& manifest : std::vector<std::string>{
            "", "[]", "{", "3", R"({"layers":3})", R"({"layers":[3,null,{}]})", std::string(100000, '['),
            R"({"layers":[{"mediaType":"application/vnd.ollama.image.model","digest":"sha256:../../../../etc/passwd"}]})",
            R"({"layers":[{"mediaType":"application/vnd.ollama.image.model","digest":7,"size":"x"}],"config":[]})"})
        home.put(".ollama/models/manifests/registry.ollama.ai/library/m/" + std::to_string(++n), manifest);
    home.put(".ollama/models/manifests/registry.ollama.ai/library/gone/1b",
             R"({"layers":[{"mediaType":"application/vnd.ollama.image.model","size":5,"digest":")" + digest + "\"}]}");
    home.put(".ollama/models/manifests/deep/er/than/it/is", "{}");
    const std::filesystem::path link = home.put_hub("models--a--b", "1", "b-Q4_0.gguf", ModelHome::model("b"));
    std::filesystem::remove(home.hub() / "models--a--b" / "blobs" / std::filesystem::read_symlink(link).filename());
    home.put(".cache/huggingface/hub/models--a--b/refs/main", std::string("\0\xff", 2));
    home.put(".cache/huggingface/hub/models--x", "a file");
    home.put(".cache/huggingface/hub/models--a/snapshots/1/x.gguf", "no owner");
    home.put(".lmstudio/models/o/m/m.gguf", "");
    std::filesystem::create_directory_symlink("..", home / ".lmstudio/models/o/m/loop");
    const Finished done = home.call({"list", "--json"});
    ASSERT_EQ(done.code, 0) << done.err;
    std::vector<std::string> names;
    for (const Json& model : Json::parse(done.out)) {
        names.push_back(model["name"]);
        EXPECT_NE(model["status"], "ok") << model;
    }
    ASSERT_EQ(names.size(), 3U) << done.out;
    EXPECT_EQ(names[0], "a/b:Q4_0");
    EXPECT_EQ(names[1], "gone:1b");
    EXPECT_EQ(names[2], "o/m/m");
    EXPECT_EQ(home.call({"info", "gone:1b"}).code, 66);
    EXPECT_EQ(home.call({"info", "a/b"}).code, 66);
}

TEST(Resolve, TakesWhatPeopleMean) {
    const FullHome home;
    const std::string file = home.put("here/a model.gguf", ModelHome::model("a file"));
    const std::pair<const char*, const char*> cases[] = {
        {"llama3.2:1b", "ollama 1b"},
        {"LLAMA3.2:1B", "ollama 1b"},
        {"llama3.2", "ollama latest"},
        {"someone/bird:7b", "bird"},
        {"someone/bird", "bird"},
        {"hf.co/org/other:Q4_K_M", "hub by ollama"},
        {"hf:org/other:q4_k_m", "hub by ollama"},
        {"org/tiny-GGUF:Q8_0", "hub q8"},
        {"org/tiny-gguf:q8_0", "hub q8"},
        {"org/tiny-GGUF", "hub q4"},
        {"hf:org/tiny-GGUF", "hub q4"},
        {"hf:org/tiny-GGUF/tiny-Q8_0.gguf", "hub q8"},
        {"tiny-Q8_0", "hub q8"},
        {"tiny-Q8_0.gguf", "hub q8"},
        {"hf:org/one", "one"},
        {"hf:org/old:Q4_K_M", "old llama.cpp"},
        {"lone-Q5_K_M", "lone"},
        {"maker/kind:Q6_K", "studio"},
        {"maker/kind", "studio"},
        {file.c_str(), "a file"},
    };
    for (const auto& [name, expected] : cases) {
        EXPECT_EQ(home.answers({"-m", name, "-p", "hi"}), expected) << name;
        EXPECT_EQ(home.answers({name, "hi"}), expected) << name;
        EXPECT_EQ(home.answers({"hi"}, {"SISKIN_MODEL=" + std::string(name)}), expected) << name;
    }
    EXPECT_EQ(home.answers({"-hf", "org/tiny-GGUF:Q8_0", "hi"}), "hub q8");
    EXPECT_EQ(home.answers({"-hfr", "org/tiny-GGUF", "hi"}), "hub q4");
    EXPECT_EQ(home.answers({"--hf-repo", "org/one", "hi"}), "one");
    EXPECT_EQ(home.call({"info", "llama3.2:1b"}).code, 0);
    EXPECT_EQ(home.call({"tokenize", "lone-Q5_K_M", "--decode", "1"}).code, 0);
}

TEST(Resolve, LeavesPromptsAlone) {
    const FullHome home;
    const std::string built_in = home.answers({"-p", "hi"});
    for (const char* prompt : {"hi", "Hello!", "What is Q4_K_M?", "Explain model.gguf", "Is it true/false?", "12:30",
                               "Q:yes", "llama3.2 is what?", "and/or?", "TCP/IP\xe3\x81\xa8\xe3\x81\xaf", "note:this",
                               "Q4_K_M", "What is https://x.org/a.gguf"})
        EXPECT_EQ(home.answers({prompt}), built_in) << prompt;
}

TEST(Resolve, SaysWhatItSearchedAndWhatIsNear) {
    const FullHome home;
    const struct {
        Words words;
        int code;
        Words said;
    } cases[] = {
        {{"lama3.2:1b", "hi"}, 66, {"did you mean llama3.2:1b?", "~/.ollama/models", "~/.cache/huggingface/hub"}},
        {{"llama3.2:70b"}, 66, {"llama3.2:70b: no such file, and no model of that name"}},
        {{"Qwen3-4B-Q4_K_M"}, 66, {"no model of that name"}},
        {{"hf:org/nothing:Q4_K_M", "hi"}, 66, {"not on this machine", "siskin pull hf:org/nothing:Q4_K_M"}},
        {{"org/tiny-GGUF:Q5_0", "hi"},
         66,
         {"here are org/tiny-GGUF:Q4_K_M, org/tiny-GGUF:Q8_0", "siskin pull hf:org/tiny-GGUF:Q5_0"}},
        {{"hf:org", "hi"}, 2, {"expected hf:OWNER/NAME"}},
        {{"https://x.org/a.gguf", "hi"}, 66, {"siskin pull https://x.org/a.gguf"}},
        {{"maker/kind:F16", "hi"}, 66, {"1 of 2 parts"}},
        {{"missing.gguf", "hi"}, 66, {"missing.gguf"}},
        {{"./missing.gguf", "hi"}, 66, {"./missing.gguf"}},
        {{"broken", "hi"}, 65, {"broken.gguf"}},
    };
    for (const auto& c : cases) {
        const std::string said = home.answers(c.words);
        EXPECT_TRUE(said.starts_with(std::to_string(c.code) + " ")) << c.words[0] << ": " << said;
        for (const std::string& part : c.said) EXPECT_NE(said.find(part), std::string::npos) << said;
        EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 1) << said;
    }
}

TEST(Resolve, ListsTheCandidatesOfAnAmbiguousName) {
    const FullHome home;
    home.put(".lmstudio/models/org/tiny-GGUF/tiny-Q8_0.gguf", ModelHome::model(std::string(200, 'x')));
    home.put(".lmstudio/models/org/tiny-GGUF/tiny-Q4_K_M.gguf", ModelHome::model("hub q4"));
    const std::string said = home.answers({"org/tiny-GGUF:Q8_0", "hi"});
    EXPECT_TRUE(said.starts_with("2 ")) << said;
    EXPECT_NE(said.find("~/.lmstudio/models/org/tiny-GGUF/tiny-Q8_0.gguf"), std::string::npos) << said;
    EXPECT_NE(said.find("~/.cache/huggingface/hub/models--org--tiny-GGUF/snapshots/2222/tiny-Q8_0.gguf"),
              std::string::npos)
        << said;
    EXPECT_EQ(home.answers({"org/tiny-GGUF:Q4_K_M", "hi"}), "hub q4") << "copies of one file are one model";
    home.put_hub("models--two--kinds", "4444", "a-Q4_0.gguf", ModelHome::model("a"));
    home.put_hub("models--two--kinds", "4444", "b-Q4_0.gguf", ModelHome::model("bb"));
    EXPECT_TRUE(home.answers({"two/kinds", "hi"}).starts_with("2 "));
    EXPECT_EQ(home.answers({"two/kinds/b-Q4_0", "hi"}), "bb");
}

TEST(Resolve, TakesPlacesFromTheEnvironmentInTheirOrder) {
    const ModelHome home;
    const auto put = [&](const std::string& folder, const std::string& name) {
        home.put(folder + "/models--o--m/snapshots/1/m-Q4_K_M.gguf", ModelHome::model(name));
    };
    const std::pair<const char*, const char*> places[] = {{"LLAMA_CACHE", "a"},
                                                          {"HF_HUB_CACHE", "b"},
                                                          {"HUGGINGFACE_HUB_CACHE", "c"},
                                                          {"HF_HOME", "d"},
                                                          {"XDG_CACHE_HOME", "e"}};
    std::vector<std::string> environment;
    put(".cache/huggingface/hub", "z");
    for (const auto& [variable, folder] : places) {
        const std::string inner = variable == std::string("HF_HOME")          ? "/hub"
                                  : variable == std::string("XDG_CACHE_HOME") ? "/huggingface/hub"
                                                                              : "";
        put(std::string(folder) + inner, folder);
        environment.push_back(std::string(variable) + "=" + (home / folder).string());
    }
    const auto answering = [&] {
        const Finished done = home.call({"run", "o/m", "hi", "--json", "-n", "1"}, environment);
        return done.code == 0 ? Json::parse(done.out)["model"]["name"].get<std::string>() : done.err;
    };
    for (const auto& [variable, folder] : places) {
        EXPECT_EQ(answering(), folder) << variable;
        environment.erase(environment.begin());
    }
    EXPECT_EQ(answering(), "z");
}

}  // namespace
}  // namespace siskin::test
