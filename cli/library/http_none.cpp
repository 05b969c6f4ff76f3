// Stands in for http_curl.cpp where libcurl is not installed.

#include "cli/library/http.h"
#include "formats/error.h"

namespace siskin {

HttpAnswer http_get(const HttpRequest& request, HttpSink&) {
    fail(Fault::Failed, request.url, ": this siskin was built without libcurl, expected with it; ./dev installs it");
}

}  // namespace siskin
