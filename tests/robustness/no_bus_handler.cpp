// A library to load before the program: the system refuses a handler for SIGBUS, which siskin takes for a fault of its
// own.

#include <dlfcn.h>
#include <signal.h>

#include <cerrno>

extern "C" int sigaction(int signal, const struct sigaction* action, struct sigaction* before) noexcept {
    if (signal == SIGBUS && action) {
        errno = EINVAL;
        return -1;
    }
    using Function = int (*)(int, const struct sigaction*, struct sigaction*);
    static const Function next = reinterpret_cast<Function>(dlsym(RTLD_NEXT, "sigaction"));
    return next(signal, action, before);
}
