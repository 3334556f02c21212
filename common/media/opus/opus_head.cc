#include "media/opus/opus_head.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "base/byte_reader.h"
#include "base/byte_writer.h"

namespace weir::media::opus {
namespace {

constexpr std::string_view kMagic = "OpusHead";
constexpr uint32_t kRate = 48'000;
constexpr uint8_t kChannelsMaxFamily0 = 2;
constexpr uint8_t kChannelsMaxFamily1 = 8;
constexpr uint8_t kSilentChannel = 255;
constexpr uint8_t kIncompatibleVersions = 0xf0;

bool StartsWithMagic(std::span<const uint8_t> bytes) {
  return bytes.size() >= kMagic.size() && std::equal(kMagic.begin(), kMagic.end(), bytes.begin());
}

uint16_t Swap16(uint16_t value) {
  return static_cast<uint16_t>(value << 8 | value >> 8);
}

uint32_t Swap32(uint32_t value) {
  return uint32_t{Swap16(static_cast<uint16_t>(value))} << 16 |
         Swap16(static_cast<uint16_t>(value >> 16));
}

void ReadMapping(ByteReader& reader, OpusHead& head) {
  head.streams = reader.U8();
  head.coupled_streams = reader.U8();
  const auto mapping = reader.Bytes(head.channels);
  head.mapping.assign(mapping.begin(), mapping.end());
}

void PutMapping(ByteWriter& writer, const OpusHead& head) {
  writer.U8(head.mapping_family);
  if (head.mapping_family == 0) return;
  writer.U8(head.streams);
  writer.U8(head.coupled_streams);
  writer.Bytes(head.mapping);
}

Status Check(const OpusHead& head) {
  if (head.mapping_family > 1)
    return Fail(
        ErrorCode::kUnsupported,
        fmt::format("Opus channel mapping family {} is not supported", head.mapping_family));
  const uint8_t most = head.mapping_family == 0 ? kChannelsMaxFamily0 : kChannelsMaxFamily1;
  if (head.channels == 0 || head.channels > most)
    return Fail(ErrorCode::kMalformed,
                fmt::format("Opus header has {} channels in mapping family {}", head.channels,
                            head.mapping_family));
  if (head.mapping_family == 0) return {};
  const int decoded = head.streams + head.coupled_streams;
  const bool streams_fit =
      head.streams > 0 && head.coupled_streams <= head.streams && decoded <= kSilentChannel;
  const bool mapping_fits =
      std::all_of(head.mapping.begin(), head.mapping.end(),
                  [&](uint8_t channel) { return channel < decoded || channel == kSilentChannel; });
  if (!streams_fit || !mapping_fits)
    return Fail(ErrorCode::kMalformed, "Opus header maps channels to streams it does not have");
  return {};
}

}  // namespace

Result<OpusHead> ReadOpusHead(std::span<const uint8_t> bytes) {
  const bool little_endian = StartsWithMagic(bytes);
  ByteReader reader(little_endian ? bytes.subspan(kMagic.size()) : bytes);
  const uint8_t version = reader.U8();
  OpusHead head;
  head.channels = reader.U8();
  const uint16_t pre_skip = reader.U16();
  const uint32_t rate = reader.U32();
  const uint16_t gain = reader.U16();
  head.pre_skip = little_endian ? Swap16(pre_skip) : pre_skip;
  head.input_rate = little_endian ? Swap32(rate) : rate;
  head.gain = static_cast<int16_t>(little_endian ? Swap16(gain) : gain);
  head.mapping_family = reader.U8();
  if (head.mapping_family != 0) ReadMapping(reader, head);
  if (!reader.ok()) return Fail(ErrorCode::kMalformed, "Opus header is cut off");
  if (little_endian ? (version & kIncompatibleVersions) != 0 : version != 0)
    return Fail(ErrorCode::kUnsupported, fmt::format("Opus header has version {}", version));
  const auto usable = Check(head);
  if (!usable) return tl::unexpected(usable.error());
  return head;
}

SharedBytes BuildDops(const OpusHead& head) {
  ByteWriter writer;
  writer.U8(0);  // version
  writer.U8(head.channels);
  writer.U16(head.pre_skip);
  writer.U32(head.input_rate);
  writer.U16(static_cast<uint16_t>(head.gain));
  PutMapping(writer, head);
  return SharedBytes(writer.Take());
}

SharedBytes BuildOpusHead(const OpusHead& head) {
  ByteWriter writer;
  writer.Text(kMagic);
  writer.U8(1);  // version
  writer.U8(head.channels);
  writer.U16(Swap16(head.pre_skip));
  writer.U32(Swap32(head.input_rate));
  writer.U16(Swap16(static_cast<uint16_t>(head.gain)));
  PutMapping(writer, head);
  return SharedBytes(writer.Take());
}

Result<Track> ReadTrack(const SharedBytes& config) {
  const auto head = ReadOpusHead(config.view());
  if (!head) return tl::unexpected(head.error());
  Track track;
  track.codec = CodecId::kOpus;
  track.config = BuildDops(*head);
  track.codec_string = "opus";
  track.sample_rate = kRate;
  track.channels = head->channels;
  return track;
}

}  // namespace weir::media::opus
