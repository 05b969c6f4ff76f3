#pragma once
// One HTTP request at a time, by libcurl. Certificates are verified, redirects followed, never from https to http; the
// token goes to the host of the address alone. Proxies are those of the environment.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

namespace siskin {

/// For addresses that are not open to everybody.
struct HttpKey {
    std::string token;   ///< empty: none
    std::string advice;  ///< what to do where the server refuses (401, 403)
};

struct HttpRequest {
    std::string url;
    HttpKey key;
    uint64_t offset = 0;   ///< the first byte wanted
    std::string if_range;  ///< an ETag: bytes from `offset` only where it is still the same file, else all of them
    const std::atomic<bool>* stop = nullptr;
};

/// What stands before the bytes of a file.
struct HttpHead {
    uint64_t begin = 0;             ///< the byte that comes first: the offset, or 0 where the server sends everything
    std::optional<uint64_t> total;  ///< bytes of the whole file, where the server tells
    std::string etag;               ///< a strong one, or empty
};

struct HttpAnswer {
    int status = 0;           ///< of the last response; 0: there was none
    std::string broken;       ///< why there is no answer, or only the beginning of one; empty: it is complete
    bool hopeless = false;    ///< broken for good: a certificate, an address
    bool stopped = false;     ///< by the flag
    std::string text;         ///< what a server says with a status that is no success, abbreviated
    double wait_seconds = 0;  ///< the server asks for so long a pause
    bool ok() const { return status / 100 == 2 && broken.empty() && !stopped; }
};

/// Where the bytes of a successful answer go. What it throws comes out of get().
class HttpSink {
  public:
    virtual ~HttpSink() = default;
    /// Called once, before the first byte.
    virtual void begin(const HttpHead& head) = 0;
    virtual void write(std::span<const std::byte> bytes) = 0;
    /// Called some times a second, also while nothing comes.
    virtual void tick() {}
};

/// Throws what the sink throws, and Error(Failed) where siskin was built without libcurl.
HttpAnswer http_get(const HttpRequest& request, HttpSink& sink);

}  // namespace siskin
