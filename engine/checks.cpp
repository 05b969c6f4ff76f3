#include "engine/checks.h"

#include "formats/error.h"
#include "formats/mapped_file.h"
#include "ops/kernels.h"

namespace siskin {

void check_logits(std::span<const float> logits, size_t n_tokens) {
    if (MappedFile::lost_pages())
        fail(Fault::Io,
             "the model's file was cut or overwritten while it was in use; start again with a complete file");
    if (!kernels().all_finite(logits.size(), logits.data()))
        fail(Fault::BadData, "the logits after token ", n_tokens,
             " are not finite: the model's weights are damaged, or too large for its types");
}

}  // namespace siskin
