#pragma once
// Requests that are repeated while there is hope: connections that break, servers that are busy.

#include <functional>
#include <string>
#include <string_view>

#include "cli/library/http.h"

namespace siskin {

/// Asks until an answer is complete. What is wanted is asked anew before each try, so that a file goes on where it was;
/// the pauses between tries grow, and after five of them in a row without a gain it is over. False where the server has
/// nothing behind the offset (status 416).
/// Throws Exit where the flag of the request stopped it, what the sink throws, and Error: NoPermission (401, 403),
/// NoInput (404), Io.
bool http_get_patiently(const std::function<HttpRequest()>& next, HttpSink& sink);

/// Waits, but not once the flag is set.
void pause(double seconds, const std::atomic<bool>* stop);

}  // namespace siskin
