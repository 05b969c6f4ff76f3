#pragma once
// libcurl, loaded when something is to be fetched. It needs some thirty libraries of its own, and every start of siskin
// would wait for them.

#include <curl/curl.h>

namespace siskin {

struct CurlLibrary {
    decltype(&curl_global_init) global_init = nullptr;
    decltype(&curl_version_info) version_info = nullptr;
    decltype(&curl_easy_init) easy_init = nullptr;
    decltype(&curl_easy_setopt) easy_setopt = nullptr;
    decltype(&curl_easy_perform) easy_perform = nullptr;
    decltype(&curl_easy_getinfo) easy_getinfo = nullptr;
    decltype(&curl_easy_strerror) easy_strerror = nullptr;
    decltype(&curl_easy_cleanup) easy_cleanup = nullptr;
    decltype(&curl_slist_append) slist_append = nullptr;
    decltype(&curl_slist_free_all) slist_free_all = nullptr;
};

/// Loads and starts it the first time. Throws Error(Failed) where it is not there or too old.
const CurlLibrary& curl_library();

}  // namespace siskin
