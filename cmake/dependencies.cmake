# Everything siskin links, from the distribution's packages.

# Homebrew keeps OpenMP out of the compiler's way, so its place has to be asked for.
if(APPLE AND NOT OpenMP_ROOT AND NOT DEFINED ENV{OpenMP_ROOT})
    execute_process(COMMAND brew --prefix libomp OUTPUT_VARIABLE OpenMP_ROOT OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
find_package(OpenMP REQUIRED COMPONENTS CXX)
find_package(PkgConfig REQUIRED)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
pkg_check_modules(SENTENCEPIECE REQUIRED IMPORTED_TARGET sentencepiece)
pkg_check_modules(PCRE2 REQUIRED IMPORTED_TARGET libpcre2-8)
# For siskin pull alone.
find_package(CURL 7.85)
if(NOT CURL_FOUND)
    message(STATUS "No libcurl: siskin pull will only say so")
endif()

# Header-only, and Debian's exported target names a library that does not exist: take the headers alone.
find_path(XSIMD_INCLUDE_DIR xsimd/xsimd.hpp REQUIRED)
add_library(siskin_xsimd INTERFACE)
target_include_directories(siskin_xsimd SYSTEM INTERFACE ${XSIMD_INCLUDE_DIR})

if(SISKIN_TESTS)
    find_package(GTest REQUIRED)
endif()
