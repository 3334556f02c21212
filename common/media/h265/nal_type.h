#pragma once

#include <cstddef>

#include "media/nal_unit.h"

namespace weir::media::h265 {

inline constexpr size_t kNalHeaderSize = 2;

/// nal_unit_type (H.265 table 7-1), as far as anything here asks for it.
enum class NalType {
  kSliceLast = 9,      ///< 0 to 9 are slices of pictures that refer to others.
  kRandomAccess = 16,  ///< 16 to 21 (BLA, IDR, CRA) are slices where decoding can start.
  kRandomAccessLast = 21,
  kVps = 32,
  kSps = 33,
  kPps = 34,
  kDelimiter = 35,
};

/// `nal` must not be empty.
inline NalType TypeOf(NalUnit nal) {
  return static_cast<NalType>(nal[0] >> 1 & 0x3f);
}

inline bool IsRandomAccess(NalType type) {
  return type >= NalType::kRandomAccess && type <= NalType::kRandomAccessLast;
}

inline bool IsSlice(NalType type) {
  return type <= NalType::kSliceLast || IsRandomAccess(type);
}

}  // namespace weir::media::h265
