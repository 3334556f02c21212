#pragma once

#include "media/nal_unit.h"

namespace weir::media::h264 {

/// nal_unit_type (H.264 table 7-1), as far as anything here asks for it.
enum class NalType {
  kSlice = 1,
  kSlicePartitionA = 2,
  kIdr = 5,
  kSei = 6,
  kSps = 7,
  kPps = 8,
  kDelimiter = 9,
};

/// `nal` must not be empty.
inline NalType TypeOf(NalUnit nal) {
  return static_cast<NalType>(nal[0] & 0x1f);
}

}  // namespace weir::media::h264
