#include "cli/library/hub.h"

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <functional>
#include <map>

#include "cli/files.h"
#include "cli/library/http_retry.h"
#include "cli/library/json_access.h"
#include "cli/library/places.h"
#include "formats/error.h"

namespace siskin {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr size_t kMaxListing = 64 << 20;

class TextSink : public HttpSink {
  public:
    void begin(const HttpHead&) override { text.clear(); }
    void write(std::span<const std::byte> bytes) override {
        if (text.size() + bytes.size() > kMaxListing)
            fail(Fault::BadData, "the hub's answer is longer than ", kMaxListing, " bytes");
        text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }
    std::string text;
};

bool is_hex(std::string_view text, size_t size) {
    return text.size() == size && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// Bytes that may not stand in a path of an address as "%20"; slashes stay.
std::string escaped(std::string_view path) {
    constexpr std::string_view kPlain = "-._~/", kHex = "0123456789ABCDEF";
    std::string out;
    for (const char c : path) {
        const auto byte = static_cast<unsigned char>(c);
        const bool plain = (byte < 0x80 && std::isalnum(byte)) || kPlain.find(c) != std::string_view::npos;
        out += plain ? std::string(1, c) : std::string{'%', kHex[byte >> 4], kHex[byte & 15]};
    }
    return out;
}

std::string unescaped(std::string_view text) {
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string out;
    for (size_t i = 0; i < text.size(); ++i) {
        const std::string digits = lower_case(text.substr(i + 1, 2));
        if (text[i] == '%' && is_hex(digits, 2)) {
            out += char(kHex.find(digits[0]) * 16 + kHex.find(digits[1]));
            i += 2;
        } else {
            out += text[i];
        }
    }
    return out;
}

/// A model of a listing, its parts in order.
struct Candidate {
    GgufName name;
    std::vector<const HubFile*> parts;  ///< null where one is missing
};

std::vector<Candidate> candidates(const HubListing& listing) {
    std::map<std::string, Candidate> found;
    for (const HubFile& file : listing.files) {
        if (!names_model(file.path)) continue;
        const GgufName name = parse_gguf_name(file.path);
        Candidate& candidate = found[name.stem + "/" + std::to_string(name.n_parts)];
        candidate.name = name;
        candidate.parts.resize(name.n_parts);
        candidate.parts[name.part - 1] = &file;
    }
    std::vector<Candidate> out;
    for (auto& [key, candidate] : found) out.push_back(std::move(candidate));
    return out;
}

/// How to ask for it: by its type where no other has the same, else by its file.
std::string shown(const Candidate& candidate, const std::vector<Candidate>& all) {
    const std::string type = type_in_name(candidate.name.stem);
    const auto same = std::count_if(all.begin(), all.end(),
                                    [&](const Candidate& other) { return type_in_name(other.name.stem) == type; });
    return !type.empty() && same == 1 ? ":" + type : "/" + part_name(candidate.name, 1);
}

std::string shown(const std::vector<Candidate>& some, const std::vector<Candidate>& all) {
    std::string out;
    for (const Candidate& candidate : some) out += (out.empty() ? "" : ", ") + shown(candidate, all);
    return out;
}

std::vector<Candidate> filtered(const std::vector<Candidate>& all, const std::function<bool(const Candidate&)>& fits) {
    std::vector<Candidate> out;
    std::copy_if(all.begin(), all.end(), std::back_inserter(out), fits);
    return out;
}

std::vector<Candidate> with_type(const std::vector<Candidate>& all, std::string_view type) {
    auto exact = filtered(
        all, [&](const Candidate& candidate) { return same_ignoring_case(type_in_name(candidate.name.stem), type); });
    if (!exact.empty()) return exact;
    return filtered(all, [&](const Candidate& candidate) { return has_type(candidate.name.stem, type); });
}

std::vector<Candidate> matching(const std::vector<Candidate>& all, const HubName& name) {
    if (!name.file.empty()) {
        const std::string stem = parse_gguf_name(name.file).stem;
        return filtered(all, [&](const Candidate& candidate) { return candidate.name.stem == stem; });
    }
    if (!name.type.empty()) return with_type(all, name.type);
    for (const std::string_view type : kUsualTypes)
        if (auto found = with_type(all, type); !found.empty()) return found;
    return all;
}

struct Secret {
    std::string token, source;
};

/// By the rules of Hugging Face's own tools.
Secret stored_token() {
    for (const char* name : {"HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"})
        if (const std::string_view token = trimmed(environment(name)); !token.empty())
            return {std::string(token), name};
    const fs::path file = hub_token_file();
    std::error_code error;
    if (file.empty() || !fs::exists(file, error)) return {};
    return {std::string(trimmed(read_file(file))), short_path(file)};
}

HubFile parse_file(const Json& sibling) {
    HubFile file;
    file.path = string_in(sibling, "rfilename");
    file.bytes = number_in(sibling, "size");
    const Json lfs = value_in(sibling, "lfs");
    file.sha256 = string_in(lfs, "sha256");
    if (const uint64_t bytes = number_in(lfs, "size")) file.bytes = bytes;
    return file;
}

}  // namespace

std::string hub_endpoint() {
    std::string endpoint(environment("MODEL_ENDPOINT"));
    if (endpoint.empty()) endpoint = environment("HF_ENDPOINT");
    if (endpoint.empty()) endpoint = "https://huggingface.co";
    return endpoint.ends_with('/') ? endpoint : endpoint + "/";
}

HttpKey hub_key(const std::string& repo) {
    const Secret secret = stored_token();
    for (const char c : secret.token)
        if (c <= 0x20 || c == 0x7f)
            fail(Fault::Usage, secret.source,
                 ": holds spaces, control characters or more than ASCII, expected a token");
    const std::string page = hub_endpoint() + repo;
    if (secret.token.empty())
        return {"", "; check the name; if the model is private or gated, accept the terms on " + page +
                        " and log in with hf auth login, or set HF_TOKEN"};
    return {secret.token, "; the token in " + secret.source + " does not open it: accept the terms on " + page +
                              ", or use another token"};
}

bool parse_hub_url(std::string_view url, HubName& name) {
    url = url.substr(0, url.find_first_of("?#"));
    const std::string endpoint = hub_endpoint();
    for (const std::string_view root : {std::string_view(endpoint), std::string_view("https://huggingface.co/"),
                                        std::string_view("https://hf.co/")}) {
        if (!url.starts_with(root)) continue;
        url.remove_prefix(root.size());
        while (url.ends_with('/')) url.remove_suffix(1);
        const size_t owner_end = url.find('/'), repo_end = url.find('/', std::min(owner_end, url.size()) + 1);
        name = {};
        name.repo = url.substr(0, repo_end);
        if (!is_repo(name.repo)) return false;
        if (repo_end == url.npos) return true;
        std::string_view rest = url.substr(repo_end + 1);
        if (!rest.starts_with("resolve/") && !rest.starts_with("blob/")) return false;
        rest.remove_prefix(rest.find('/') + 1);
        const size_t revision_end = rest.find('/');
        if (revision_end == rest.npos) return false;
        name.revision = unescaped(rest.substr(0, revision_end));
        name.file = unescaped(rest.substr(revision_end + 1));
        return is_inner_path(name.revision) && is_inner_path(name.file);
    }
    return false;
}

HubListing list_repository(const HubName& name, const std::atomic<bool>* stop) {
    std::string revision;
    if (name.revision != "main") {
        revision = escaped(name.revision);
        for (size_t at; (at = revision.find('/')) != std::string::npos;) revision.replace(at, 1, "%2F");
        revision = "/revision/" + revision;
    }
    const std::string url = hub_endpoint() + "api/models/" + name.repo + revision + "?blobs=true";
    const HttpRequest request{.url = url, .key = hub_key(name.repo), .stop = stop};
    TextSink sink;
    http_get_patiently([&] { return request; }, sink);
    const Json json = Json::parse(sink.text, nullptr, false);
    HubListing listing;
    listing.commit = string_in(json, "sha");
    const Json siblings = value_in(json, "siblings");
    if (!is_hex(listing.commit, 40) || !siblings.is_array())
        fail(Fault::BadData, url, ": expected a listing with \"sha\" and \"siblings\", got something else");
    for (const Json& sibling : siblings) {
        HubFile file = parse_file(sibling);
        if (is_inner_path(file.path)) listing.files.push_back(std::move(file));
    }
    return listing;
}

std::vector<HubFile> choose_files(const HubListing& listing, const HubName& name) {
    const std::vector<Candidate> all = candidates(listing);
    const std::string what = "hf:" + name.text();
    if (all.empty())
        fail(Fault::NoInput, what, ": the repository has no GGUF model, expected a file that ends in .gguf");
    const std::vector<Candidate> found = matching(all, name);
    if (found.empty()) fail(Fault::NoInput, what, ": not in the repository; it has ", shown(all, all));
    if (found.size() > 1)
        fail(Fault::Usage, what, ": which one? Behind hf:", name.repo, " may stand ", shown(found, all));
    std::vector<HubFile> files;
    for (const HubFile* part : found.front().parts) {
        if (!part)
            fail(Fault::BadData, what, ": part ", files.size() + 1, " of ", found.front().name.n_parts,
                 " is missing in the repository");
        if (!is_hex(part->sha256, 64) || part->bytes == 0)
            fail(Fault::BadData, what, ": the hub tells no size and SHA-256 of ", part->path, ", expected both");
        files.push_back(*part);
    }
    return files;
}

std::string file_url(const HubName& name, const std::string& commit, const std::string& path) {
    return hub_endpoint() + name.repo + "/resolve/" + commit + "/" + escaped(path);
}

HubCache::HubCache(const fs::path& hub, const HubName& name) {
    std::string inner = "models--" + name.repo;
    inner.replace(inner.find('/'), 1, "--");
    folder = hub / inner;
    locks = hub / ".locks" / inner;
}

fs::path HubCache::blob(const HubFile& file) const { return folder / "blobs" / file.sha256; }
fs::path HubCache::lock(const HubFile& file) const { return locks / (file.sha256 + ".lock"); }

fs::path HubCache::link(const std::string& commit, const HubFile& file) const {
    const fs::path path = folder / "snapshots" / commit / file.path;
    const fs::path target = blob(file).lexically_relative(path.parent_path());
    std::error_code error;
    if (fs::equivalent(path, blob(file), error)) return path;
    fs::create_directories(path.parent_path(), error);
    // Under another name first: what stood there before stays until the new link is whole.
    const fs::path temporary = path.string() + ".tmp." + std::to_string(getpid());
    fs::remove(temporary, error);
    fs::create_symlink(target, temporary, error);
    if (!error) fs::rename(temporary, path, error);
    if (error) fail(Fault::CannotCreate, path.string(), ": cannot link to the file: ", error.message());
    return path;
}

void HubCache::set_revision(const std::string& revision, const std::string& commit) const {
    if (revision == commit) return;
    const fs::path path = folder / "refs" / revision;
    std::error_code error;
    fs::create_directories(path.parent_path(), error);
    write_file(path, commit);
}

}  // namespace siskin
