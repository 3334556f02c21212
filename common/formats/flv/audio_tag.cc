#include "formats/flv/audio_tag.h"

#include <array>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "base/byte_reader.h"
#include "formats/flv/enhanced_header.h"
#include "formats/flv/fourcc.h"

namespace weir::flv {
namespace {

using Kind = AudioTag::Kind;
using media::CodecId;

constexpr uint8_t kEnhancedFormat = 9;
constexpr uint8_t kAacFormat = 10;
constexpr EnhancedTypes kTypes{.mod_ex = 7, .multitrack = 5};

/// AACPacketType of a classic tag, and AudioPacketType of an enhanced one.
enum class AudioPacket : uint8_t { kSequenceStart = 0, kCodedFrames = 1, kSequenceEnd = 2 };

/// By sound format.
constexpr std::array<std::string_view, 16> kFormatNames = {
    "pcm",          "adpcm",          "mp3", "pcm", "nellymoser", "nellymoser", "nellymoser",
    "g711 a-law",   "g711 mu-law",    "",    "aac", "speex",      "unknown",    "unknown",
    "mp3 at 8 kHz", "device specific"};

std::optional<CodecId> CodecOfFourCc(uint32_t fourcc) {
  if (fourcc == FourCc("mp4a")) return CodecId::kAac;
  if (fourcc == FourCc("Opus")) return CodecId::kOpus;
  return std::nullopt;
}

/// `tag.payload` is all that follows the header.
AudioTag Finish(AudioTag tag, AudioPacket packet) {
  if (packet == AudioPacket::kSequenceEnd) tag.kind = Kind::kEndOfSequence;
  if (tag.payload.empty()) return tag;
  if (packet == AudioPacket::kSequenceStart) tag.kind = Kind::kSequenceHeader;
  if (packet == AudioPacket::kCodedFrames) tag.kind = Kind::kFrame;
  return tag;
}

Result<AudioTag> ParseAac(ByteReader& reader, const SharedBytes& body) {
  const uint8_t packet = reader.U8();
  if (!reader.ok()) return Fail(ErrorCode::kMalformed, "audio tag header is cut off");
  AudioTag tag;
  if (packet > static_cast<uint8_t>(AudioPacket::kCodedFrames)) return tag;
  tag.payload = body.From(body.size() - reader.remaining());
  return Finish(std::move(tag), static_cast<AudioPacket>(packet));
}

Result<AudioTag> ParseEnhanced(ByteReader& reader, const SharedBytes& body, uint8_t first) {
  const uint8_t packet_type = SkipModEx(reader, first & 0xf, kTypes);
  if (!reader.ok()) return Fail(ErrorCode::kMalformed, "audio tag header is cut off");
  auto header = ReadEnhancedHeader(reader, body, packet_type, kTypes);
  if (!header) return tl::unexpected(header.error());
  AudioTag tag;
  if (!header->has_track_0) return tag;
  const auto codec = CodecOfFourCc(header->fourcc);
  if (!codec)
    return Fail(ErrorCode::kUnsupported,
                fmt::format("audio codec '{}' is not supported", FourCcName(header->fourcc)));
  tag.codec = *codec;
  tag.payload = std::move(header->rest);
  return Finish(std::move(tag), static_cast<AudioPacket>(header->packet_type));
}

}  // namespace

Result<AudioTag> ParseAudioTag(const SharedBytes& body) {
  ByteReader reader(body.view());
  const uint8_t first = reader.U8();
  if (!reader.ok()) return Fail(ErrorCode::kMalformed, "audio tag is empty");
  const uint8_t format = first >> 4;
  if (format == kEnhancedFormat) return ParseEnhanced(reader, body, first);
  if (format == kAacFormat) return ParseAac(reader, body);
  return Fail(ErrorCode::kUnsupported,
              fmt::format("audio codec {} (sound format {}) is not supported",
                          kFormatNames.at(format), format));
}

}  // namespace weir::flv
