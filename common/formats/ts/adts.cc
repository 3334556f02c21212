#include "formats/ts/adts.h"

#include "base/bit_reader.h"
#include "media/aac/audio_specific_config.h"

namespace weir::ts {
namespace {

constexpr uint32_t kObjectTypeMax = 4;  // what two bits can hold, plus one
constexpr uint32_t kRateIndexMax = 12;
constexpr uint32_t kChannelsMax = 7;
constexpr uint32_t kFrameSamples = 1024;

bool IsExtension(uint32_t object_type) {
  return object_type == static_cast<uint32_t>(media::aac::ObjectType::kSbr) ||
         object_type == static_cast<uint32_t>(media::aac::ObjectType::kPs);
}

}  // namespace

std::optional<AdtsHeader> AdtsHeader::For(std::span<const uint8_t> config) {
  const auto read = media::aac::ReadAudioSpecificConfig(config);
  if (!read || read->core_samples != kFrameSamples) return std::nullopt;
  // The table indices themselves, which that does not keep.
  BitReader bits(config);
  uint32_t type = bits.Bits(5);
  const uint32_t rate = bits.Bits(4);
  if (rate > kRateIndexMax) return std::nullopt;
  const uint32_t channels = bits.Bits(4);
  if (IsExtension(type)) {
    if (bits.Bits(4) > kRateIndexMax) return std::nullopt;
    type = bits.Bits(5);
  }
  const bool told =
      bits.ok() && type >= 1 && type <= kObjectTypeMax && channels >= 1 && channels <= kChannelsMax;
  if (!told) return std::nullopt;
  return AdtsHeader(static_cast<uint8_t>(type), static_cast<uint8_t>(rate),
                    static_cast<uint8_t>(channels));
}

std::array<uint8_t, AdtsHeader::kSize> AdtsHeader::Of(size_t frame_size) const {
  const auto length = static_cast<uint32_t>(frame_size + kSize);
  const auto byte = [](uint32_t value) { return static_cast<uint8_t>(value); };
  return {0xFF,
          0xF1,  // MPEG-4, no CRC
          byte((object_type_ - 1U) << 6 | unsigned{rate_index_} << 2 | unsigned{channels_} >> 2),
          byte((channels_ & 3U) << 6 | length >> 11),
          byte(length >> 3),
          byte(length << 5 | 0x1F),  // buffer fullness: not told
          0xFC};
}

}  // namespace weir::ts
