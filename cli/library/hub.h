#pragma once
// Hugging Face: what a repository holds, which of its files are meant, and where they lie in the cache that its own
// tools share. HF_ENDPOINT or MODEL_ENDPOINT names another server, a token opens private and gated repositories.

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "cli/library/http.h"
#include "cli/library/names.h"

namespace siskin {

struct HubFile {
    std::string path;  ///< inside the repository
    uint64_t bytes = 0;
    std::string sha256;
};

struct HubListing {
    std::string commit;  ///< what the revision means now
    std::vector<HubFile> files;
};

/// "https://huggingface.co/" or what the environment says; with a slash at the end.
std::string hub_endpoint();
/// The token of HF_TOKEN, HUGGING_FACE_HUB_TOKEN or the file that `hf auth login` writes, if there is one. Throws
/// Error: Usage (it cannot stand in a header), and what read_file throws where the file is there.
HttpKey hub_key(const std::string& repo);

/// The repository and file of an address on the hub: …/OWNER/NAME, …/OWNER/NAME/resolve/REVISION/FILE and the same with
/// blob. False for other addresses.
bool parse_hub_url(std::string_view url, HubName& name);

/// Throws what http_get_patiently throws, and Error(BadData) for an answer that is no listing.
HubListing list_repository(const HubName& name, const std::atomic<bool>* stop);

/// The file that a name means, or all parts of it in order. Where several are possible and none is the usual one the
/// message lists them. Throws Error: NoInput (there is none), Usage (which one?), BadData (parts are missing).
std::vector<HubFile> choose_files(const HubListing& listing, const HubName& name);

std::string file_url(const HubName& name, const std::string& commit, const std::string& path);

/// The places of a repository in the cache.
struct HubCache {
    HubCache(const std::filesystem::path& hub, const HubName& name);

    std::filesystem::path blob(const HubFile& file) const;
    std::filesystem::path lock(const HubFile& file) const;
    /// Lets a name in the snapshot of a commit point to the file's blob, and returns it. Throws Error(CannotCreate).
    std::filesystem::path link(const std::string& commit, const HubFile& file) const;
    /// What the revision means now. Throws Error(CannotCreate, Io).
    void set_revision(const std::string& revision, const std::string& commit) const;

    std::filesystem::path folder, locks;
};

}  // namespace siskin
