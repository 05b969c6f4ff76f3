// siskin choose and siskin score: chances as the logits have them, and exit codes for `if`.

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/cli/siskin.h"

namespace siskin::test {
namespace {

using Json = nlohmann::json;

std::string joined(const std::vector<int>& ids) { return Json(ids).dump(); }

/// The logits after each of these tokens, from siskin logits.
std::vector<std::vector<float>> logits_of(Models& models, const std::string& model, const std::vector<int>& tokens) {
    const std::string path = models.path("logits.f32");
    const Finished done = call({"logits", model, "--tokens", joined(tokens), "-o", path});
    EXPECT_EQ(done.code, 0) << done.err;
    const size_t n_vocab = Json::parse(done.out)["n_vocab"];
    std::ifstream in(path, std::ios::binary);
    std::vector<std::vector<float>> rows(tokens.size(), std::vector<float>(n_vocab));
    for (auto& row : rows) in.read(reinterpret_cast<char*>(row.data()), std::streamsize(n_vocab * sizeof(float)));
    return rows;
}

double chance(const std::vector<float>& logits, const std::vector<int>& wanted) {
    double all = 0, sum = 0;
    for (const float logit : logits) all += std::exp(double(logit));
    for (const int token : wanted) sum += std::exp(double(logits[size_t(token)]));
    return sum / all;
}

std::vector<int> ids(const std::string& model, const Words& flags, const std::string& text) {
    return Json::parse(call(Words{"tokenize", model, "--ids"} + flags, {.input = text}).out).get<std::vector<int>>();
}

TEST(Score, IsTheProductOfTheLogitsChances) {
    Models models;
    const std::string model = models.chatml();
    const std::vector<std::string> answers = {"no", "not sure", "the"};
    const Finished done = call({"score", model, "Well?", "--choices", "no, not sure,the", "--json"});
    ASSERT_EQ(done.code, 0) << done.err;
    const Json found = Json::parse(done.out);

    const std::string rendered =
        "<|im_start|>user\nWell?\n\nAnswer with one of these, and with nothing else: no, not sure, the<|im_end|>\n"
        "<|im_start|>assistant\n";
    const std::vector<int> prompt = ids(model, {"--parse-special"}, rendered);
    EXPECT_EQ(found["tokens"]["prompt"], prompt.size());
    const std::vector<int> ends = ids(model, {"--parse-special"}, "<|endoftext|><|im_end|>");
    ASSERT_EQ(ends.size(), 2u);
    double mass = 0;
    std::vector<double> expected;
    for (const std::string& answer : answers) {
        std::vector<int> tokens = prompt;
        const std::vector<int> own = ids(model, {}, answer);
        tokens.insert(tokens.end(), own.begin(), own.end());
        const auto rows = logits_of(models, model, tokens);
        double product = chance(rows.back(), ends);
        for (size_t i = 0; i < own.size(); ++i) product *= chance(rows[prompt.size() - 1 + i], {own[i]});
        expected.push_back(product);
        mass += product;
    }
    EXPECT_NEAR(found["mass"].get<double>() / mass, 1, 1e-6);
    for (size_t i = 0; i < answers.size(); ++i) {
        const Json& choice = found["choices"][i];
        EXPECT_EQ(choice["text"], answers[i]);
        EXPECT_NEAR(choice["chance"].get<double>() / expected[i], 1, 1e-6) << answers[i];
        EXPECT_NEAR(choice["log_chance"].get<double>(), std::log(expected[i]), 1e-6);
        EXPECT_NEAR(choice["probability"].get<double>(), expected[i] / mass, 1e-6);
    }

    const Finished lines = call({"score", model, "Well?", "--choices", "no,not sure,the"});
    std::string text;
    for (size_t i = 0; i < answers.size(); ++i) {
        char line[100];
        std::snprintf(line, sizeof line, "%s\t%.6f\t%.6g\n", answers[i].c_str(),
                      found["choices"][i]["probability"].get<double>(), found["choices"][i]["chance"].get<double>());
        text += line;
    }
    EXPECT_EQ(lines.out, text);
    for (const Words& way : {Words{"-t", "2"}, Words{"-b", "3"}, Words{"-t", "3", "-b", "64"}})
        EXPECT_EQ(call(Words{"score", model, "Well?", "--choices", "no,not sure,the"} + way).out, text);
}

TEST(Score, ATextGoesOnWithItsAnswersWithoutAnEnd) {
    Models models;
    const std::string model = models.chatml();
    const Finished done = call({"score", model, "--raw", "in", "--choices", "the,tan", "--json"});
    ASSERT_EQ(done.code, 0) << done.err;
    const std::vector<int> tokens = ids(model, {}, "in the");
    ASSERT_EQ(tokens.size(), 2u);
    const auto rows = logits_of(models, model, tokens);
    EXPECT_NEAR(Json::parse(done.out)["choices"][0]["chance"].get<double>() / chance(rows[0], {tokens[1]}), 1, 1e-6);
    EXPECT_EQ(call({"score", model, "--raw", "in ", "--choices", "the,tan", "--json"}).out, done.out)
        << "the space belongs to the answer's token";
}

/// A model that answers "yes", whatever it is asked.
std::string agreeing(Models& models) { return models.reciter({"yes"}, Models::kChatml); }

TEST(Choose, SaysTheMostLikelyAnswer) {
    Models models;
    const std::string model = agreeing(models);
    for (const char* choices : {"yes,no", "no,yes", "maybe, yes ,no"}) {
        const Finished done = call({"choose", model, "Is it?", "--choices", choices});
        EXPECT_EQ(done.code, 0);
        EXPECT_EQ(done.out, "yes\n");
        EXPECT_EQ(done.err, "");
    }
    EXPECT_EQ(call({"choose", model, "Is this spam?"}, {.input = "a mail\n"}).out, "yes\n") << "yes,no is the default";
    const Json json = Json::parse(call({"choose", model, "Is it?", "--json"}).out);
    EXPECT_EQ(json["choice"], "yes");
    EXPECT_GT(json["probability"], 0.99);
    EXPECT_GT(json["mass"], 0.99);
}

TEST(Choose, ExitCodesForIf) {
    Models models;
    const std::string model = agreeing(models);
    const struct {
        Words words;
        int code;
        const char* out;
    } kCases[] = {
        {{"--is", "yes"}, 0, ""},
        {{"--is", "no"}, 1, ""},
        {{"--is", "yes", "--at-least", "0.8"}, 0, ""},
        {{"--is", "no", "--at-least", "0.8"}, 1, ""},
        {{"--at-least", "0.8"}, 0, "yes\n"},
    };
    for (const auto& c : kCases) {
        const Finished done = call(Words{"choose", model, "Is it?", "--choices", "no,yes,perhaps not"} + c.words);
        EXPECT_EQ(done.code, c.code) << Json(c.words);
        EXPECT_EQ(done.out, c.out) << Json(c.words);
        EXPECT_EQ(done.err, "");
    }
    const std::string unsure = models.chatml();
    const Words ask = {"choose", unsure, "Which?", "--choices", "a,b,c,d,e,f,g,i,j,k,l,m,n,o,p,q,r,s,u,v,w,x,y,z"};
    const std::string best = Json::parse(call(ask + Words{"--json"}).out)["choice"];
    const double p = Json::parse(call(ask + Words{"--json"}).out)["probability"];
    ASSERT_LT(p, 0.999999);
    EXPECT_EQ(call(ask + Words{"--is", best}).code, 0);
    EXPECT_EQ(call(ask + Words{"--is", best, "--at-least", std::to_string((p + 1) / 2)}).code, 1);
    EXPECT_EQ(call(ask + Words{"--is", best, "--at-least", std::to_string(p / 2)}).code, 0);
    EXPECT_EQ(call(ask + Words{"--at-least", std::to_string((p + 1) / 2)}).out, "");
    EXPECT_EQ(call(ask + Words{"--at-least", std::to_string(p / 2)}).out, best + "\n");
}

TEST(Choose, Errors) {
    Models models;
    const std::string model = models.chatml();
    const struct {
        Words words;
        int code;
        const char* said;
    } kCases[] = {
        {{"Hm?", "--choices", "a,,b"}, 2, "one of them is empty"},
        {{"Hm?", "--choices", "a,b,a"}, 2, "\"a\" is there twice"},
        {{"Hm?", "--is", "maybe"}, 2, "none of the choices"},
        {{"Hm?", "--is", "yes", "--at-least", "80"}, 2, "from 0 to 1"},
        {{}, 2, "no prompt"},
        {{"Hm?", "-c", "20"}, 78, "the context has 20"},
        {{"-m", models.path("none.gguf"), "Hm?"}, 66, "none.gguf"},
    };
    for (const auto& c : kCases) {
        Words words = {"choose"};
        if (c.words.empty() || c.words[0] != "-m") words.push_back(model);
        const Finished done = call(words + c.words);
        EXPECT_EQ(done.code, c.code) << c.said << ": " << done.err;
        EXPECT_NE(done.err.find(c.said), std::string::npos) << done.err;
        EXPECT_EQ(done.out, "");
    }
    const Finished unlikely = call({"choose", model, "Hm?"});
    EXPECT_EQ(unlikely.code, 0);
    EXPECT_NE(unlikely.err.find("the model would most likely say something else"), std::string::npos);
}

}  // namespace
}  // namespace siskin::test
