#include "media/opus/packet.h"

namespace weir::media::opus {
namespace {

constexpr uint32_t kRate = 48'000;
constexpr int64_t kSamplesMax = 5'760;  // 120 ms
constexpr int64_t k2500Us = 120;
constexpr int64_t k10Ms = 480;
constexpr int64_t k60Ms = 2'880;

/// Samples of one frame, by the configuration number in the first five bits.
int64_t FrameSamples(int configuration) {
  const int step = configuration & 3;
  if (configuration >= 16) return k2500Us << step;               // CELT: 2.5, 5, 10, 20 ms
  if (configuration >= 12) return k10Ms << (configuration & 1);  // hybrid: 10, 20 ms
  return step == 3 ? k60Ms : k10Ms << step;                      // SILK: 10, 20, 40, 60 ms
}

}  // namespace

Result<MediaTime> PacketDuration(std::span<const uint8_t> packet) {
  if (packet.empty()) return Fail(ErrorCode::kMalformed, "Opus packet is empty");
  const uint8_t toc = packet[0];
  int64_t frames = 0;
  switch (toc & 3) {
    case 0:
      frames = 1;
      break;
    case 3:  // a byte with their number follows
      frames = packet.size() < 2 ? 0 : packet[1] & 0x3f;
      break;
    default:
      frames = 2;
  }
  const int64_t samples = frames * FrameSamples(toc >> 3);
  if (samples == 0) return Fail(ErrorCode::kMalformed, "Opus packet has no frame");
  if (samples > kSamplesMax) return Fail(ErrorCode::kMalformed, "Opus packet is over 120 ms long");
  return FromTicks(samples, kRate);
}

}  // namespace weir::media::opus
