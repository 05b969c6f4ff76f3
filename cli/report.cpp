#include "cli/report.h"

#include <cstdio>

#include "cli/terminal.h"
#include "ops/cpu.h"
#include "ops/kernels.h"

namespace siskin {
namespace {

std::string fixed(double value, int digits) {
    char text[64];
    std::snprintf(text, sizeof text, "%.*f", digits, value);
    return text;
}

double per_second(size_t n, double seconds) { return n > 0 && seconds > 0 ? double(n) / seconds : 0; }

}  // namespace

double prompt_speed(const Timings& t) { return per_second(t.n_prompt, t.prompt_seconds); }
double answer_speed(const Timings& t) {
    return t.n_generated < 2 ? 0 : per_second(t.n_generated - 1, t.generate_seconds);
}

void report_model(const Model& model, const Session& session) {
    detail("model: ", model.name(), ", ", model.arch().name, ", ", model.file().file_bytes(), " bytes");
    detail("compute: ", kernels().name, " kernels, ", session.runtime().team().size(), " threads");
    detail("context: ", session.n_ctx(), " tokens");
    if (session.n_ctx() > model.config().n_ctx_train)
        note("the context of ", session.n_ctx(), " tokens is larger than the ", model.config().n_ctx_train,
             " that the model was made for");
}

void report_speed(const Timings& t) {
    detail("prompt: ", t.n_prompt, " tokens in ", fixed(t.prompt_seconds, 2), " s, ", fixed(prompt_speed(t), 1),
           " per second");
    detail("answer: ", t.n_generated, " tokens in ", fixed(t.generate_seconds, 2), " s, ", fixed(answer_speed(t), 1),
           " per second");
}

}  // namespace siskin
