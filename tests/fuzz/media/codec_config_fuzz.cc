#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "media/codec_config.h"
#include "media/payload.h"

namespace {

constexpr weir::media::CodecId kCodecs[] = {
    weir::media::CodecId::kH264, weir::media::CodecId::kH265, weir::media::CodecId::kAv1,
    weir::media::CodecId::kAac, weir::media::CodecId::kOpus};

void Require(bool holds) {
  if (!holds) std::abort();
}

bool IsSane(const weir::media::Track& track) {
  if (track.config.empty() || track.codec_string.empty()) return false;
  if (track.kind() == weir::media::MediaKind::kAudio)
    return weir::IsExactRate(track.sample_rate) && track.channels > 0;
  return track.width > 0 && track.width <= weir::media::kPictureSizeMax && track.height > 0 &&
         track.height <= weir::media::kPictureSizeMax && track.frame_duration.count() >= 0;
}

}  // namespace

// The first byte selects the codec. What is taken makes a sane track, and its configuration as it
// became is taken again and says the same.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const auto codec = kCodecs[data[0] % 5];
  const auto config = weir::SharedBytes::Copy({data + 1, size - 1});
  const auto track = weir::media::ReadCodecConfig(codec, 0, config);
  if (!track) return 0;
  Require(IsSane(*track));
  Require(weir::media::NalLengthSize(codec, track->config.view()) == 4U);
  const auto again = weir::media::ReadCodecConfig(codec, 0, track->config);
  Require(again && again->codec_string == track->codec_string && again->width == track->width &&
          again->height == track->height && again->sample_rate == track->sample_rate &&
          again->frame_duration == track->frame_duration);
  return 0;
}
