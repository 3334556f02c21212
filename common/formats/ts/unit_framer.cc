#include "formats/ts/unit_framer.h"

#include <algorithm>
#include <utility>

#include "formats/ts/pes.h"
#include "media/opus/opus_head.h"

namespace weir::ts {
namespace {

using media::CodecId;

constexpr uint8_t kAvcType = 0x1B;
constexpr uint8_t kHevcType = 0x24;
constexpr uint8_t kAdtsType = 0x0F;
constexpr uint8_t kPrivateType = 0x06;

constexpr uint8_t kRegistrationTag = 0x05;
constexpr uint8_t kExtensionTag = 0x7F;
constexpr uint8_t kOpusExtension = 0x80;
/// Channel configurations 1 to 8 are those of mapping families 0 and 1.
constexpr uint8_t kOpusChannelsMax = 8;
constexpr size_t kOpusPacketMax = 0xFFFF;

bool HasOpusDescriptor(const media::Track& track) {
  const auto head = media::opus::ReadOpusHead(track.config.view());
  return head && head->channels <= kOpusChannelsMax;
}

/// Eleven bits of a pattern, no trimming, no extension; then the size in bytes of 255 and a rest.
void AppendOpusHeader(size_t size, std::vector<uint8_t>& out) {
  constexpr uint8_t kFull = 0xFF;
  out.push_back(0x7F);
  out.push_back(0xE0);
  for (; size >= kFull; size -= kFull)
    out.push_back(kFull);
  out.push_back(static_cast<uint8_t>(size));
}

}  // namespace

Result<UnitFramer> UnitFramer::For(const media::Track& track) {
  UnitFramer framer;
  switch (track.codec) {
    case CodecId::kH264:
    case CodecId::kH265: {
      auto annex_b = AnnexB::For(track);
      if (!annex_b) return tl::unexpected(annex_b.error());
      framer.annex_b_ = std::move(*annex_b);
      return framer;
    }
    case CodecId::kAac:
      framer.adts_ = AdtsHeader::For(track.config.view());
      if (framer.adts_) return framer;
      return Fail(ErrorCode::kUnsupported, "this audio cannot be carried in ADTS");
    case CodecId::kOpus:
      if (HasOpusDescriptor(track)) return framer;
      break;
    case CodecId::kAv1:
      break;
  }
  return Fail(ErrorCode::kUnsupported, "a transport stream cannot carry this codec");
}

Status UnitFramer::Append(std::span<const uint8_t> payload, bool key,
                          std::vector<uint8_t>& out) const {
  if (annex_b_) {
    annex_b_->Append(payload, key, out);
    return {};
  }
  if (adts_) {
    if (payload.size() > AdtsHeader::kFrameSizeMax)
      return Fail(ErrorCode::kUnsupported, "an audio frame too long for ADTS");
    const auto head = adts_->Of(payload.size());
    out.insert(out.end(), head.begin(), head.end());
  } else {
    if (payload.size() > kOpusPacketMax)
      return Fail(ErrorCode::kUnsupported, "an Opus packet too long for a transport stream");
    AppendOpusHeader(payload.size(), out);
  }
  out.insert(out.end(), payload.begin(), payload.end());
  return {};
}

uint8_t UnitFramer::stream_id() const {
  if (annex_b_) return kVideoStreamId;
  return adts_ ? kAudioStreamId : kPrivateStreamId;
}

uint8_t StreamTypeOf(CodecId codec) {
  switch (codec) {
    case CodecId::kH264:
      return kAvcType;
    case CodecId::kH265:
      return kHevcType;
    case CodecId::kAac:
      return kAdtsType;
    case CodecId::kOpus:
    case CodecId::kAv1:
      break;
  }
  return kPrivateType;
}

std::vector<uint8_t> DescriptorsOf(const media::Track& track) {
  if (track.codec != CodecId::kOpus) return {};
  const auto channels = static_cast<uint8_t>(std::min<uint32_t>(track.channels, kOpusChannelsMax));
  return {kRegistrationTag, 4, 'O', 'p', 'u', 's', kExtensionTag, 2, kOpusExtension, channels};
}

}  // namespace weir::ts
