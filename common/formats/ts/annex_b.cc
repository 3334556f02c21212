#include "formats/ts/annex_b.h"

#include <array>
#include <span>
#include <utility>

#include "media/h264/avc_config.h"
#include "media/h264/nal_type.h"
#include "media/h265/hevc_config.h"
#include "media/h265/nal_type.h"

namespace weir::ts {
namespace {

constexpr std::array<uint8_t, 4> kStartCode{0, 0, 0, 1};
/// Delimiters that allow any type of slice (H.264 7.3.2.4, H.265 7.3.2.5).
constexpr std::array<uint8_t, 2> kAvcDelimiter{0x09, 0xF0};
constexpr std::array<uint8_t, 3> kHevcDelimiter{0x46, 0x01, 0x50};

void AppendNal(media::NalUnit nal, std::vector<uint8_t>& out) {
  out.insert(out.end(), kStartCode.begin(), kStartCode.end());
  out.insert(out.end(), nal.begin(), nal.end());
}

void Collect(const std::vector<media::NalUnit>& from, std::vector<media::NalUnit>& sets) {
  sets.insert(sets.end(), from.begin(), from.end());
}

}  // namespace

Result<AnnexB> AnnexB::For(const media::Track& track) {
  std::vector<media::NalUnit> sets;
  if (track.codec == media::CodecId::kH264) {
    const auto config = media::h264::ReadAvcConfig(track.config.view());
    if (!config) return tl::unexpected(config.error());
    Collect(config->sps, sets);
    Collect(config->pps, sets);
    return AnnexB(track.codec, std::move(sets));
  }
  if (track.codec != media::CodecId::kH265)
    return Fail(ErrorCode::kUnsupported, "this codec has no byte stream format");
  const auto config = media::h265::ReadHevcConfig(track.config.view());
  if (!config) return tl::unexpected(config.error());
  Collect(config->vps, sets);
  Collect(config->sps, sets);
  Collect(config->pps, sets);
  return AnnexB(track.codec, std::move(sets));
}

void AnnexB::Append(std::span<const uint8_t> access_unit, bool key,
                    std::vector<uint8_t>& out) const {
  if (codec_ == media::CodecId::kH264)
    AppendNal(kAvcDelimiter, out);
  else
    AppendNal(kHevcDelimiter, out);
  if (key) {
    for (const media::NalUnit set : parameter_sets_)
      AppendNal(set, out);
  }
  media::NalUnitReader reader(access_unit);
  while (reader.Next()) {
    const media::NalUnit nal = reader.nal();
    if (nal.empty() || IsDelimiter(nal)) continue;
    // The configuration has them all already.
    if (key && IsParameterSet(nal)) continue;
    AppendNal(nal, out);
  }
}

bool AnnexB::IsDelimiter(media::NalUnit nal) const {
  return codec_ == media::CodecId::kH264
             ? media::h264::TypeOf(nal) == media::h264::NalType::kDelimiter
             : media::h265::TypeOf(nal) == media::h265::NalType::kDelimiter;
}

bool AnnexB::IsParameterSet(media::NalUnit nal) const {
  if (codec_ == media::CodecId::kH264) {
    const auto type = media::h264::TypeOf(nal);
    return type == media::h264::NalType::kSps || type == media::h264::NalType::kPps;
  }
  const auto type = media::h265::TypeOf(nal);
  return type >= media::h265::NalType::kVps && type <= media::h265::NalType::kPps;
}

}  // namespace weir::ts
