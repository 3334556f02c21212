#include "formats/flv/video_tag.h"

#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "base/byte_reader.h"
#include "formats/flv/enhanced_header.h"
#include "formats/flv/fourcc.h"

namespace weir::flv {
namespace {

using Kind = VideoTag::Kind;
using media::CodecId;

constexpr uint8_t kEnhancedBit = 0x80;
constexpr uint8_t kKeyFrame = 1;
constexpr uint8_t kCommandFrame = 5;
constexpr EnhancedTypes kTypes{.mod_ex = 7, .multitrack = 6};

/// AVCPacketType of a classic tag.
enum class AvcPacket : uint8_t { kSequenceHeader = 0, kNalUnits = 1, kEndOfSequence = 2 };

/// VideoPacketType of an enhanced tag.
enum class VideoPacket : uint8_t {
  kSequenceStart = 0,
  kCodedFrames = 1,
  kSequenceEnd = 2,
  kCodedFramesX = 3,  ///< As kCodedFrames, with a composition time of 0 left out.
  kMetadata = 4,
};

std::optional<CodecId> CodecOf(uint8_t codec_id) {
  if (codec_id == 7) return CodecId::kH264;
  if (codec_id == 12) return CodecId::kH265;
  return std::nullopt;
}

std::optional<CodecId> CodecOfFourCc(uint32_t fourcc) {
  switch (fourcc) {
    case FourCc("avc1"):
      return CodecId::kH264;
    case FourCc("hvc1"):
      return CodecId::kH265;
    case FourCc("av01"):
      return CodecId::kAv1;
    default:
      return std::nullopt;
  }
}

std::string_view NameOfCodecId(uint8_t codec_id) {
  switch (codec_id) {
    case 2:
      return "sorenson h263";
    case 3:
      return "screen video";
    case 4:
      return "vp6";
    case 5:
      return "vp6 with alpha";
    case 6:
      return "screen video 2";
    case 13:
      return "av1 without fourcc";
    default:
      return "unknown";
  }
}

int32_t SignExtend24(uint32_t value) {
  return static_cast<int32_t>(value & 0xffffff) - ((value & 0x800000) != 0 ? 0x1000000 : 0);
}

SharedBytes RestOf(const ByteReader& reader, const SharedBytes& body) {
  return body.From(body.size() - reader.remaining());
}

Result<VideoTag> ParseClassic(ByteReader& reader, const SharedBytes& body, uint8_t first) {
  VideoTag tag;
  const uint8_t frame_type = first >> 4;
  if (frame_type == kCommandFrame) return tag;
  const uint8_t codec_id = first & 0xf;
  const auto codec = CodecOf(codec_id);
  if (!codec)
    return Fail(ErrorCode::kUnsupported,
                fmt::format("video codec {} (codec id {}) is not supported",
                            NameOfCodecId(codec_id), codec_id));
  const auto packet = static_cast<AvcPacket>(reader.U8());
  tag.codec = *codec;
  tag.key = frame_type == kKeyFrame;
  if (packet == AvcPacket::kEndOfSequence && reader.ok()) {
    tag.kind = Kind::kEndOfSequence;  // often without its composition time
    return tag;
  }
  tag.composition_ms = SignExtend24(reader.U24());
  if (!reader.ok()) return Fail(ErrorCode::kMalformed, "video tag header is cut off");
  tag.payload = RestOf(reader, body);
  if (tag.payload.empty()) return tag;
  if (packet == AvcPacket::kSequenceHeader) tag.kind = Kind::kSequenceHeader;
  if (packet == AvcPacket::kNalUnits) tag.kind = Kind::kFrame;
  return tag;
}

/// Takes the composition time off the front of an H.264 or H.265 frame.
Status TakeCompositionTime(VideoTag& tag) {
  if (tag.codec == CodecId::kAv1) return {};
  ByteReader reader(tag.payload.view());
  tag.composition_ms = SignExtend24(reader.U24());
  if (!reader.ok()) return Fail(ErrorCode::kMalformed, "composition time is cut off");
  tag.payload = RestOf(reader, tag.payload);
  return {};
}

/// Fills in what the packet type tells; `tag.payload` is all that follows the header.
Result<VideoTag> FinishEnhanced(VideoTag tag, VideoPacket packet) {
  switch (packet) {
    case VideoPacket::kSequenceStart:
      tag.kind = Kind::kSequenceHeader;
      break;
    case VideoPacket::kCodedFrames: {
      const auto taken = TakeCompositionTime(tag);
      if (!taken) return tl::unexpected(taken.error());
      tag.kind = Kind::kFrame;
      break;
    }
    case VideoPacket::kCodedFramesX:
      tag.kind = Kind::kFrame;
      break;
    case VideoPacket::kSequenceEnd:
      tag.kind = Kind::kEndOfSequence;
      return tag;
    default:
      return tag;
  }
  if (tag.payload.empty()) tag.kind = Kind::kIgnored;
  return tag;
}

Result<VideoTag> ParseEnhanced(ByteReader& reader, const SharedBytes& body, uint8_t first) {
  VideoTag tag;
  const uint8_t frame_type = first >> 4 & 7;
  const uint8_t packet_type = SkipModEx(reader, first & 0xf, kTypes);
  const bool is_metadata = packet_type == static_cast<uint8_t>(VideoPacket::kMetadata);
  if (!reader.ok()) return Fail(ErrorCode::kMalformed, "video tag header is cut off");
  if (frame_type == kCommandFrame && !is_metadata) return tag;
  auto header = ReadEnhancedHeader(reader, body, packet_type, kTypes);
  if (!header) return tl::unexpected(header.error());
  if (!header->has_track_0) return tag;
  tag.payload = std::move(header->rest);
  const auto codec = CodecOfFourCc(header->fourcc);
  if (header->packet_type == static_cast<uint8_t>(VideoPacket::kMetadata)) {
    tag.kind = tag.payload.empty() ? Kind::kIgnored : Kind::kMetadata;
    tag.codec = codec.value_or(tag.codec);
    return tag;
  }
  if (!codec)
    return Fail(ErrorCode::kUnsupported,
                fmt::format("video codec '{}' is not supported", FourCcName(header->fourcc)));
  tag.codec = *codec;
  tag.key = frame_type == kKeyFrame;
  return FinishEnhanced(std::move(tag), static_cast<VideoPacket>(header->packet_type));
}

}  // namespace

Result<VideoTag> ParseVideoTag(const SharedBytes& body) {
  ByteReader reader(body.view());
  const uint8_t first = reader.U8();
  if (!reader.ok()) return Fail(ErrorCode::kMalformed, "video tag is empty");
  const bool enhanced = (first & kEnhancedBit) != 0;
  return enhanced ? ParseEnhanced(reader, body, first) : ParseClassic(reader, body, first);
}

}  // namespace weir::flv
