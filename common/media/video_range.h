#pragma once

#include <cstdint>
#include <string_view>

namespace weir::media {

/// How bright and dark a picture's values mean it to be.
enum class VideoRange { kSdr, kHlg, kPq };

/// As playlists write it.
constexpr std::string_view NameOf(VideoRange range) {
  switch (range) {
    case VideoRange::kSdr:
      return "SDR";
    case VideoRange::kHlg:
      return "HLG";
    case VideoRange::kPq:
      return "PQ";
  }
  return "?";
}

/// From transfer_characteristics (ISO/IEC 23091-2, the same in H.264, H.265 and AV1).
constexpr VideoRange VideoRangeOf(uint32_t transfer) {
  constexpr uint32_t kPqTransfer = 16;
  constexpr uint32_t kHlgTransfer = 18;
  if (transfer == kPqTransfer) return VideoRange::kPq;
  return transfer == kHlgTransfer ? VideoRange::kHlg : VideoRange::kSdr;
}

}  // namespace weir::media
