#include "cli/prefix_cache.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <system_error>

#include "cli/model_facts.h"
#include "cli/options.h"
#include "cli/terminal.h"
#include "cli/user_folders.h"
#include "engine/common_length.h"
#include "engine/snapshot.h"
#include "formats/error.h"
#include "ops/kernels.h"

namespace siskin {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kMiB = uint64_t{1} << 20;
constexpr uint64_t kUsualBytes = 2048 * kMiB;
constexpr std::string_view kEnding = ".kv";
constexpr size_t kMostFiles = 4096;
/// A temporary file of this age was left by a process that was killed.
constexpr std::chrono::hours kLeftBehind(1);
/// Sliding windows keep what it takes to go back so far from the prompt's end, while so many more tokens are written.
constexpr size_t kOtherQuestion = 1024, kLongestWait = 4096;

/// "512M", "8G", a number of megabytes, or 0.
uint64_t size_limit() {
    const char* value = std::getenv("SISKIN_PROMPT_CACHE");
    if (!value || !*value) return kUsualBytes;
    std::string_view digits = value;
    uint64_t unit = kMiB, n = 0;
    if (const char last = digits.back(); last == 'M' || last == 'G') {
        unit = last == 'G' ? 1024 * kMiB : kMiB;
        digits.remove_suffix(1);
    }
    if (!parse_number(digits, n) || n > (uint64_t{1} << 30))
        fail(Fault::Usage, "SISKIN_PROMPT_CACHE: \"", value, "\", expected a size such as 512M or 8G, or 0");
    return n * unit;
}

std::string_view bytes_of(std::span<const Token> tokens) {
    return {reinterpret_cast<const char*>(tokens.data()), tokens.size_bytes()};
}

std::string hex(uint64_t number) {
    char text[17];
    std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(number));
    return text;
}

/// What makes keys and values differ beside the tokens: the model, as far as its file has not been changed since, how
/// positions are seen, and the processor.
std::string key_of(const Session& session) {
    const GgufFile& file = session.model().file();
    const KvTypes types = session.kv_types();
    std::string key = fingerprint(file) + "." + std::to_string(file.changed_ns());
    for (const std::string_view part : {std::string_view(kernels().name), dtype_info(types.k).name,
                                        dtype_info(types.v).name, std::string_view(session.long_rope() ? "long" : "")})
        key += "." + std::string(part);
    return key;
}

/// Does what can fail in more ways than matter here: a cache that does not work is no reason to stop.
template <class Work>
void attempt(const char* doing, Work&& work) {
    try {
        work();
    } catch (const std::exception& error) {
        detail("prompt cache: ", doing, ": ", error.what());
    }
}

/// A file that is no good is in the way of one that is; one that cannot be read now may be read another day.
void discard(const fs::path& path, const Error& error) {
    detail("prompt cache: ", error.what(), "; it is discarded");
    std::error_code ignored;
    if (error.fault() == Fault::BadData) fs::remove(path, ignored);
}

}  // namespace

PrefixCache::PrefixCache() : most_bytes_(size_limit()) {
    const auto cache = cache_folder();
    if (most_bytes_ && cache) folder_ = *cache / "prompts";
    if (!cache) detail("prompt cache: off, there is no home folder");
}

void PrefixCache::load(Session& session, std::span<const Token> prompt) {
    if (folder_.empty() || prompt.size() < kLeast) return;
    attempt("reading", [&] { load_pages(session, prompt); });
    // The last token is read in any case: its logits are wanted.
    const size_t n_common = std::min(common_length(session.tokens(), prompt), prompt.size() - 1);
    session.rewind(n_common);
    // Layers with a sliding window go on from the keys just before; without these all would have to be read again. The
    // files are then written anew, with what they lack.
    lacks_windows_ = n_common > 0 && session.n_read() == 0;
    if (session.n_read() < session.tokens().size()) session.rewind(0);
    n_loaded_ = session.tokens().size();
    // Another prompt may differ from this one near its end.
    const size_t back = prompt.size() - std::min(prompt.size(), kOtherQuestion);
    session.keep(lacks_windows_ ? std::min(back, n_common) : back, prompt.size() + kLongestWait);
    detail("prompt cache: ", n_loaded_, " of ", prompt.size(), " tokens are there");
}

void PrefixCache::load_pages(Session& session, std::span<const Token> prompt) {
    key_ = key_of(session);
    std::error_code absent;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder_, absent))
        names_.push_back(entry.path().filename().string());
    std::sort(names_.begin(), names_.end());
    for (size_t page = 0; !session.runtime().stopped(); ++page) {
        const Found found = find(page, prompt);
        if (found.path.empty()) return;
        try {
            Snapshot::load_page(session, page, key_, found.path);
        } catch (const Error& error) {
            return discard(found.path, error);
        }
        used_.push_back(found);
        if (found.n_common < (page + 1) * kPageKeys) return;
    }
}

/// The file that holds most of a page of the prompt.
PrefixCache::Found PrefixCache::find(size_t page, std::span<const Token> prompt) const {
    const size_t begin = page * kPageKeys;
    Found best;
    if (prompt.size() < begin + kLeast) return best;
    const std::string first = name_of(page, prompt.first(begin + kLeast));
    const std::string wanted = first.substr(0, first.rfind('-') + 1);
    for (auto name = std::lower_bound(names_.begin(), names_.end(), wanted);
         name != names_.end() && name->starts_with(wanted); ++name) {
        if (!name->ends_with(kEnding)) continue;
        try {
            const Snapshot::PageInfo page_info = Snapshot::page_info(key_, folder_ / *name);
            const size_t n_common = common_length(page_info.tokens, prompt);
            const Found found = {folder_ / *name, n_common, n_common == page_info.tokens.size(), page_info.has_windows};
            if (n_common >= begin + kLeast && found.is_better_than(best)) best = found;
        } catch (const Error& error) {
            discard(folder_ / *name, error);
        }
    }
    return best;
}

/// The name of the file for the last page of these tokens: MODEL_AND_TOKENS_BEFORE-FIRST_TOKENS-ALL_TOKENS.kv
std::string PrefixCache::name_of(size_t page, std::span<const Token> tokens) const {
    const std::hash<std::string_view> hash;
    uint64_t before = hash(key_);
    for (size_t i = 0; i < page; ++i)
        before = hash(hex(before) + std::string(bytes_of(tokens.subspan(i * kPageKeys, kPageKeys))));
    const auto own = tokens.subspan(page * kPageKeys);
    return hex(before) + "-" + hex(hash(bytes_of(own.first(kLeast)))) + "-" + hex(hash(bytes_of(own))) +
           std::string(kEnding);
}

void PrefixCache::save(const Session& session, size_t n_prompt) {
    if (key_.empty() || n_prompt < kLeast || session.n_read() < n_prompt) return;
    attempt("writing", [&] {
        if (n_prompt >= n_loaded_ + kLeast) save_pages(session, n_prompt);
        mark_used();
    });
}

void PrefixCache::save_pages(const Session& session, size_t n_prompt) {
    if (!make_private_folder(folder_)) return detail("prompt cache: ", folder_.string(), " cannot be made");
    const auto prompt = std::span<const Token>(session.tokens()).first(n_prompt);
    const uint64_t most = std::min<uint64_t>(most_bytes_, fs::space(folder_).available) / 2;
    uint64_t written = 0;
    for (size_t page = 0; page * kPageKeys + kLeast <= n_prompt && written < most; ++page) {
        const size_t end = std::min(n_prompt, (page + 1) * kPageKeys);
        const Found own = {folder_ / name_of(page, prompt.first(end)), end, true, true};
        std::error_code ignored;
        if (lacks_windows_ || !fs::exists(own.path, ignored)) {
            if (session.runtime().stopped()) break;
            Snapshot::save_page(session, page, end, key_, own.path);
            written += fs::file_size(own.path, ignored);
        }
        used_.resize(std::max(used_.size(), page + 1));
        Found& used = used_[page];
        // The beginning of a page is in the longer one too.
        if (used.whole && used.path != own.path) fs::remove(used.path, ignored);
        used = own;
    }
    detail("prompt cache: ", bytes_text(written), " written");
    trim();
}

/// The last file first: what follows is of no use without what it follows on, and goes before it.
void PrefixCache::mark_used() const {
    timespec times[2] = {};
    clock_gettime(CLOCK_REALTIME, &times[1]);
    times[0] = times[1];
    for (auto used = used_.rbegin(); used != used_.rend(); ++used) {
        times[1].tv_nsec = std::min(times[1].tv_nsec + 1000, 999'999'999L);
        utimensat(AT_FDCWD, used->path.c_str(), times, 0);
    }
}

/// Removes the files that were used longest ago, and what killed processes have left. All of them take at most half of
/// what would be free without them.
void PrefixCache::trim() const {
    struct File {
        fs::file_time_type used;
        uint64_t bytes;
        fs::path path;
    };
    std::vector<File> files;
    uint64_t sum = 0;
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder_)) {
        std::error_code gone;
        const File file = {entry.last_write_time(gone), entry.file_size(gone), entry.path()};
        if (gone) continue;
        if (file.path.extension() == kEnding) {
            sum += file.bytes;
            files.push_back(file);
        } else if (fs::file_time_type::clock::now() - file.used > kLeftBehind) {
            fs::remove(file.path, ignored);
        }
    }
    const uint64_t most = std::min<uint64_t>(most_bytes_, (sum + fs::space(folder_).available) / 2);
    std::sort(files.begin(), files.end(), [](const File& a, const File& b) { return a.used < b.used; });
    for (size_t i = 0; i < files.size() && (sum > most || files.size() - i > kMostFiles); ++i) {
        fs::remove(files[i].path, ignored);
        sum -= files[i].bytes;
    }
}

}  // namespace siskin
