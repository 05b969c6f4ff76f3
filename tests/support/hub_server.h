#pragma once
// A small Hugging Face on 127.0.0.1: the listing of repositories, their files with ranges and ETags behind a redirect,
// and the ways in which servers and networks fail, on demand.

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace siskin::test {

/// What happens to one of the next requests for a file.
struct HubFault {
    enum Kind { Drop, WrongByte, Status, NoRange, Hold } kind;
    size_t at = 0;   ///< Drop, Hold: after so many bytes of the answer; WrongByte: which of the answer
    int status = 0;  ///< Status: instead of the file
};

class HubServer {
  public:
    HubServer();
    ~HubServer();
    HubServer(const HubServer&) = delete;
    HubServer& operator=(const HubServer&) = delete;

    /// "http://127.0.0.1:PORT"
    std::string url() const;
    std::string other_url() const;  ///< the same with another name of the host
    /// A file of OWNER/NAME; `listed` bytes where the listing lies about its size.
    void put(const std::string& repo, const std::string& path, std::string bytes, uint64_t listed = 0);
    /// A file at /PATH, outside of every repository, with this ETag.
    void put_plain(const std::string& path, std::string bytes, const std::string& etag);
    /// Requests need this token.
    void require(const std::string& token);
    /// Faults happen in this order, one to each request for bytes.
    void plan(std::vector<HubFault> faults);
    /// Held answers go on.
    void release() { held_ = false; }

    size_t n_listings() const { return n_listings_; }
    size_t n_files() const { return n_files_; }  ///< requests for bytes
    size_t n_bytes() const { return n_bytes_; }  ///< of files, sent
    std::vector<std::string> requests() const;   ///< "GET /path" and the headers of each request, in order

    static constexpr const char* kCommit = "0123456789abcdef0123456789abcdef01234567";

  private:
    struct File {
        std::string bytes, etag;
        uint64_t listed = 0;
    };
    struct Answer {
        std::string head, body;
        HubFault fault{HubFault::Status};
        bool counts = false;  ///< its bytes are those of a file
    };

    void serve();
    void talk(int socket);
    Answer answer(const std::string& request);
    const File* find(const std::string& path) const;
    Answer list(const std::string& repo) const;
    Answer file(const File& file, const std::string& request);
    void send_all(int socket, const Answer& answer);

    int socket_ = -1, port_ = 0;
    std::atomic<bool> ends_{false}, held_{true};
    std::atomic<size_t> n_listings_{0}, n_files_{0}, n_bytes_{0};
    mutable std::mutex mutex_;
    std::map<std::string, std::map<std::string, File>> repositories_;
    std::map<std::string, File> plain_;
    std::string token_;
    std::vector<HubFault> faults_;
    std::vector<std::string> requests_;
    std::vector<std::thread> talks_;
    std::thread server_;
};

}  // namespace siskin::test
