// libFuzzer: any bytes as a model file, through reader, sizes and weights. An Error(BadData) or a bound model is right;
// everything else is a finding. Built with -DSISKIN_FUZZ=ON, clang and sanitizers; tiny models are a good corpus.

#include <cstddef>
#include <cstdint>
#include <span>

#include "formats/error.h"
#include "formats/gguf_reader.h"
#include "models/arch.h"
#include "models/config.h"
#include "models/weights.h"

using namespace siskin;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    try {
        const GgufFile file = GgufFile::parse(std::as_bytes(std::span(data, size)), "fuzz");
        const auto name = file.metadata().string("general.architecture");
        const Arch* arch = name ? find_arch(*name) : nullptr;
        if (!arch) return 0;
        const Config config = Config::read(*arch, file.metadata());
        Weights::bind(*arch, config, file);
    } catch (const Error& error) {
        if (error.fault() != Fault::BadData) throw;
    }
    return 0;
}
