#include "media/codec_config.h"

#include <fmt/format.h>

#include "media/aac/audio_specific_config.h"
#include "media/av1/av1_config.h"
#include "media/h264/avc_config.h"
#include "media/h265/hevc_config.h"
#include "media/opus/opus_head.h"

namespace weir::media {
namespace {

Result<Track> ReadTrack(CodecId codec, const SharedBytes& config) {
  switch (codec) {
    case CodecId::kH264:
      return h264::ReadTrack(config);
    case CodecId::kH265:
      return h265::ReadTrack(config);
    case CodecId::kAv1:
      return av1::ReadTrack(config);
    case CodecId::kAac:
      return aac::ReadTrack(config);
    case CodecId::kOpus:
      return opus::ReadTrack(config);
  }
  return Fail(ErrorCode::kUnsupported, "codec is unknown");
}

}  // namespace

Result<Track> ReadCodecConfig(CodecId codec, TrackId id, const SharedBytes& config) {
  if (config.size() > kCodecConfigSizeMax)
    return Fail(ErrorCode::kLimitExceeded,
                fmt::format("codec configuration of {} bytes is too large", config.size()));
  auto track = ReadTrack(codec, config);
  if (track) track->id = id;
  return track;
}

}  // namespace weir::media
