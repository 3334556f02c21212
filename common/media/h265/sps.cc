#include "media/h265/sps.h"

#include <fmt/format.h>

#include "base/bit_reader.h"
#include "media/codec_limits.h"
#include "media/frame_rate.h"
#include "media/h265/hrd.h"
#include "media/h265/nal_type.h"
#include "media/h265/ref_pic_sets.h"
#include "media/vui_signal.h"

namespace weir::media::h265 {
namespace {

constexpr uint32_t kSpsIdMax = 15;
constexpr uint32_t kSubLayersMax = 6;
constexpr uint32_t kDpbFramesMax = 16;
constexpr uint32_t kLongTermPicturesMax = 32;

void ReadSize(BitReader& bits, Sps& sps) {
  sps.chroma_format = bits.Ue(3);
  if (sps.chroma_format == 3) bits.Skip(1);  // separate_colour_plane_flag
  const uint32_t width = bits.Ue(kPictureSizeMax);
  const uint32_t height = bits.Ue(kPictureSizeMax);
  uint32_t crop_x = 0;
  uint32_t crop_y = 0;
  if (bits.Flag()) {
    crop_x = bits.Ue(kPictureSizeMax);
    crop_x += bits.Ue(kPictureSizeMax);
    crop_y = bits.Ue(kPictureSizeMax);
    crop_y += bits.Ue(kPictureSizeMax);
  }
  if (sps.chroma_format == 1 || sps.chroma_format == 2) crop_x *= 2;
  if (sps.chroma_format == 1) crop_y *= 2;
  sps.width = crop_x < width ? width - crop_x : 0;
  sps.height = crop_y < height ? height - crop_y : 0;
}

/// Returns log2_max_pic_order_cnt_lsb.
uint32_t ReadDepthsAndOrder(BitReader& bits, Sps& sps) {
  sps.luma_bits = 8 + bits.Ue(8);
  sps.chroma_bits = 8 + bits.Ue(8);
  const uint32_t order_bits = 4 + bits.Ue(12);
  const bool every_layer = bits.Flag();
  for (uint32_t i = every_layer ? 1 : sps.temporal_layers; i <= sps.temporal_layers; ++i) {
    (void)bits.Ue(kDpbFramesMax);
    sps.reorder_frames_max = bits.Ue(kDpbFramesMax);
    (void)bits.Ue();  // sps_max_latency_increase_plus1
  }
  return order_bits;
}

void SkipScalingList(BitReader& bits, uint32_t coefficients, bool has_dc) {
  if (!bits.Flag()) {
    (void)bits.Ue();  // taken from another list
    return;
  }
  if (has_dc) (void)bits.Se();
  for (uint32_t i = 0; i < coefficients && bits.ok(); ++i)
    (void)bits.Se();
}

void SkipScalingLists(BitReader& bits) {
  for (int size = 0; size < 4; ++size)
    for (int matrix = 0; matrix < (size == 3 ? 2 : 6); ++matrix)
      SkipScalingList(bits, size == 0 ? 16 : 64, size > 1);
}

void SkipCodingTools(BitReader& bits, uint32_t order_bits) {
  for (int i = 0; i < 6; ++i)
    (void)bits.Ue();  // sizes and depths of blocks
  if (bits.Flag() && bits.Flag()) SkipScalingLists(bits);
  bits.Skip(2);  // amp_enabled_flag, sample_adaptive_offset_enabled_flag
  if (bits.Flag()) {
    bits.Skip(4 + 4);
    (void)bits.Ue();
    (void)bits.Ue();
    bits.Skip(1);
  }
  SkipShortTermRefPicSets(bits);
  if (bits.Flag()) {
    const uint32_t count = bits.Ue(kLongTermPicturesMax);
    for (uint32_t i = 0; i < count; ++i)
      bits.Skip(order_bits + 1);
  }
  bits.Skip(2);  // sps_temporal_mvp_enabled_flag, strong_intra_smoothing_enabled_flag
}

void ReadTiming(BitReader& bits, Sps& sps) {
  const uint64_t units_in_tick = bits.Bits(32);
  const uint64_t ticks_per_second = bits.Bits(32);
  if (bits.Flag()) (void)bits.Ue();  // vui_num_ticks_poc_diff_one_minus1
  const bool has_hrd = bits.Flag();
  if (!bits.ok()) return;
  sps.frame_duration = FrameDurationAt(ticks_per_second, units_in_tick);
  if (!has_hrd) return;
  const auto ticks = ReadTicksPerPicture(bits, sps.temporal_layers - 1);
  if (!ticks) return;
  sps.frame_duration = FrameDurationAt(ticks_per_second, units_in_tick * *ticks);
  sps.fixed_frame_rate = true;
}

void ReadVui(BitReader& bits, Sps& sps) {
  sps.transfer = ReadVuiSignal(bits);
  bits.Skip(3);  // neutral_chroma_indication, field_seq, frame_field_info_present
  if (bits.Flag())
    for (int i = 0; i < 4; ++i)
      (void)bits.Ue();  // default display window
  if (bits.Flag()) ReadTiming(bits, sps);
}

}  // namespace

Result<Sps> ReadSps(NalUnit nal) {
  if (nal.size() <= kNalHeaderSize || TypeOf(nal) != NalType::kSps)
    return Fail(ErrorCode::kMalformed, "not a sequence parameter set");
  const auto rbsp = RemoveEmulationPrevention(nal.subspan(kNalHeaderSize));
  BitReader bits(rbsp);
  Sps sps;
  sps.vps_id = bits.Bits(4);
  const uint32_t sub_layers = bits.Bits(3);
  if (sub_layers > kSubLayersMax)
    return Fail(ErrorCode::kMalformed, "sequence parameter set has too many layers");
  sps.temporal_layers = sub_layers + 1;
  sps.temporal_nesting = bits.Flag();
  sps.level = ReadProfileTierLevel(bits, sub_layers);
  sps.id = bits.Ue(kSpsIdMax);
  ReadSize(bits, sps);
  if (!bits.ok()) return Fail(ErrorCode::kMalformed, "sequence parameter set cannot be read");
  if (sps.width == 0 || sps.height == 0)
    return Fail(ErrorCode::kMalformed, "sequence parameter set has an empty picture");
  const uint32_t order_bits = ReadDepthsAndOrder(bits, sps);
  if (!bits.ok()) return Fail(ErrorCode::kMalformed, "sequence parameter set cannot be read");
  SkipCodingTools(bits, order_bits);
  if (bits.Flag()) ReadVui(bits, sps);
  return sps;
}

}  // namespace weir::media::h265
