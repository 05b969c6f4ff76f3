#include "cli/memory_check.h"

#include <algorithm>

#include "cli/model_facts.h"
#include "cli/terminal.h"
#include "formats/error.h"

namespace siskin {
namespace {

using Fit = MemoryVerdict::Fit;

void note_verdict(const MemoryPlan& plan, const MemoryVerdict& verdict, const ComputeFlags& flags) {
    const MemoryNeeds needs = plan.at(verdict.n_ctx);
    if (verdict.lowered) {
        const uint32_t own = plan.model().config().n_ctx_train;
        note("the context is ", verdict.n_ctx, " tokens, not the model's ", own, ", whose keys and values would take ",
             bytes_text(plan.at(own).kv), ": ", free_text(verdict.bound), "; -c sets another");
    }
    if (verdict.fit == Fit::Tight)
        note("memory is tight: a context of ", verdict.n_ctx, " tokens may need ", bytes_text(needs.still()), ", and ",
             free_text(verdict.bound), remedy(plan, verdict, flags));
    else if (!verdict.file_stays)
        note("slow: the file of ", bytes_text(needs.file),
             " does not stay in memory and is read from the disk again "
             "and again; ",
             free_text(verdict.bound));
}

}  // namespace

MemoryPlan memory_plan(const ComputeFlags& flags, std::shared_ptr<const Model> model, Runtime& runtime,
                       std::span<const uint32_t> beside) {
    return {std::move(model), runtime.team(), runtime.n_batch(), flags.session().kv_type, beside};
}

SessionOptions options_that_fit(const ComputeFlags& flags, const std::shared_ptr<const Model>& model, Runtime& runtime,
                                uint32_t asked, std::span<const uint32_t> beside) {
    const MemoryPlan plan = memory_plan(flags, model, runtime, beside);
    const MemoryVerdict verdict = judge(plan, asked, memory_bounds());
    if (verdict.fit == Fit::Never) refuse(plan, verdict, flags);
    note_verdict(plan, verdict, flags);
    if (verdict.file_stays) model->file().use_large_pages();
    SessionOptions options = flags.session();
    options.n_ctx = verdict.n_ctx;
    if (verdict.lowered) options.n_ctx_rope = model->config().n_ctx_train;
    return options;
}

std::string free_text(const MemoryBound& bound) {
    return bytes_text(bound.left) + " of the " + bytes_text(bound.most) + " of " + std::string(name(bound.of)) +
           " is free";
}

std::string most_text(const MemoryBound& bound) {
    if (!bound.counts_use()) return bytes_text(bound.left) + " is left of " + std::string(name(bound.of));
    return std::string(name(bound.of)) + " has " + bytes_text(bound.most);
}

std::string remedy(const MemoryPlan& plan, const MemoryVerdict& verdict, const ComputeFlags& flags) {
    if (plan.n_sessions() > 1) return "; fewer sessions or shorter texts need less";
    if (verdict.largest == 0) return "; a smaller model, or a smaller type of it, needs less";
    const uint32_t context = std::min(verdict.largest, plan.model().config().n_ctx_train);
    std::string text = "; -c " + std::to_string(context) + " fits";
    const KvTypes types = flags.session().kv_type;
    if (types.k == DType::F16 || types.k == DType::F32)
        text += "; -ctk q8_0 -ctv q8_0 need half as much for each token";
    return text;
}

void refuse(const MemoryPlan& plan, const MemoryVerdict& verdict, const ComputeFlags& flags) {
    const std::string others =
        plan.n_sessions() > 1 ? " and " + std::to_string(plan.n_sessions() - 1) + " other sessions need " : " needs ";
    fail(Fault::NoMemory, "not enough memory: a context of ", verdict.n_ctx, " tokens", others,
         bytes_text(plan.at(verdict.n_ctx).still()), " beside the model, and ", most_text(verdict.bound),
         remedy(plan, verdict, flags));
}

}  // namespace siskin
