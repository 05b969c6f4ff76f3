#include "cli/library/http_retry.h"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/signals.h"
#include "cli/terminal.h"
#include "formats/error.h"

namespace siskin {
namespace {

constexpr int kMaxTries = 5;
constexpr double kFirstPause = 0.5, kLongestPause = 60;
constexpr uint64_t kGain = 1 << 16;  // so many new bytes, and the tries are counted from the beginning
constexpr size_t kMaxShown = 200;

bool is_passing(int status) { return status == 408 || status == 429 || status / 100 == 5; }

/// What a server says about a failure: the "error" of a JSON object. Whole pages are for browsers.
std::string said(const HttpAnswer& answer) {
    const auto json = nlohmann::json::parse(answer.text, nullptr, false);
    if (!json.is_object() || !json.contains("error") || !json["error"].is_string()) return "";
    return " (" + json["error"].get<std::string>().substr(0, kMaxShown) + ")";
}

[[noreturn]] void fail_with(const HttpAnswer& answer, const HttpRequest& request) {
    const std::string status = "the server answers " + std::to_string(answer.status) + said(answer);
    if (answer.status == 401 || answer.status == 403)
        fail(Fault::NoPermission, request.url, ": ", status, request.key.advice);
    if (answer.status == 404 || answer.status == 410)
        fail(Fault::NoInput, request.url, ": ", status, "; check the name");
    if (answer.status >= 400)
        fail(Fault::Io, request.url, ": ", status,
             is_passing(answer.status) ? " again and again; try later" : ", expected the file");
    fail(Fault::Io, request.url, ": ", answer.broken,
         answer.hopeless ? "" : "; tried " + std::to_string(kMaxTries) + " times",
         request.offset > 0 ? "; the same command goes on from there" : "");
}

}  // namespace

void pause(double seconds, const std::atomic<bool>* stop) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
    while (std::chrono::steady_clock::now() < until && !(stop && *stop))
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
}

bool http_get_patiently(const std::function<HttpRequest()>& next, HttpSink& sink) {
    uint64_t reached = 0;
    for (int tries = 1;; ++tries) {
        const HttpRequest request = next();
        if (request.offset >= reached + kGain) tries = 1;
        reached = std::max(reached, request.offset);
        const HttpAnswer answer = http_get(request, sink);
        if (answer.ok()) return true;
        if (answer.stopped) throw Exit{stop_code()};
        if (answer.status == 416 && request.offset > 0) return false;
        const bool is_refused = answer.status >= 400;  // however the rest of that answer came
        const bool may_pass = is_refused ? is_passing(answer.status) : !answer.hopeless;
        const double wait = std::max(answer.wait_seconds, kFirstPause * double(1 << (tries - 1)));
        if (!may_pass || (tries >= kMaxTries && next().offset < reached + kGain) || wait > kLongestPause)
            fail_with(answer, request);
        detail(answer.broken.empty() ? "status " + std::to_string(answer.status) : answer.broken, "; trying again");
        pause(wait, request.stop);
        if (request.stop && *request.stop) throw Exit{stop_code()};
    }
}

}  // namespace siskin
