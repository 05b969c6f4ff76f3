#pragma once
// One file from the network, under its name complete and checked or not at all. What arrives goes into NAME.incomplete,
// where a later download goes on. Several processes may want the same file: one fetches it, the others wait and use it.

#include <atomic>
#include <filesystem>
#include <optional>
#include <string>

#include "cli/library/http.h"

namespace siskin {

struct Download {
    std::string url;
    HttpKey key;
    std::string label;  ///< how progress and messages call it
    std::filesystem::path target, lock;
    std::optional<uint64_t> bytes;  ///< known beforehand
    std::string sha256;             ///< or empty; then a file that changed meanwhile is told by its ETag
};

/// Bytes that are still to be fetched.
uint64_t missing_bytes(const Download& download);

/// Throws Error(CannotCreate) where the folder, which may not exist yet, has no room for so many bytes.
void check_space(const std::filesystem::path& folder, uint64_t bytes);

/// False where the file was there already, or another process fetched it meanwhile.
/// Throws Exit where the flag is set, what http_get_patiently throws, and Error: CannotCreate, Io (disk full), BadData
/// (the bytes are not those of the checksum, three times; no GGUF file).
bool fetch(const Download& download, const std::atomic<bool>* stop);

/// "tiny.gguf: 1.20 GiB of 4.60 GiB, 26 %, 48.0 MiB/s, 1:12 left". A rate of 0 is not known.
std::string progress_text(const std::string& label, uint64_t done, std::optional<uint64_t> total, double rate);

}  // namespace siskin
