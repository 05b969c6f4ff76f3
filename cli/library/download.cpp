#include "cli/library/download.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <deque>

#include "cli/files.h"
#include "cli/library/file_lock.h"
#include "cli/library/http_retry.h"
#include "cli/library/sha256.h"
#include "cli/model_facts.h"
#include "cli/signals.h"
#include "cli/terminal.h"
#include "formats/error.h"

namespace siskin {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr int kMaxRounds = 3;
constexpr double kRateSeconds = 5, kShowEvery = 0.2, kPatience = 1, kPollSeconds = 0.1;

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

fs::path part_path(const Download& download) { return download.target.string() + ".incomplete"; }

uint64_t size_or_zero(const fs::path& path) {
    std::error_code error;
    const uint64_t size = fs::file_size(path, error);
    return error ? 0 : size;
}

/// Whether the finished file is there.
bool is_there(const Download& download) {
    std::error_code error;
    return fs::is_regular_file(download.target, error) &&
           (!download.bytes || size_or_zero(download.target) == *download.bytes);
}

/// The bytes of a file that are here so far, and their checksum.
class Part {
  public:
    Part(const Download& download, const std::atomic<bool>* stop)
        : path_(part_path(download)), etag_path_(path_.string() + ".etag") {
        fd_ = open(path_.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
        if (fd_ < 0) fail(Fault::CannotCreate, path_.string(), ": cannot create: ", std::strerror(errno));
        read_all(download.label, stop);
        if (download.sha256.empty()) etag_ = size_ > 0 ? read_etag() : "";
        const bool is_unsure = download.sha256.empty() && etag_.empty();
        if (size_ > 0 && (is_unsure || (download.bytes && size_ > *download.bytes))) clear();
    }
    ~Part() {
        if (fd_ >= 0) close(fd_);
    }
    Part(const Part&) = delete;
    Part& operator=(const Part&) = delete;

    uint64_t size() const { return size_; }
    const std::string& etag() const { return etag_; }
    std::string sha256() const { return hash_.hex(); }
    bool begins_like_gguf() const {
        char magic[4] = {};
        return pread(fd_, magic, sizeof magic, 0) == sizeof magic && std::memcmp(magic, "GGUF", sizeof magic) == 0;
    }

    void clear() {
        if (ftruncate(fd_, 0) != 0) fail_io("cut");
        size_ = 0;
        hash_ = {};
        etag_.clear();
    }

    /// Which state of the file the bytes are of.
    void set_etag(const std::string& etag) {
        etag_ = etag;
        write_file(etag_path_, etag);
    }

    void write(std::span<const std::byte> bytes) {
        while (!bytes.empty()) {
            const ssize_t n = ::write(fd_, bytes.data(), bytes.size());
            if (n < 0 && errno == EINTR) continue;
            if (n < 0) fail_io("write");
            hash_.add(bytes.first(size_t(n)));
            size_ += uint64_t(n);
            bytes = bytes.subspan(size_t(n));
        }
    }

    void commit(const fs::path& target) {
        if (fsync(fd_) != 0) fail_io("write to the disk");
        if (rename(path_.c_str(), target.c_str()) != 0) fail_io("rename");
        if (!sync_folder(target.parent_path())) fail_io("sync the folder of");
        std::error_code ignored;
        fs::remove(etag_path_, ignored);
    }

  private:
    void read_all(const std::string& label, const std::atomic<bool>* stop) {
        std::array<std::byte, 1 << 16> buffer;
        ssize_t n;
        auto shown = Clock::now();
        while ((n = read(fd_, buffer.data(), buffer.size())) > 0) {
            hash_.add(std::span(buffer).first(size_t(n)));
            size_ += uint64_t(n);
            if (*stop) throw Exit{stop_code()};
            if (seconds_since(shown) < kShowEvery) continue;
            progress(label + ": checking what is here: " + bytes_text(size_));
            shown = Clock::now();
        }
        if (n < 0) fail_io("read");
    }

    std::string read_etag() const {
        std::error_code error;
        return fs::exists(etag_path_, error) ? read_file(etag_path_) : "";
    }

    [[noreturn]] void fail_io(const char* doing) const {
        fail(Fault::Io, path_.string(), ": cannot ", doing, ": ", std::strerror(errno),
             errno == ENOSPC ? "; make room, and the same command goes on from there" : "");
    }

    fs::path path_, etag_path_;
    std::string etag_;
    Sha256 hash_;
    uint64_t size_ = 0;
    int fd_ = -1;
};

/// Shows how a download goes on.
class Progress {
  public:
    Progress(std::string label, std::optional<uint64_t> total) : label_(std::move(label)), total_(total) {}

    void set_total(uint64_t total) { total_ = total; }
    void show(uint64_t done) {
        const auto now = Clock::now();
        if (!samples_.empty() && std::chrono::duration<double>(now - samples_.back().time).count() < kShowEvery) return;
        if (!samples_.empty() && done < samples_.back().done) samples_.clear();  // begun anew
        samples_.push_back({now, done});
        while (seconds_since(samples_.front().time) > kRateSeconds && samples_.size() > 2) samples_.pop_front();
        const double seconds = std::chrono::duration<double>(now - samples_.front().time).count();
        const double rate = seconds > 0 ? double(done - samples_.front().done) / seconds : 0;
        progress(progress_text(label_, done, total_, rate));
    }

  private:
    struct Sample {
        Clock::time_point time;
        uint64_t done;
    };
    std::string label_;
    std::optional<uint64_t> total_;
    std::deque<Sample> samples_;
};

/// Puts what arrives where it belongs.
class PartSink : public HttpSink {
  public:
    PartSink(const Download& download, Part& part)
        : download_(download), part_(part), progress_(download.label, download.bytes) {}

    void begin(const HttpHead& head) override {
        if (head.begin != part_.size()) {
            if (head.begin != 0)
                fail(Fault::Io, download_.url, ": the server sends byte ", head.begin, ", expected ", part_.size());
            part_.clear();
        }
        if (head.total && download_.bytes && *head.total != *download_.bytes)
            fail(Fault::Io, download_.url, ": the server has ", *head.total, " bytes, expected ", *download_.bytes,
                 "; is there a proxy or a login page in between?");
        if (download_.sha256.empty() && part_.size() == 0) part_.set_etag(head.etag);
        if (!head.total) return;
        progress_.set_total(*head.total);
        if (!download_.bytes) check_space(download_.target.parent_path(), *head.total - part_.size());
    }

    void write(std::span<const std::byte> bytes) override {
        if (download_.bytes && part_.size() + bytes.size() > *download_.bytes)
            fail(Fault::Io, download_.url, ": the server sends more than the ", *download_.bytes, " bytes expected");
        part_.write(bytes);
    }

    void tick() override { progress_.show(part_.size()); }

  private:
    const Download& download_;
    Part& part_;
    Progress progress_;
};

/// Waits for another process that fetches the same file.
void wait_for(FileLock& lock, const Download& download, const std::atomic<bool>* stop) {
    const auto begin = Clock::now();
    Progress progress(download.label + " (another process fetches it)", download.bytes);
    bool said = false;
    while (!lock.try_lock()) {
        if (*stop) throw Exit{stop_code()};
        if (!said && seconds_since(begin) > kPatience) {
            note(download.label, ": another process is fetching it; waiting for that");
            said = true;
        }
        progress.show(size_or_zero(part_path(download)));
        pause(kPollSeconds, stop);
    }
}

bool is_right(const Download& download, const Part& part) {
    if (download.bytes && part.size() != *download.bytes) return false;
    return download.sha256.empty() || part.sha256() == download.sha256;
}

/// Asks for what is missing until it is there. False where what came is not what was expected.
bool complete(const Download& download, Part& part, const std::atomic<bool>* stop) {
    PartSink sink(download, part);
    const auto next = [&] {
        const bool tells_by_etag = download.sha256.empty() && part.size() > 0;
        return HttpRequest{download.url, download.key, part.size(), tells_by_etag ? part.etag() : "", stop};
    };
    const bool has_all = download.bytes && part.size() == *download.bytes;
    return (has_all || http_get_patiently(next, sink)) && is_right(download, part);
}

void download_part(const Download& download, Part& part, const std::atomic<bool>* stop) {
    for (int round = 1; !complete(download, part, stop); ++round) {
        const std::string got =
            download.bytes && part.size() != *download.bytes
                ? std::to_string(part.size()) + " bytes, expected " + std::to_string(*download.bytes)
                : "SHA-256 " + part.sha256() + ", expected " + download.sha256;
        part.clear();
        if (round == kMaxRounds)
            fail(Fault::BadData, download.url, ": ", got, "; fetched ", kMaxRounds,
                 " times and thrown away; is there a broken proxy or disk?");
        note(download.label, ": ", got, "; fetching it again");
    }
    if (download.sha256.empty() && !part.begins_like_gguf()) {
        part.clear();
        fail(Fault::BadData, download.url, ": does not begin with \"GGUF\", expected a GGUF file; is it a web page?");
    }
}

}  // namespace

uint64_t missing_bytes(const Download& download) {
    if (!download.bytes || is_there(download)) return 0;
    const uint64_t here = size_or_zero(part_path(download));
    return here < *download.bytes ? *download.bytes - here : 0;
}

void check_space(const fs::path& folder, uint64_t bytes) {
    std::error_code error;
    fs::path existing = folder;
    while (!fs::exists(existing, error) && existing.has_relative_path()) existing = existing.parent_path();
    const fs::space_info space = fs::space(existing.empty() ? "." : existing, error);
    if (!error && space.available < bytes)
        fail(Fault::CannotCreate, folder.string(), ": ", bytes_text(space.available), " free, expected ",
             bytes_text(bytes), "; make room, or name a folder on another disk with HF_HOME");
}

bool fetch(const Download& download, const std::atomic<bool>* stop) {
    std::error_code error;
    fs::create_directories(download.target.parent_path(), error);
    FileLock lock(download.lock);
    wait_for(lock, download, stop);
    if (is_there(download)) return false;
    uint64_t reached = 0;
    try {
        Part part(download, stop);
        try {
            download_part(download, part, stop);
        } catch (const Exit&) {
            reached = part.size();
            throw;
        }
        part.commit(download.target);
    } catch (const Exit&) {
        note(download.label, ": stopped; ", reached ? bytes_text(reached) + " are kept, and " : "",
             "the same command goes on from there");
        throw;
    }
    progress("");
    return true;
}

std::string progress_text(const std::string& label, uint64_t done, std::optional<uint64_t> total, double rate) {
    std::string text = label + ": " + bytes_text(done);
    if (total && *total > 0)
        text +=
            " of " + bytes_text(*total) + ", " + std::to_string(uint64_t(100.0 * double(done) / double(*total))) + " %";
    if (rate < 1) return text;
    text += ", " + bytes_text(uint64_t(rate)) + "/s";
    if (!total || *total < done) return text;
    const auto left = uint64_t(double(*total - done) / rate);
    char time[64];
    if (left < 3600)
        std::snprintf(time, sizeof time, ", %u:%02u left", unsigned(left / 60), unsigned(left % 60));
    else
        std::snprintf(time, sizeof time, ", %.1f h left", double(left) / 3600);
    return text + time;
}

}  // namespace siskin
