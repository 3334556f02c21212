#pragma once

#include <string_view>

namespace weir::media {

enum class MediaKind { kVideo, kAudio };

/// What a track's payloads are, and how they are framed inside Weir from ingest to egress:
enum class CodecId {
  kH264,  ///< One access unit of NAL units, each behind its length in 4 bytes (as in MP4).
  kH265,  ///< The same.
  kAv1,   ///< One temporal unit of OBUs with size fields, no temporal delimiter (as in MP4).
  kAac,   ///< One raw_data_block, no ADTS header.
  kOpus,  ///< One Opus packet.
};

constexpr MediaKind KindOf(CodecId codec) {
  return codec == CodecId::kAac || codec == CodecId::kOpus ? MediaKind::kAudio : MediaKind::kVideo;
}

constexpr std::string_view NameOf(MediaKind kind) {
  return kind == MediaKind::kVideo ? "video" : "audio";
}

constexpr std::string_view NameOf(CodecId codec) {
  switch (codec) {
    case CodecId::kH264:
      return "H264";
    case CodecId::kH265:
      return "H265";
    case CodecId::kAv1:
      return "AV1";
    case CodecId::kAac:
      return "AAC";
    case CodecId::kOpus:
      return "OPUS";
  }
  return "?";
}

}  // namespace weir::media
