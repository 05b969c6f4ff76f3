#pragma once
// The code books of the IQ types. A grid point is eight (IQ1, IQ2) or four (IQ3) codes; its lowest byte is the first
// code in K order. IQ2 and IQ3 points hold magnitudes, the signs are stored beside the index. IQ1 points hold 8 x {-1,
// 0, 1} as signed bytes, so that adding the block's shift of +1 or -1 to each byte gives the code.

#include <array>
#include <cstdint>

namespace siskin {

extern const std::array<uint64_t, 2048> kGridIQ1;     ///< IQ1_S and IQ1_M
extern const std::array<uint64_t, 256> kGridIQ2_XXS;  ///< values 8, 25, 43
extern const std::array<uint64_t, 512> kGridIQ2_XS;   ///< values 8, 25, 43
extern const std::array<uint64_t, 1024> kGridIQ2_S;   ///< values 8, 25, 43
extern const std::array<uint32_t, 256> kGridIQ3_XXS;  ///< values 4, 12, 20, 28, 36, 44, 52, 62
extern const std::array<uint32_t, 512> kGridIQ3_S;    ///< odd values 1 to 15

/// Codes of the 4-bit types with a curved scale: IQ4_NL and IQ4_XS.
inline constexpr std::array<int8_t, 16> kCodesIQ4 = {-127, -104, -83, -65, -49, -35, -22, -10,
                                                     1,    13,   25,  38,  53,  69,  89,  113};

/// Twice the values of a 4-bit E2M1 float (OCP Microscaling Formats 1.0): MXFP4 and NVFP4.
inline constexpr std::array<int8_t, 16> kCodesE2M1 = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

}  // namespace siskin
