#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "media/access_unit.h"
#include "media/codec_config.h"
#include "media/opus/packet.h"
#include "media/payload.h"
#include "support/sample_media.h"

namespace {

using weir::media::CodecId;

void Require(bool holds) {
  if (!holds) std::abort();
}

std::span<const uint8_t> ConfigOf(CodecId codec) {
  if (codec == CodecId::kH264) return weir::sample::kAvcConfig720p;
  if (codec == CodecId::kH265) return weir::sample::kHevcConfig720p;
  return weir::sample::kAv1Config720p;
}

/// A configuration that changed must be one that can be used, and have settled.
void CheckUpdatedConfig(CodecId codec, const weir::SharedBytes& payload) {
  const auto updated = weir::media::UpdatedConfig(codec, ConfigOf(codec), payload.view());
  if (!updated || !*updated) return;
  (void)weir::media::ReadCodecConfig(codec, 0, **updated);
  Require(weir::media::NalLengthSize(codec, (*updated)->view()) == 4U);
}

void CheckVideo(CodecId codec, const weir::SharedBytes& payload, size_t length_size) {
  const auto normal = weir::media::NormalisePayload(codec, payload, length_size);
  if (!normal || normal->empty()) return;
  Require(weir::media::InspectAccessUnit(codec, normal->view()).has_value());
  const auto again = weir::media::NormalisePayload(codec, *normal);
  Require(again && again->data() == normal->data());
  CheckUpdatedConfig(codec, *normal);
}

}  // namespace

// The first byte selects the codec and the size of NAL lengths. What is normalised can be
// inspected, and is normal already when it comes again.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr CodecId kVideo[] = {CodecId::kH264, CodecId::kH265, CodecId::kAv1};
  if (size == 0) return 0;
  const auto payload = weir::SharedBytes::Copy({data + 1, size - 1});
  const int selected = data[0] % 4;
  if (selected == 3) {
    (void)weir::media::opus::PacketDuration(payload.view());
    return 0;
  }
  (void)weir::media::InspectAccessUnit(kVideo[selected], payload.view());
  CheckVideo(kVideo[selected], payload, size_t{1} << (data[0] / 4 % 3));
  return 0;
}
