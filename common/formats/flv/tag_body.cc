#include "formats/flv/tag_body.h"

#include <utility>

#include "base/byte_writer.h"
#include "formats/flv/fourcc.h"
#include "media/opus/opus_head.h"

namespace weir::flv {
namespace {

using media::CodecId;
using media::MediaKind;

/// First byte of a classic video tag: frame type in the high half, codec id in the low one.
constexpr uint8_t kKeyFrame = 1;
constexpr uint8_t kInterFrame = 2;
constexpr uint8_t kAvcCodec = 7;
/// First byte of an AAC tag: 44.1 kHz, 16 bits and stereo, whatever the sound really is.
constexpr uint8_t kAacFormat = 0xAF;
/// First byte of an enhanced tag: the video bit and the frame type, or sound format 9.
constexpr uint8_t kEnhancedVideo = 0x80;
constexpr uint8_t kEnhancedAudio = 0x90;

/// AVCPacketType and AACPacketType; the packet types of enhanced tags begin with the same two.
enum class Packet : uint8_t { kSequenceHeader = 0, kFrame = 1, kFrameWithoutComposition = 3 };

uint8_t Byte(uint32_t value) {
  return static_cast<uint8_t>(value);
}

TagBody Join(TagType type, ByteWriter& head, SharedBytes payload) {
  return {.type = type, .parts = {SharedBytes(head.Take()), std::move(payload)}};
}

TagBody VideoBody(CodecId codec, uint8_t frame_type, Packet packet, int64_t composition,
                  SharedBytes payload) {
  const bool timed = codec != CodecId::kAv1 && packet == Packet::kFrame;
  ByteWriter head;
  if (NeedsFourCc(codec)) {
    if (timed && composition == 0) packet = Packet::kFrameWithoutComposition;
    head.U8(Byte(kEnhancedVideo | uint32_t{frame_type} << 4 | static_cast<uint32_t>(packet)));
    head.U32(FourCcOf(codec));
    if (timed && composition != 0) head.U24(static_cast<uint32_t>(composition));
  } else {
    head.U8(Byte(uint32_t{frame_type} << 4 | kAvcCodec));
    head.U8(static_cast<uint8_t>(packet));
    head.U24(static_cast<uint32_t>(composition));
  }
  return Join(TagType::kVideo, head, std::move(payload));
}

TagBody AudioBody(CodecId codec, Packet packet, SharedBytes payload) {
  ByteWriter head;
  if (NeedsFourCc(codec)) {
    head.U8(Byte(kEnhancedAudio | static_cast<uint32_t>(packet)));
    head.U32(FourCcOf(codec));
  } else {
    head.U8(kAacFormat);
    head.U8(static_cast<uint8_t>(packet));
  }
  return Join(TagType::kAudio, head, std::move(payload));
}

}  // namespace

Result<TagBody> SequenceHeader(const media::Track& track) {
  if (track.kind() == MediaKind::kVideo)
    return VideoBody(track.codec, kKeyFrame, Packet::kSequenceHeader, 0, track.config);
  if (track.codec != CodecId::kOpus)
    return AudioBody(track.codec, Packet::kSequenceHeader, track.config);
  const auto head = media::opus::ReadOpusHead(track.config.view());
  if (!head) return tl::unexpected(head.error());
  return AudioBody(track.codec, Packet::kSequenceHeader, media::opus::BuildOpusHead(*head));
}

TagBody FrameBody(const media::Track& track, bool key, std::chrono::milliseconds composition,
                  SharedBytes payload) {
  if (track.kind() == MediaKind::kAudio)
    return AudioBody(track.codec, Packet::kFrame, std::move(payload));
  return VideoBody(track.codec, key ? kKeyFrame : kInterFrame, Packet::kFrame, composition.count(),
                   std::move(payload));
}

bool NeedsFourCc(CodecId codec) {
  return codec != CodecId::kH264 && codec != CodecId::kAac;
}

uint32_t FourCcOf(CodecId codec) {
  switch (codec) {
    case CodecId::kH264:
      return FourCc("avc1");
    case CodecId::kH265:
      return FourCc("hvc1");
    case CodecId::kAv1:
      return FourCc("av01");
    case CodecId::kAac:
      return FourCc("mp4a");
    case CodecId::kOpus:
      return FourCc("Opus");
  }
  return 0;
}

}  // namespace weir::flv
