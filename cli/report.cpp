#include "cli/report.h"

#include <cstdio>

#include "cli/terminal.h"
#include "ops/cpu.h"
#include "ops/kernels.h"

namespace siskin {
namespace {

double per_second(size_t n, double seconds) { return n > 0 && seconds > 0 ? double(n) / seconds : 0; }

}  // namespace

std::string number_text(const char* format, double value) {
    char text[64];
    std::snprintf(text, sizeof text, format, value);
    return text;
}

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
    detail("prompt: ", t.n_prompt, " tokens in ", number_text("%.2f", t.prompt_seconds), " s, ",
           number_text("%.1f", prompt_speed(t)), " per second");
    detail("answer: ", t.n_generated, " tokens in ", number_text("%.2f", t.generate_seconds), " s, ",
           number_text("%.1f", answer_speed(t)), " per second");
}

}  // namespace siskin
