#pragma once
// One decoder per quantized type. Each is total: every bit pattern decodes, no index is taken from unmasked bits.
// The layouts are drawn in formats/blocks.h, the output is defined in formats/dtype.h.

#include "formats/dtype.h"

namespace siskin {

void unpack_q4_0(const std::byte* block, Codes32* out);
void unpack_q4_1(const std::byte* block, Codes32* out);
void unpack_q5_0(const std::byte* block, Codes32* out);
void unpack_q5_1(const std::byte* block, Codes32* out);
void unpack_q8_0(const std::byte* block, Codes32* out);
void unpack_iq4_nl(const std::byte* block, Codes32* out);
void unpack_mxfp4(const std::byte* block, Codes32* out);
void unpack_nvfp4(const std::byte* block, Codes32* out);  ///< 2 entries
void unpack_q1_0(const std::byte* block, Codes32* out);   ///< 4 entries
void unpack_q2_0(const std::byte* block, Codes32* out);   ///< 2 entries

void unpack_q2_k(const std::byte* block, Codes256& out);
void unpack_q3_k(const std::byte* block, Codes256& out);
void unpack_q4_k(const std::byte* block, Codes256& out);
void unpack_q5_k(const std::byte* block, Codes256& out);
void unpack_q6_k(const std::byte* block, Codes256& out);

void unpack_iq1_s(const std::byte* block, Codes256& out);
void unpack_iq1_m(const std::byte* block, Codes256& out);
void unpack_iq2_xxs(const std::byte* block, Codes256& out);
void unpack_iq2_xs(const std::byte* block, Codes256& out);
void unpack_iq2_s(const std::byte* block, Codes256& out);
void unpack_iq3_xxs(const std::byte* block, Codes256& out);
void unpack_iq3_s(const std::byte* block, Codes256& out);
void unpack_iq4_xs(const std::byte* block, Codes256& out);

void unpack_tq1_0(const std::byte* block, Codes256& out);
void unpack_tq2_0(const std::byte* block, Codes256& out);

/// The scale of an NVFP4 group: unsigned E4M3, bias 7. 0x7f, the NaN of the float format, stands for 0; the sign bit is
/// ignored.
float ue4m3_to_f32(uint8_t bits);

}  // namespace siskin
