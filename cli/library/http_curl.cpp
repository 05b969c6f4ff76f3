#include <algorithm>
#include <charconv>
#include <exception>
#include <memory>

#include "cli/library/curl_library.h"
#include "cli/library/http.h"
#include "cli/library/names.h"
#include "cli/library/places.h"
#include "cli/options.h"
#include "formats/error.h"

namespace siskin {
namespace {

constexpr long kConnectSeconds = 30, kSilentSeconds = 60, kMaxRedirects = 10;
constexpr long kBufferBytes = 1 << 18;
constexpr size_t kMaxErrorText = 4096;

struct Closer {
    void operator()(CURL* curl) const { curl_library().easy_cleanup(curl); }
    void operator()(curl_slist* list) const { curl_library().slist_free_all(list); }
};

/// One request while it runs: what the callbacks share.
struct Transfer {
    CURL* curl;
    const HttpRequest& request;
    HttpSink& sink;
    HttpAnswer answer;
    HttpHead head;
    bool begun = false;
    std::exception_ptr thrown;

    void take_header(std::string_view line);
    bool take_bytes(std::span<const std::byte> bytes);
    void begin();
    bool is_stopped() const { return request.stop && *request.stop; }
};

int status_of(CURL* curl) {
    long status = 0;
    curl_library().easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    return int(status);
}

/// "bytes 100-199/1000" gives the beginning and the total.
void take_content_range(std::string_view value, HttpHead& head) {
    const size_t space = value.find(' '), dash = value.find('-'), slash = value.find('/');
    if (space == value.npos || dash == value.npos || slash == value.npos || dash < space || slash < dash) return;
    parse_number(value.substr(space + 1, dash - space - 1), head.begin);
    uint64_t total;
    if (parse_number(value.substr(slash + 1), total)) head.total = total;
}

void Transfer::take_header(std::string_view line) {
    if (line.starts_with("HTTP/")) {  // of another response: a redirect came before
        head = {};
        return;
    }
    const size_t colon = line.find(':');
    if (colon == line.npos) return;
    const std::string name = lower_case(line.substr(0, colon));
    const std::string_view value = trimmed(line.substr(colon + 1));
    uint64_t number;
    if (name == "content-range") {
        take_content_range(value, head);
    } else if (name == "content-length" && status_of(curl) == 200 && parse_number(value, number)) {
        head.total = number;
    } else if (name == "etag" && !value.starts_with("W/")) {
        head.etag = value;
    } else if (name == "retry-after" && parse_number(value, number)) {
        answer.wait_seconds = double(number);
    }
}

void Transfer::begin() {
    begun = true;
    sink.begin(head);
}

bool Transfer::take_bytes(std::span<const std::byte> bytes) {
    if (is_stopped()) return false;
    if (status_of(curl) / 100 != 2) {
        const size_t room = kMaxErrorText - std::min(kMaxErrorText, answer.text.size());
        answer.text.append(reinterpret_cast<const char*>(bytes.data()), std::min(room, bytes.size()));
        return true;
    }
    try {
        if (!begun) begin();
        sink.write(bytes);
        return true;
    } catch (...) {  // not through a library of C
        thrown = std::current_exception();
        return false;
    }
}

size_t on_header(char* line, size_t size, size_t count, void* transfer) {
    static_cast<Transfer*>(transfer)->take_header({line, size * count});
    return size * count;
}

size_t on_bytes(char* bytes, size_t size, size_t count, void* transfer) {
    const std::span data(reinterpret_cast<const std::byte*>(bytes), size * count);
    return static_cast<Transfer*>(transfer)->take_bytes(data) ? data.size() : 0;
}

int on_progress(void* transfer, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    auto& running = *static_cast<Transfer*>(transfer);
    running.sink.tick();
    return running.is_stopped();
}

/// The file of certificates to trust, where the environment names one; libcurl itself does not ask it.
std::string certificates() {
    const std::string_view bundle = environment("CURL_CA_BUNDLE");
    return std::string(bundle.empty() ? environment("SSL_CERT_FILE") : bundle);
}

bool is_hopeless(CURLcode code) {
    return code == CURLE_PEER_FAILED_VERIFICATION || code == CURLE_SSL_CACERT_BADFILE || code == CURLE_URL_MALFORMAT ||
           code == CURLE_UNSUPPORTED_PROTOCOL || code == CURLE_TOO_MANY_REDIRECTS;
}

}  // namespace

HttpAnswer http_get(const HttpRequest& request, HttpSink& sink) {
    const CurlLibrary& library = curl_library();
    const std::unique_ptr<CURL, Closer> curl(library.easy_init());
    if (!curl) fail(Fault::Failed, "libcurl does not start");
    Transfer transfer{curl.get(), request, sink, {}, {}, false, nullptr};
    std::unique_ptr<curl_slist, Closer> headers;
    const auto set = [&](auto option, auto value) { library.easy_setopt(curl.get(), option, value); };
    const auto add_header = [&](const std::string& line) {
        headers.reset(library.slist_append(headers.release(), line.c_str()));
    };
    char message[CURL_ERROR_SIZE] = {};
    const char* protocols = request.url.starts_with("https:") ? "https" : "http,https";
    set(CURLOPT_URL, request.url.c_str());
    set(CURLOPT_PROTOCOLS_STR, protocols);
    set(CURLOPT_REDIR_PROTOCOLS_STR, protocols);
    set(CURLOPT_FOLLOWLOCATION, 1L);
    set(CURLOPT_MAXREDIRS, kMaxRedirects);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_USERAGENT, "siskin/" SISKIN_VERSION);
    set(CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
    set(CURLOPT_LOW_SPEED_LIMIT, 1L);
    set(CURLOPT_LOW_SPEED_TIME, kSilentSeconds);
    set(CURLOPT_BUFFERSIZE, kBufferBytes);
    set(CURLOPT_ERRORBUFFER, message);
    set(CURLOPT_HEADERFUNCTION, on_header);
    set(CURLOPT_HEADERDATA, &transfer);
    set(CURLOPT_WRITEFUNCTION, on_bytes);
    set(CURLOPT_WRITEDATA, &transfer);
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, on_progress);
    set(CURLOPT_XFERINFODATA, &transfer);
    const std::string trusted = certificates();
    if (!trusted.empty()) set(CURLOPT_CAINFO, trusted.c_str());
    const std::string range = std::to_string(request.offset) + "-";
    if (request.offset > 0) set(CURLOPT_RANGE, range.c_str());
    if (!request.if_range.empty()) add_header("If-Range: " + request.if_range);
    if (!request.key.token.empty()) {  // libcurl keeps it from other hosts that a redirect leads to
        set(CURLOPT_HTTPAUTH, CURLAUTH_BEARER);
        set(CURLOPT_XOAUTH2_BEARER, request.key.token.c_str());
    }
    set(CURLOPT_HTTPHEADER, headers.get());

    const CURLcode code = library.easy_perform(curl.get());
    if (transfer.thrown) std::rethrow_exception(transfer.thrown);
    HttpAnswer& answer = transfer.answer;
    answer.status = status_of(curl.get());
    answer.stopped = code != CURLE_OK && transfer.is_stopped();
    if (code != CURLE_OK) {
        answer.broken = *message ? message : library.easy_strerror(code);
        answer.hopeless = is_hopeless(code);
        if (code == CURLE_PEER_FAILED_VERIFICATION)
            answer.broken += "; behind a proxy that reads along, SSL_CERT_FILE names its certificate";
    }
    if (answer.ok() && !transfer.begun) transfer.begin();  // an empty file
    return std::move(answer);
}

}  // namespace siskin
