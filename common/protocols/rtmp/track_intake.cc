#include "protocols/rtmp/track_intake.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "media/access_unit.h"
#include "media/codec_config.h"
#include "media/payload.h"

namespace weir::rtmp {
namespace {

bool Same(const SharedBytes& one, const SharedBytes& other) {
  const auto left = one.view();
  const auto right = other.view();
  return std::equal(left.begin(), left.end(), right.begin(), right.end());
}

}  // namespace

Result<bool> TrackIntake::TakeConfig(media::CodecId codec, const SharedBytes& config) {
  if (track_ && track_->codec == codec && Same(header_, config)) return false;
  Result<media::Track> track = media::ReadCodecConfig(codec, id_, config);
  if (!track) return tl::unexpected(std::move(track).error());
  const Result<size_t> nal_length_size = media::NalLengthSize(codec, config.view());
  if (!nal_length_size) return tl::unexpected(nal_length_size.error());
  track_ = *std::move(track);
  header_ = config;
  nal_length_size_ = *nal_length_size;
  ++changes_;
  return true;
}

/// Some encoders change size or profile in mid-stream without another sequence header. What cannot
/// be read changes nothing.
void TrackIntake::TakeParameterSets(const SharedBytes& framed) {
  const Result<std::optional<SharedBytes>> updated =
      media::UpdatedConfig(track_->codec, track_->config.view(), framed.view());
  if (!updated || !*updated) return;
  Result<media::Track> track = media::ReadCodecConfig(track_->codec, id_, **updated);
  if (!track) return;
  track_ = *std::move(track);
  ++changes_;
}

Result<std::shared_ptr<const media::Frame>> TrackIntake::MakeFrame(media::CodecId codec,
                                                                   const SharedBytes& payload,
                                                                   TagTimes times) {
  if (!track_ || track_->codec != codec)
    return Fail(ErrorCode::kNotFound, fmt::format("no configuration of {}", NameOf(codec)));
  Result<SharedBytes> framed = media::NormalisePayload(codec, payload, nal_length_size_);
  if (!framed) return tl::unexpected(std::move(framed).error());
  if (framed->empty()) return nullptr;
  const Result<media::AccessUnit> unit = media::InspectAccessUnit(codec, framed->view());
  if (!unit) return tl::unexpected(unit.error());
  if (unit->has_parameter_sets) TakeParameterSets(*framed);
  if (!unit->has_picture) return nullptr;
  return std::make_shared<const media::Frame>(media::Frame{
      .track = id_,
      .dts = FromTicks<1'000>(times.dts_ms),
      .pts = FromTicks<1'000>(times.dts_ms + times.composition_ms),
      .duration = MediaTime(0),
      .key = unit->key,
      .mark = std::nullopt,
      .payload = *std::move(framed),
  });
}

}  // namespace weir::rtmp
