#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "formats/amf/value.h"

namespace weir::rtmp {

/// What an encoder says of its stream in onMetaData (FLV 10.1, annex E.5). Only words: it may lie,
/// and nothing is allocated by it.
struct Metadata {
  bool video = false;  ///< Something about video is declared.
  bool audio = false;
  int64_t video_bitrate = 0;  ///< Bits per second; 0 is unknown.
  int64_t audio_bitrate = 0;
  double frame_rate = 0;  ///< Frames per second; 0 is unknown.

  bool only_video() const { return video && !audio; }

  bool only_audio() const { return audio && !video; }

  bool operator==(const Metadata&) const = default;
};

/// Reads "onMetaData", with or without "@setDataFrame" in front; nothing if `values` are another
/// data message.
std::optional<Metadata> ReadMetadata(std::span<const amf::Value> values);

}  // namespace weir::rtmp
