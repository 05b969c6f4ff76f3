# Compilers that are known to be too old are refused by name rather than by pages of errors.
set(oldest_GNU 12)
set(oldest_Clang 14)
set(oldest_AppleClang 15)
if(CMAKE_CXX_COMPILER_VERSION VERSION_LESS "${oldest_${CMAKE_CXX_COMPILER_ID}}")
    message(FATAL_ERROR "siskin needs g++ 12, clang++ 14 or Apple clang 15, or newer; "
                        "${CMAKE_CXX_COMPILER} is ${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}. "
                        "The environment variable CXX names another one.")
endif()

# Objects compiled before come from ccache where it is installed.
find_program(SISKIN_CCACHE ccache)
if(SISKIN_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${SISKIN_CCACHE})
endif()
