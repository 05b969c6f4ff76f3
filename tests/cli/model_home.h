#pragma once
// A home folder with the caches of other programs in it, and siskin run there.

#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <vector>

#include "cli/library/sha256.h"
#include "tests/cli/siskin.h"

namespace siskin::test {

class ModelHome {
  public:
    /// A small model that says this name of itself.
    static std::string model(const std::string& name) {
        TinyFile file = make_tiny(tiny_recipe("llama"));
        file.set("general.name", name);
        const std::vector<std::byte> bytes = file.bytes();
        return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    }
    static std::string sha256(const std::string& bytes) {
        Sha256 hash;
        hash.add(std::as_bytes(std::span(bytes)));
        return hash.hex();
    }

    std::filesystem::path operator/(const std::string& inner) const { return folder_ / inner; }
    std::filesystem::path hub() const { return folder_ / ".cache/huggingface/hub"; }

    std::filesystem::path put(const std::string& inner, const std::string& bytes) const {
        const std::filesystem::path path = folder_ / inner;
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path, std::ios::binary) << bytes;
        return path;
    }
    /// Into the cache of Hugging Face, as its tools do; the revision is what "main" means from now on.
    std::filesystem::path put_hub(const std::string& folder, const std::string& revision, const std::string& file,
                                  const std::string& bytes) const {
        const std::string root = ".cache/huggingface/hub/" + folder;
        const std::filesystem::path blob = put(root + "/blobs/" + sha256(bytes), bytes);
        const std::filesystem::path link = folder_ / (root + "/snapshots/" + revision + "/" + file);
        std::filesystem::create_directories(link.parent_path());
        std::filesystem::create_symlink(blob.lexically_relative(link.parent_path()), link);
        put(root + "/refs/main", revision);
        return link;
    }
    /// Into Ollama's folder; `name`: HOST/OWNER/NAME/TAG.
    std::filesystem::path put_ollama(const std::string& name, const std::string& bytes) const {
        const std::string config = R"({"model_format":"gguf","file_type":"Q8_0"})", root = ".ollama/models/";
        const std::string layers =
            R"([{"mediaType":"application/vnd.ollama.image.license","digest":"sha256:00","size":1},)"
            R"({"mediaType":"application/vnd.ollama.image.model","digest":"sha256:)" +
            sha256(bytes) + R"(","size":)" + std::to_string(bytes.size()) + "}]";
        put(root + "manifests/" + name,
            R"({"schemaVersion":2,"config":{"digest":"sha256:)" + sha256(config) + R"("},"layers":)" + layers + "}");
        put(root + "blobs/sha256-" + sha256(config), config);
        return put(root + "blobs/sha256-" + sha256(bytes), bytes);
    }

    /// Nothing of the surroundings, and what is given.
    std::vector<std::string> environment(std::vector<std::string> more = {}) const {
        std::vector<std::string> all = {"HOME=" + (folder_ / "").string(),
                                        "OLLAMA_MODELS=" + (folder_ / ".ollama/models").string(),
                                        "no_proxy=127.0.0.1,localhost"};
        all.front().pop_back();  // the slash
        for (const char* name :
             {"LLAMA_CACHE", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME", "HF_TOKEN",
              "HF_TOKEN_PATH", "HUGGING_FACE_HUB_TOKEN", "HF_ENDPOINT", "MODEL_ENDPOINT", "SISKIN_MODEL", "NO_PROXY",
              "http_proxy", "HTTP_PROXY", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "all_proxy", "ALL_PROXY"})
            all.push_back(std::string(name) + "=");
        all.insert(all.end(), more.begin(), more.end());
        return all;
    }
    Finished call(const std::vector<std::string>& words, const std::vector<std::string>& more = {}) const {
        return test::call(words, {.environment = environment(more)});
    }

  private:
    TempFolder folder_;
};

}  // namespace siskin::test
