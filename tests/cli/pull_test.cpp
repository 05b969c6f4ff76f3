// Downloads from a server that fails in every way that servers and networks do.

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "cli/library/download.h"
#include "tests/cli/model_home.h"
#include "tests/support/hub_server.h"

#ifdef SISKIN_CURL

namespace siskin::test {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using Words = std::vector<std::string>;

constexpr const char* kRepo = "org/tiny-GGUF";
constexpr const char* kFolder = "models--org--tiny-GGUF";

/// Bytes that begin like a GGUF file and do not repeat.
std::string noise(size_t size) {
    std::string bytes = "GGUF";
    uint32_t state = uint32_t(size);
    while (bytes.size() < size) bytes += char((state = state * 1664525 + 1013904223) >> 24);
    return bytes;
}

std::string contents(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

size_t count(const std::string& text, std::string_view part) {
    size_t n = 0;
    for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
    return n;
}

class Pull : public testing::Test {
  protected:
    Finished pull(const std::string& what, const std::vector<std::string>& more = {}) {
        std::vector<std::string> all = {"HF_ENDPOINT=" + server.url()};
        all.insert(all.end(), more.begin(), more.end());
        return home.call({"pull", what}, all);
    }
    fs::path snapshot(const std::string& file) const {
        return home.hub() / kFolder / "snapshots" / HubServer::kCommit / file;
    }
    fs::path blob(const std::string& bytes) const { return home.hub() / kFolder / "blobs" / ModelHome::sha256(bytes); }
    /// Requests for the bytes of files, and what they ask for.
    std::vector<std::string> ranges() const {
        std::vector<std::string> out;
        for (const std::string& request : server.requests()) {
            if (!request.starts_with("GET /store/") && !request.starts_with("GET /plain")) continue;
            const size_t at = request.find("\r\nRange: ");
            out.push_back(at == std::string::npos ? "" : request.substr(at + 9, request.find('\r', at + 9) - at - 9));
        }
        return out;
    }
    /// The server that files lie on has another name than the hub.
    bool token_reached_the_store() const {
        size_t n_requests = 0, n_tokens = 0;
        for (const std::string& request : server.requests()) {
            if (!request.starts_with("GET /store/")) continue;
            ++n_requests;
            n_tokens += request.find("hf_secret") != std::string::npos;
        }
        EXPECT_GT(n_requests, 0U);
        return n_tokens > 0;
    }
    void expect_failure(const std::string& what, int code, const Words& said, const Words& more = {}) {
        const Finished done = pull(what, more);
        EXPECT_EQ(done.code, code) << what << ": " << done.err;
        EXPECT_EQ(done.out, "");
        for (const std::string& part : said) EXPECT_NE(done.err.find(part), std::string::npos) << done.err;
    }

    HubServer server;
    ModelHome home;
};

TEST_F(Pull, PutsAModelWhereEveryToolFindsIt) {
    const std::string bytes = ModelHome::model("pulled");
    server.put(kRepo, "tiny-Q4_K_M.gguf", bytes);
    server.put(kRepo, "tiny-Q8_0.gguf", noise(1000));
    const Finished done = pull("hf:org/tiny-GGUF");
    ASSERT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(done.out, snapshot("tiny-Q4_K_M.gguf").string() + "\n");
    EXPECT_EQ(count(done.err, "\n"), 1U) << done.err;
    EXPECT_EQ(contents(snapshot("tiny-Q4_K_M.gguf")), bytes);
    EXPECT_TRUE(fs::is_symlink(snapshot("tiny-Q4_K_M.gguf")));
    EXPECT_EQ(fs::read_symlink(snapshot("tiny-Q4_K_M.gguf")), "../../blobs/" + ModelHome::sha256(bytes));
    EXPECT_EQ(contents(home.hub() / kFolder / "refs/main"), HubServer::kCommit);
    EXPECT_FALSE(fs::exists(blob(bytes).string() + ".incomplete"));

    for (const char* again : {"org/tiny-GGUF:q4_k_m", "hf:org/tiny-GGUF/tiny-Q4_K_M.gguf", "hf.co/org/tiny-GGUF"}) {
        const Finished same = pull(again);
        EXPECT_EQ(same.code, 0) << same.err;
        EXPECT_EQ(same.out, done.out);
        EXPECT_NE(same.err.find("already here"), std::string::npos) << same.err;
    }
    EXPECT_EQ(server.n_files(), 1U);
    const Finished run = home.call({"run", "hf:org/tiny-GGUF", "hi", "--json", "-n", "1"});
    ASSERT_EQ(run.code, 0) << run.err;
    EXPECT_EQ(Json::parse(run.out)["model"]["name"], "pulled");
    EXPECT_EQ(Json::parse(home.call({"list", "--json"}).out)[0]["name"], "org/tiny-GGUF:Q4_K_M");
}

TEST_F(Pull, TakesAddressesOfTheHub) {
    const std::string bytes = noise(500);
    server.put(kRepo, "sub/x 1.gguf", bytes);
    const Finished done = pull(server.url() + "/org/tiny-GGUF/resolve/main/sub/x%201.gguf?download=true");
    ASSERT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(contents(snapshot("sub/x 1.gguf")), bytes);
    EXPECT_EQ(fs::read_symlink(snapshot("sub/x 1.gguf")), "../../../blobs/" + ModelHome::sha256(bytes));
}

TEST_F(Pull, GoesOnWhereTheConnectionBroke) {
    const std::string bytes = noise(1 << 20);
    server.put(kRepo, "tiny-Q4_K_M.gguf", bytes);
    server.plan({{HubFault::Drop, 300000}, {HubFault::Drop, 200000}, {HubFault::Status, 0, 503}});
    const Finished done = pull("hf:org/tiny-GGUF");
    ASSERT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(contents(snapshot("tiny-Q4_K_M.gguf")), bytes);
    EXPECT_EQ(ranges(), (Words{"", "bytes=300000-", "bytes=500000-", "bytes=500000-"}));
    EXPECT_EQ(server.n_bytes(), bytes.size()) << "nothing twice";
}

TEST_F(Pull, BeginsAnewWhereTheServerKnowsNoRanges) {
    const std::string bytes = noise(200000);
    server.put(kRepo, "tiny-Q4_K_M.gguf", bytes);
    server.plan({{HubFault::Drop, 100000}, {HubFault::NoRange, SIZE_MAX}});
    const Finished done = pull("hf:org/tiny-GGUF");
    ASSERT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(contents(snapshot("tiny-Q4_K_M.gguf")), bytes);
}

TEST_F(Pull, FetchesAWrongFileAgainAndThenGivesUp) {
    const std::string bytes = noise(100000);
    server.put(kRepo, "tiny-Q4_K_M.gguf", bytes);
    server.plan(std::vector<HubFault>(3, {HubFault::WrongByte, 5000}));
    expect_failure("hf:org/tiny-GGUF", 65, {"SHA-256", ModelHome::sha256(bytes), "3 times"});
    EXPECT_FALSE(fs::exists(blob(bytes)));
    EXPECT_FALSE(fs::exists(snapshot("tiny-Q4_K_M.gguf")));
    server.plan({{HubFault::WrongByte, 5000}});
    const Finished done = pull("hf:org/tiny-GGUF");
    ASSERT_EQ(done.code, 0) << done.err;
    EXPECT_NE(done.err.find("fetching it again"), std::string::npos) << done.err;
    EXPECT_EQ(contents(snapshot("tiny-Q4_K_M.gguf")), bytes);
}

TEST_F(Pull, ChecksWhatIsThereBeforeItGoesOn) {
    const std::string bytes = noise(100000);
    server.put(kRepo, "tiny-Q4_K_M.gguf", bytes);
    const std::string part = fs::relative(blob(bytes), home / "").string() + ".incomplete";
    const std::pair<std::string, Words> cases[] = {
        {bytes.substr(0, 60000), {"bytes=60000-"}},
        {bytes, {}},                                           // all there, only not yet under its name
        {"x" + bytes.substr(1, 59999), {"bytes=60000-", ""}},  // damaged
        {bytes + "more", {""}},
    };
    size_t n_before = 0;
    for (const auto& [here, expected] : cases) {
        fs::remove_all(home.hub());
        home.put(part, here);
        const Finished done = pull("hf:org/tiny-GGUF");
        ASSERT_EQ(done.code, 0) << done.err;
        EXPECT_EQ(contents(snapshot("tiny-Q4_K_M.gguf")), bytes);
        const Words all = ranges();
        EXPECT_EQ(Words(all.begin() + ptrdiff_t(n_before), all.end()), expected);
        n_before = all.size();
    }
}

TEST_F(Pull, ThreeAtOnceLeaveOneGoodFile) {
    const std::string bytes = noise(1500000);
    server.put(kRepo, "tiny-Q4_K_M.gguf", bytes);
    server.plan(
        {{HubFault::Drop, 400000}, {HubFault::WrongByte, 300000}, {HubFault::Drop, 700000}, {HubFault::Drop, 1}});
    std::vector<std::unique_ptr<Process>> processes;
    for (int i = 0; i < 3; ++i)
        processes.push_back(std::make_unique<Process>(
            siskin_command({"pull", "hf:org/tiny-GGUF"}),
            ProcessOptions{.environment = home.environment({"HF_ENDPOINT=" + server.url()})}));
    for (const auto& process : processes) {
        EXPECT_EQ(process->finish(), 0) << process->err;
        EXPECT_EQ(process->out, snapshot("tiny-Q4_K_M.gguf").string() + "\n");
    }
    EXPECT_EQ(contents(snapshot("tiny-Q4_K_M.gguf")), bytes);
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(home.hub() / kFolder / "blobs"))
        names.insert(entry.path().filename());
    EXPECT_EQ(names, std::set<std::string>{ModelHome::sha256(bytes)});
    EXPECT_EQ(server.n_bytes(), 2 * bytes.size()) << "the wrong one and the good one, nobody fetches a third";
    int n_fetched = 0;
    for (const auto& process : processes) n_fetched += process->err.find("already here") == std::string::npos;
    EXPECT_EQ(n_fetched, 1);
}

TEST_F(Pull, AnInterruptKeepsThePart) {
    const std::string bytes = noise(1 << 20);
    server.put(kRepo, "tiny-Q4_K_M.gguf", bytes);
    server.plan({{HubFault::Hold, 500000}});
    Process process(siskin_command({"pull", "hf:org/tiny-GGUF"}),
                    {.environment = home.environment({"HF_ENDPOINT=" + server.url()})});
    const fs::path part = blob(bytes).string() + ".incomplete";
    std::error_code error;
    for (int i = 0; i < 6000 && !(fs::exists(part, error) && fs::file_size(part, error) == 500000); ++i) usleep(10000);
    process.send(SIGINT);
    EXPECT_EQ(process.finish(), 130);
    EXPECT_NE(process.err.find("the same command goes on from there"), std::string::npos) << process.err;
    EXPECT_EQ(process.out, "");
    EXPECT_EQ(fs::file_size(part), 500000U);
    EXPECT_FALSE(fs::exists(blob(bytes)));
    server.release();
    const Finished done = pull("hf:org/tiny-GGUF");
    ASSERT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(ranges(), (Words{"", "bytes=500000-"}));
    EXPECT_EQ(contents(snapshot("tiny-Q4_K_M.gguf")), bytes);
}

TEST_F(Pull, AWaiterTakesOverFromOneThatWasKilled) {
    const std::string bytes = noise(1 << 20);
    server.put(kRepo, "tiny-Q4_K_M.gguf", bytes);
    server.plan({{HubFault::Hold, 500000}});
    const ProcessOptions options{.environment = home.environment({"HF_ENDPOINT=" + server.url()})};
    Process first(siskin_command({"pull", "hf:org/tiny-GGUF"}), options);
    const fs::path part = blob(bytes).string() + ".incomplete";
    std::error_code error;
    for (int i = 0; i < 6000 && !(fs::exists(part, error) && fs::file_size(part, error) == 500000); ++i) usleep(10000);
    Process second(siskin_command({"pull", "hf:org/tiny-GGUF"}), options);
    EXPECT_TRUE(second.wait_for_error("another process is fetching it"));
    first.send(SIGKILL);
    EXPECT_EQ(first.finish(), 1000 + SIGKILL);
    EXPECT_EQ(second.finish(), 0) << second.err;
    EXPECT_EQ(contents(snapshot("tiny-Q4_K_M.gguf")), bytes);
    EXPECT_EQ(ranges(), (Words{"", "bytes=500000-"}));
}

TEST_F(Pull, TakesAllPartsOfASplitModel) {
    const std::string parts[] = {noise(10000), noise(20000), noise(30000)};
    for (int i = 0; i < 3; ++i)
        server.put(kRepo, "Q6_K/tiny-Q6_K-0000" + std::to_string(i + 1) + "-of-00003.gguf", parts[i]);
    const Finished done = pull("hf:org/tiny-GGUF:Q6_K");
    ASSERT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(done.out, snapshot("Q6_K/tiny-Q6_K-00001-of-00003.gguf").string() + "\n");
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(contents(snapshot("Q6_K/tiny-Q6_K-0000" + std::to_string(i + 1) + "-of-00003.gguf")), parts[i]);
    server.put("org/half", "x-00001-of-00002.gguf", noise(1000));
    expect_failure("org/half", 65, {"part 2 of 2"});
}

TEST_F(Pull, SaysWhatThereIsWhereTheTypeIsNot) {
    for (const char* type : {"Q3_K_S", "Q5_K_M", "UD-Q5_K_M"})
        server.put(kRepo, "tiny-" + std::string(type) + ".gguf", noise(99));
    server.put(kRepo, "mmproj-tiny-F16.gguf", noise(99));
    expect_failure("hf:org/tiny-GGUF:Q2_K", 66, {"it has :Q3_K_S, :Q5_K_M, :UD-Q5_K_M"});
    expect_failure("hf:org/tiny-GGUF", 2, {"which one?", ":Q3_K_S, :Q5_K_M, :UD-Q5_K_M"});
    expect_failure("hf:org/tiny-GGUF:F16", 66, {"not in the repository"});
    expect_failure("hf:org/tiny-GGUF/other.gguf", 66, {"not in the repository"});
    EXPECT_EQ(pull("hf:org/tiny-GGUF:q5_k_m").out, snapshot("tiny-Q5_K_M.gguf").string() + "\n");
    EXPECT_EQ(pull("hf:org/tiny-GGUF:UD-Q5_K_M").out, snapshot("tiny-UD-Q5_K_M.gguf").string() + "\n");
    server.put("org/text", "a.txt", "x");
    expect_failure("org/text", 66, {"no GGUF model"});
    server.put("org/lone", "lone.gguf", noise(99));
    EXPECT_EQ(pull("org/lone").code, 0);
    server.put("org/evil", "../../../../evil.gguf", noise(99));
    expect_failure("org/evil", 66, {"no GGUF model"});
}

TEST_F(Pull, SendsTheTokenToTheHubAlone) {
    const std::string bytes = noise(1000);
    server.put(kRepo, "tiny-Q4_K_M.gguf", bytes);
    server.require("hf_secret");
    const std::string page = "accept the terms on " + server.url() + "/org/tiny-GGUF";
    expect_failure("hf:org/tiny-GGUF", 77, {"401", "restricted", page, "hf auth login", "HF_TOKEN"});
    expect_failure("hf:org/tiny-GGUF", 77, {"the token in HF_TOKEN does not open it", page}, {"HF_TOKEN=hf_wrong"});
    expect_failure("hf:org/tiny-GGUF", 2, {"HF_TOKEN"}, {"HF_TOKEN=a b"});
    for (const Words& variables : {Words{"HF_TOKEN=hf_secret\n"}, Words{"HUGGING_FACE_HUB_TOKEN=hf_secret"}}) {
        fs::remove_all(home.hub());
        const Finished done = pull("hf:org/tiny-GGUF", variables);
        ASSERT_EQ(done.code, 0) << done.err;
        EXPECT_EQ(contents(snapshot("tiny-Q4_K_M.gguf")), bytes);
    }
    EXPECT_FALSE(token_reached_the_store());
}

TEST_F(Pull, LogsInWithTheTokenOfHuggingFacesTools) {
    server.put(kRepo, "tiny-Q4_K_M.gguf", noise(1000));
    server.require("hf_secret");
    const std::string root = (home / "").string();
    struct Case {
        const char* file;
        Words variables;
    };
    const Case kCases[] = {
        {".cache/huggingface/token", {}},
        {"xdg/huggingface/token", {"XDG_CACHE_HOME=" + root + "xdg"}},
        {"hf/token", {"HF_HOME=" + root + "hf", "XDG_CACHE_HOME=" + root + "xdg"}},
        {"elsewhere", {"HF_TOKEN_PATH=" + root + "elsewhere", "HF_HOME=" + root + "hf", "HF_TOKEN= "}},
    };
    for (const Case& c : kCases) {
        SCOPED_TRACE(c.file);
        home.put(c.file, "hf_wrong");
        const Finished refused = pull("hf:org/tiny-GGUF", c.variables);
        EXPECT_EQ(refused.code, 77) << refused.err;
        EXPECT_NE(refused.err.find("the token in ~/" + std::string(c.file) + " does not open it"), std::string::npos)
            << refused.err;
        home.put(c.file, "hf_secret\n");
        const Finished done = pull("hf:org/tiny-GGUF", c.variables);
        EXPECT_EQ(done.code, 0) << done.err;
        EXPECT_EQ((done.out + done.err + refused.err).find("hf_"), std::string::npos) << done.err << refused.err;
        for (const char* folder : {".cache/huggingface", "xdg", "hf"}) fs::remove_all(home / folder);
    }
    EXPECT_EQ(pull("hf:org/tiny-GGUF", {"HF_TOKEN=hf_secret", "HF_TOKEN_PATH=" + root + "elsewhere"}).code, 0)
        << "the environment comes before the file";
    EXPECT_FALSE(token_reached_the_store());
}

TEST_F(Pull, AnAddressOfAnotherServerGetsNoToken) {
    server.put_plain("plain/model.gguf", noise(1000), "\"e\"");
    EXPECT_EQ(pull(server.other_url() + "/plain/model.gguf", {"HF_TOKEN=hf_secret"}).code, 0);
    for (const std::string& request : server.requests())
        EXPECT_EQ(request.find("hf_secret"), std::string::npos) << request;
}

/// A port that nobody listens on at the moment.
int free_port() {
    const HubServer server;
    return std::stoi(server.url().substr(server.url().rfind(':') + 1));
}

TEST_F(Pull, TrustsKnownCertificatesAlone) {
    const std::string openssl = "/usr/bin/openssl", folder = (home / "").string(), certificate = folder + "c.pem";
    if (!fs::exists(openssl)) GTEST_SKIP() << "a server with TLS needs " << openssl;
    const Finished made =
        run_process({openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                     "-addext", "subjectAltName=DNS:localhost", "-keyout", folder + "k.pem", "-out", certificate});
    ASSERT_EQ(made.code, 0) << made.err;
    home.put("x.gguf", "HTTP/1.0 200 OK\r\nContent-Length: 12\r\n\r\nGGUF and so!");
    const std::string port = std::to_string(free_port());
    Process tls({"/bin/sh", "-c",
                 "cd '" + folder + "' && exec " + openssl + " s_server -key k.pem -cert c.pem -HTTP -accept " + port});
    ASSERT_TRUE(tls.wait_for("ACCEPT")) << tls.err;
    const std::string url = "https://localhost:" + port + "/x.gguf";
    expect_failure(url, 74, {"certificate", "SSL_CERT_FILE"});
    const Finished done = pull(url, {"SSL_CERT_FILE=" + certificate});
    EXPECT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(contents(home / ".cache/llama.cpp/x.gguf"), "GGUF and so!");
}

TEST_F(Pull, GoesThroughAProxy) {
    server.put(kRepo, "tiny-Q4_K_M.gguf", noise(1000));
    for (const char* variable : {"http_proxy=", "HTTP_PROXY="}) {
        fs::remove_all(home.hub());
        const Finished done = pull("hf:org/tiny-GGUF", {"HF_ENDPOINT=http://hub.invalid", variable + server.url()});
        EXPECT_EQ(done.code, 0) << variable << done.err;
    }
    for (const std::string& request : server.requests())
        EXPECT_TRUE(request.starts_with("GET http://hub.invalid/") || request.starts_with("GET /store/")) << request;
}

TEST_F(Pull, FailsWithTheCodeOfTheReason) {
    server.put(kRepo, "tiny-Q4_K_M.gguf", noise(1000));
    expect_failure("hf:org/nothing", 66, {"404", "Repository not found"});
    expect_failure("llama3.2:1b", 2, {"OWNER/NAME"});
    expect_failure("ftp://x.org/a.gguf", 2, {"https://"});
    expect_failure("https://x.org/page", 2, {".gguf"});
    expect_failure("hf:org/tiny-GGUF", 73, {"cannot"}, {"HF_HOME=/dev/null/x"});
    server.plan({{HubFault::Status, 0, 418}});
    expect_failure("hf:org/tiny-GGUF", 74, {"418"});
    server.put("org/huge", "huge-Q4_K_M.gguf", noise(1000), uint64_t(1) << 60);
    expect_failure("org/huge", 73, {"free", "expected 1048576"});
    server.put("org/liar", "liar-Q4_K_M.gguf", noise(1000), 999);
    expect_failure("org/liar", 74, {"1000 bytes, expected 999"});
    expect_failure("hf:org/tiny-GGUF", 74, {"127.0.0.1", "5 times"}, {"HF_ENDPOINT=http://127.0.0.1:1"});
    const Finished none = home.call({"pull"});
    EXPECT_EQ(none.code, 2);
}

TEST_F(Pull, AFileWithoutChecksumIsToldByItsETag) {
    const std::string old = noise(300000), bytes = noise(400000);
    const std::string url = server.other_url() + "/plain/model.gguf";
    const fs::path target = home / ".cache/llama.cpp/model.gguf";
    server.put_plain("plain/model.gguf", bytes, "\"new\"");
    server.plan({{HubFault::Drop, 100000}});
    Finished done = pull(url);
    ASSERT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(done.out, target.string() + "\n");
    EXPECT_EQ(contents(target), bytes);
    EXPECT_EQ(ranges(), (Words{"", "bytes=100000-"}));
    EXPECT_NE(pull(url).err.find("already here"), std::string::npos);

    fs::remove(target);  // what is here is of an older state
    home.put(".cache/llama.cpp/model.gguf.incomplete", old.substr(0, 50000));
    home.put(".cache/llama.cpp/model.gguf.incomplete.etag", "\"old\"");
    done = pull(url);
    ASSERT_EQ(done.code, 0) << done.err;
    EXPECT_EQ(contents(target), bytes);

    fs::remove(target);  // of an unknown one
    home.put(".cache/llama.cpp/model.gguf.incomplete", old.substr(0, 50000));
    ASSERT_EQ(pull(url).code, 0);
    EXPECT_EQ(contents(target), bytes);
    EXPECT_FALSE(fs::exists(target.string() + ".incomplete.etag"));

    server.put_plain("plain/page.gguf", "<html>", "");
    expect_failure(server.other_url() + "/plain/page.gguf", 65, {"expected a GGUF file"});
    EXPECT_FALSE(fs::exists(home / ".cache/llama.cpp/page.gguf"));
    expect_failure(server.other_url() + "/plain/none.gguf", 66, {"404"});
}

TEST(Progress, SaysHowFarAndHowLong) {
    const uint64_t m = 1 << 20;
    EXPECT_EQ(progress_text("a", 0, std::nullopt, 0), "a: 0 B");
    EXPECT_EQ(progress_text("a", 50 * m, 200 * m, 0), "a: 50.00 MiB of 200 MiB, 25 %");
    EXPECT_EQ(progress_text("a", 50 * m, 200 * m, double(2 * m)),
              "a: 50.00 MiB of 200 MiB, 25 %, 2.00 MiB/s, 1:15 left");
    EXPECT_EQ(progress_text("a", 0, 20000 * m, double(m)), "a: 0 B of 19.53 GiB, 0 %, 1.00 MiB/s, 5.6 h left");
}

}  // namespace
}  // namespace siskin::test

#else

TEST(Pull, IsTested) { GTEST_SKIP() << "siskin was built without libcurl"; }

#endif
