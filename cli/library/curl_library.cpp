#include "cli/library/curl_library.h"

#include <dlfcn.h>

#include <cstdlib>
#include <string>

#include "cli/library/places.h"
#include "formats/error.h"

namespace siskin {
namespace {

#ifdef __APPLE__
constexpr const char* kNames[] = {"libcurl.4.dylib"};
#else
constexpr const char* kNames[] = {"libcurl.so.4", "libcurl-gnutls.so.4"};
#endif
/// The first that knows CURLOPT_PROTOCOLS_STR.
constexpr unsigned kLeastVersion = 0x075500;

void* open_library() {
    for (const char* name : kNames)
        if (void* library = dlopen(name, RTLD_NOW | RTLD_LOCAL)) return library;
    fail(Fault::Failed, "pull needs libcurl: no ", kNames[0], " is installed here");
}

template <class Function>
void find(void* library, const char* name, Function& function) {
    function = reinterpret_cast<Function>(dlsym(library, name));
    if (!function) fail(Fault::Failed, "libcurl has no ", name);
}

/// libcurl takes HTTP_PROXY in small letters only, for the sake of programs that a web server starts.
void adopt_proxy() {
    const std::string proxy(environment("HTTP_PROXY"));
    if (environment("http_proxy").empty() && !proxy.empty()) setenv("http_proxy", proxy.c_str(), 1);
}

CurlLibrary load() {
    void* const library = open_library();
    CurlLibrary curl;
    find(library, "curl_global_init", curl.global_init);
    find(library, "curl_version_info", curl.version_info);
    find(library, "curl_easy_init", curl.easy_init);
    find(library, "curl_easy_setopt", curl.easy_setopt);
    find(library, "curl_easy_perform", curl.easy_perform);
    find(library, "curl_easy_getinfo", curl.easy_getinfo);
    find(library, "curl_easy_strerror", curl.easy_strerror);
    find(library, "curl_easy_cleanup", curl.easy_cleanup);
    find(library, "curl_slist_append", curl.slist_append);
    find(library, "curl_slist_free_all", curl.slist_free_all);
    const curl_version_info_data* info = curl.version_info(CURLVERSION_NOW);
    if (info->version_num < kLeastVersion)
        fail(Fault::Failed, "libcurl is ", info->version, ", expected 7.85 or newer");
    adopt_proxy();
    if (curl.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) fail(Fault::Failed, "libcurl does not start");
    return curl;
}

}  // namespace

const CurlLibrary& curl_library() {
    static const CurlLibrary library = load();
    return library;
}

}  // namespace siskin
