#include "tests/support/hub_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <span>
#include <stdexcept>

#include "cli/library/sha256.h"

namespace siskin::test {
namespace {

std::string sha256(const std::string& bytes) {
    Sha256 hash;
    hash.add(std::as_bytes(std::span(bytes)));
    return hash.hex();
}

std::string head(int status, size_t length, const std::string& more = "") {
    return "HTTP/1.1 " + std::to_string(status) +
           " X\r\nConnection: close\r\nContent-Length: " + std::to_string(length) + "\r\n" + more + "\r\n";
}

/// What follows "NAME: " in a request, or nothing.
std::string header(const std::string& request, const std::string& name) {
    const size_t at = request.find("\r\n" + name + ": ");
    if (at == std::string::npos) return "";
    const size_t begin = at + name.size() + 4;
    return request.substr(begin, request.find('\r', begin) - begin);
}

/// Takes a beginning off; whether it was there.
bool take(std::string& text, const std::string& beginning) {
    if (!text.starts_with(beginning)) return false;
    text.erase(0, beginning.size());
    return true;
}

}  // namespace

HubServer::HubServer() {
    socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (socket_ < 0 || bind(socket_, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(socket_, 64) != 0 ||
        getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        throw std::runtime_error("no socket on 127.0.0.1");
    port_ = ntohs(address.sin_port);
    server_ = std::thread([this] { serve(); });
}

HubServer::~HubServer() {
    ends_ = true;
    server_.join();
    for (std::thread& talk : talks_) talk.join();
    close(socket_);
}

std::string HubServer::url() const { return "http://127.0.0.1:" + std::to_string(port_); }
std::string HubServer::other_url() const { return "http://localhost:" + std::to_string(port_); }

void HubServer::put(const std::string& repo, const std::string& path, std::string bytes, uint64_t listed) {
    const std::lock_guard lock(mutex_);
    const std::string etag = sha256(bytes);
    repositories_[repo][path] = {std::move(bytes), "\"" + etag + "\"", listed};
}

void HubServer::put_plain(const std::string& path, std::string bytes, const std::string& etag) {
    const std::lock_guard lock(mutex_);
    plain_["/" + path] = {std::move(bytes), etag, 0};
}

void HubServer::require(const std::string& token) {
    const std::lock_guard lock(mutex_);
    token_ = token;
}

void HubServer::plan(std::vector<HubFault> faults) {
    const std::lock_guard lock(mutex_);
    faults_ = std::move(faults);
}

std::vector<std::string> HubServer::requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
}

void HubServer::serve() {
    while (!ends_) {
        pollfd waiting = {socket_, POLLIN, 0};
        if (poll(&waiting, 1, 20) <= 0) continue;
        const int client = accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
        if (client >= 0) talks_.emplace_back([this, client] { talk(client); });
    }
}

void HubServer::talk(int client) {
    std::string request;
    char buffer[4096];
    while (request.find("\r\n\r\n") == std::string::npos) {
        const ssize_t n = recv(client, buffer, sizeof buffer, 0);
        if (n <= 0) break;
        request.append(buffer, size_t(n));
    }
    if (!request.empty()) send_all(client, answer(request));
    close(client);
}

HubServer::Answer HubServer::answer(const std::string& request) {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request);
    std::string path = request.substr(4, request.find(' ', 4) - 4);
    if (path.starts_with("http://")) path.erase(0, path.find('/', 7));  // asked as a proxy
    const std::string escaped = path;
    for (size_t at; (at = path.find("%20")) != std::string::npos;) path.replace(at, 3, " ");
    const bool at_store = take(path, "/store");
    if (!at_store && !token_.empty() && header(request, "Authorization") != "Bearer " + token_) {
        const std::string text = R"({"error":"Access to this model is restricted"})";
        return {head(401, text.size(), "X-Error-Code: GatedRepo\r\n"), text};
    }
    if (const auto plain = plain_.find(path); plain != plain_.end()) return file(plain->second, request);
    if (take(path, "/api/models/")) {
        ++n_listings_;
        return list(path.substr(0, path.find('?')));
    }
    if (const File* found = find(path)) {
        if (at_store) return file(*found, request);
        // To another host, as the hub does: the token must not go there.
        const std::string store = other_url() + "/store" + escaped;
        return {head(302, 0, "Location: " + store + "\r\nX-Linked-Etag: " + found->etag + "\r\n"), ""};
    }
    const std::string text = R"({"error":"Entry not found"})";
    return {head(404, text.size()), text};
}

/// The file of "/OWNER/NAME/resolve/REVISION/FILE", or null.
const HubServer::File* HubServer::find(const std::string& path) const {
    const std::string between = "/resolve/";
    const size_t resolve = path.find(between);
    if (resolve == std::string::npos) return nullptr;
    const auto repository = repositories_.find(path.substr(1, resolve - 1));
    if (repository == repositories_.end()) return nullptr;
    const size_t name = path.find('/', resolve + between.size()) + 1;
    const auto found = repository->second.find(path.substr(name));
    return found == repository->second.end() ? nullptr : &found->second;
}

HubServer::Answer HubServer::list(const std::string& repo) const {
    const auto repository = repositories_.find(repo);
    if (repository == repositories_.end()) {
        const std::string text = R"({"error":"Repository not found"})";
        return {head(404, text.size(), "X-Error-Code: RepoNotFound\r\n"), text};
    }
    nlohmann::json siblings = {{{"rfilename", "README.md"}, {"size", 3}, {"blobId", "x"}}};
    for (const auto& [path, file] : repository->second) {
        const uint64_t size = file.listed ? file.listed : file.bytes.size();
        siblings.push_back(
            {{"rfilename", path}, {"size", size}, {"lfs", {{"sha256", sha256(file.bytes)}, {"size", size}}}});
    }
    const std::string text = nlohmann::json({{"id", repo}, {"sha", kCommit}, {"siblings", siblings}}).dump();
    return {head(200, text.size()), text};
}

HubServer::Answer HubServer::file(const File& file, const std::string& request) {
    ++n_files_;
    HubFault fault{HubFault::NoRange, SIZE_MAX};
    const bool planned = !faults_.empty();
    if (planned) {
        fault = faults_.front();
        faults_.erase(faults_.begin());
    }
    if (planned && fault.kind == HubFault::Status) return {head(fault.status, 0, "Retry-After: 0\r\n"), ""};
    std::string range = header(request, "Range");
    const std::string condition = header(request, "If-Range");
    const bool whole =
        range.empty() || (planned && fault.kind == HubFault::NoRange) || (!condition.empty() && condition != file.etag);
    const std::string etag = "ETag: " + file.etag + "\r\n";
    if (whole) return {head(200, file.bytes.size(), etag), file.bytes, fault, true};
    const size_t begin = std::stoul(range.substr(range.find('=') + 1));
    if (begin >= file.bytes.size()) return {head(416, 0), ""};
    const std::string size = std::to_string(file.bytes.size());
    const std::string place =
        "bytes " + std::to_string(begin) + "-" + std::to_string(file.bytes.size() - 1) + "/" + size;
    const std::string rest = file.bytes.substr(begin);
    return {head(206, rest.size(), etag + "Content-Range: " + place + "\r\n"), rest, fault, true};
}

void HubServer::send_all(int client, const Answer& answer) {
    std::string text = answer.head + answer.body;
    size_t end = text.size(), hold = text.size();
    const size_t at = answer.head.size() + std::min(answer.fault.at, answer.body.size());
    if (answer.counts && answer.fault.kind == HubFault::Drop) end = at;
    if (answer.counts && answer.fault.kind == HubFault::Hold) hold = at;
    if (answer.counts && answer.fault.kind == HubFault::WrongByte && at < text.size()) text[at] = char(text[at] ^ 1);
    if (answer.counts) n_bytes_ += end - answer.head.size();
    size_t sent = 0;
    while (sent < end && !ends_) {
        if (sent >= hold && held_) {
            usleep(1000);
            continue;
        }
        const size_t until = sent < hold ? std::min(hold, end) : end;
        const ssize_t n = send(client, text.data() + sent, until - sent, MSG_NOSIGNAL);
        if (n <= 0) break;
        sent += size_t(n);
    }
}

}  // namespace siskin::test
