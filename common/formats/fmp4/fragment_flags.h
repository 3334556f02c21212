#pragma once

#include <cstdint>

namespace weir::fmp4 {

// tfhd (ISO/IEC 14496-12, 8.8.7).
inline constexpr uint32_t kDefaultDuration = 0x000008;
inline constexpr uint32_t kDefaultFlags = 0x000020;
inline constexpr uint32_t kDefaultBaseIsMoof = 0x020000;
// trun (8.8.8).
inline constexpr uint32_t kDataOffset = 0x000001;
inline constexpr uint32_t kSampleDuration = 0x000100;
inline constexpr uint32_t kSampleSize = 0x000200;
inline constexpr uint32_t kSampleFlags = 0x000400;
inline constexpr uint32_t kSampleCompositionOffset = 0x000800;
// Sample flags (8.8.3.1): depends on no other; depends on others and is no sync sample.
inline constexpr uint32_t kSync = 0x02000000;
inline constexpr uint32_t kNotSync = 0x01010000;

}  // namespace weir::fmp4
