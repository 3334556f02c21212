#include "media/h264/sps.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/bit_reader.h"
#include "media/codec_limits.h"
#include "media/frame_rate.h"
#include "media/h264/nal_type.h"
#include "media/vui_signal.h"

namespace weir::media::h264 {
namespace {

constexpr uint32_t kSpsIdMax = 31;
constexpr uint32_t kMacroblock = 16;
constexpr uint32_t kCpbCountMax = 32;
constexpr uint32_t kDpbFramesMax = 16;

void SkipScalingList(BitReader& bits, int size) {
  int last = 8;
  int next = 8;
  for (int i = 0; i < size && bits.ok(); ++i) {
    if (next != 0) next = static_cast<int>((int64_t{last} + bits.Se() + 256) % 256);
    if (next != 0) last = next;
  }
}

void ReadChromaFormat(BitReader& bits, Sps& sps) {
  sps.chroma_format = bits.Ue(3);
  if (sps.chroma_format == 3) bits.Skip(1);  // separate_colour_plane_flag
  sps.luma_bits = 8 + bits.Ue(6);
  sps.chroma_bits = 8 + bits.Ue(6);
  bits.Skip(1);  // qpprime_y_zero_transform_bypass_flag
  if (bits.Flag()) {
    const int lists = sps.chroma_format == 3 ? 12 : 8;
    for (int i = 0; i < lists; ++i)
      if (bits.Flag()) SkipScalingList(bits, i < 6 ? 16 : 64);
  }
}

void SkipPictureOrder(BitReader& bits) {
  const uint32_t type = bits.Ue(2);
  if (type == 0) (void)bits.Ue(12);  // log2_max_pic_order_cnt_lsb_minus4
  if (type != 1) return;
  bits.Skip(1);  // delta_pic_order_always_zero_flag
  (void)bits.Se();
  (void)bits.Se();
  const uint32_t count = bits.Ue(255);
  for (uint32_t i = 0; i < count; ++i)
    (void)bits.Se();
}

/// Width and height in samples, before and after cropping.
void ReadSize(BitReader& bits, Sps& sps) {
  constexpr uint32_t kMacroblocksMax = kPictureSizeMax / kMacroblock;
  const uint32_t width = (bits.Ue(kMacroblocksMax) + 1) * kMacroblock;
  const uint32_t map_units = bits.Ue(kMacroblocksMax) + 1;
  const bool frames_only = bits.Flag();
  const uint32_t height = map_units * kMacroblock * (frames_only ? 1 : 2);
  if (!frames_only) bits.Skip(1);  // mb_adaptive_frame_field_flag
  bits.Skip(1);                    // direct_8x8_inference_flag
  std::array<uint32_t, 4> crop{};  // left, right, top, bottom
  if (bits.Flag())
    for (uint32_t& side : crop)
      side = bits.Ue(kPictureSizeMax);
  const bool half_width = sps.chroma_format == 1 || sps.chroma_format == 2;
  const uint32_t unit_x = half_width ? 2 : 1;
  const uint32_t unit_y = (sps.chroma_format == 1 ? 2U : 1U) * (frames_only ? 1U : 2U);
  const uint32_t cropped_x = (crop[0] + crop[1]) * unit_x;
  const uint32_t cropped_y = (crop[2] + crop[3]) * unit_y;
  sps.width = cropped_x < width ? width - cropped_x : 0;
  sps.height = cropped_y < height ? height - cropped_y : 0;
}

void SkipHrd(BitReader& bits) {
  const uint32_t count = bits.Ue(kCpbCountMax - 1) + 1;
  bits.Skip(8);  // bit_rate_scale, cpb_size_scale
  for (uint32_t i = 0; i < count; ++i) {
    (void)bits.Ue();
    (void)bits.Ue();
    bits.Skip(1);
  }
  bits.Skip(20);  // four lengths
}

void ReadTiming(BitReader& bits, Sps& sps) {
  const uint64_t units_in_tick = bits.Bits(32);
  const uint64_t ticks_per_second = bits.Bits(32);
  const bool fixed = bits.Flag();
  if (!bits.ok()) return;
  sps.frame_duration = FrameDurationAt(ticks_per_second, 2 * units_in_tick);  // a tick is a field
  sps.fixed_frame_rate = fixed;
}

void ReadVui(BitReader& bits, Sps& sps) {
  sps.transfer = ReadVuiSignal(bits);
  if (bits.Flag()) ReadTiming(bits, sps);
  const bool nal_hrd = bits.Flag();
  if (nal_hrd) SkipHrd(bits);
  const bool vcl_hrd = bits.Flag();
  if (vcl_hrd) SkipHrd(bits);
  if (nal_hrd || vcl_hrd) bits.Skip(1);  // low_delay_hrd_flag
  bits.Skip(1);                          // pic_struct_present_flag
  if (!bits.Flag()) return;
  bits.Skip(1);  // motion_vectors_over_pic_boundaries_flag
  for (int i = 0; i < 4; ++i)
    (void)bits.Ue();  // sizes of pictures and vectors
  const uint32_t reorder_frames = bits.Ue(kDpbFramesMax);
  if (bits.ok()) sps.reorder_frames_max = reorder_frames;
}

}  // namespace

bool HasChromaFormat(uint8_t profile) {
  constexpr auto kProfiles =
      std::to_array<uint8_t>({44, 83, 86, 100, 110, 118, 122, 128, 134, 135, 138, 139, 244});
  return std::find(kProfiles.begin(), kProfiles.end(), profile) != kProfiles.end();
}

Result<Sps> ReadSps(NalUnit nal) {
  if (nal.size() < 4 || TypeOf(nal) != NalType::kSps)
    return Fail(ErrorCode::kMalformed, "not a sequence parameter set");
  const auto rbsp = RemoveEmulationPrevention(nal.subspan(1));
  BitReader bits(rbsp);
  Sps sps;
  sps.profile = static_cast<uint8_t>(bits.Bits(8));
  sps.constraints = static_cast<uint8_t>(bits.Bits(8));
  sps.level = static_cast<uint8_t>(bits.Bits(8));
  sps.id = bits.Ue(kSpsIdMax);
  if (HasChromaFormat(sps.profile)) ReadChromaFormat(bits, sps);
  (void)bits.Ue(12);  // log2_max_frame_num_minus4
  SkipPictureOrder(bits);
  (void)bits.Ue(kDpbFramesMax);
  bits.Skip(1);  // gaps_in_frame_num_value_allowed_flag
  ReadSize(bits, sps);
  const bool has_vui = bits.Flag();
  if (!bits.ok()) return Fail(ErrorCode::kMalformed, "sequence parameter set cannot be read");
  if (sps.width == 0 || sps.height == 0)
    return Fail(ErrorCode::kMalformed, "sequence parameter set crops the whole picture");
  if (sps.width > kPictureSizeMax || sps.height > kPictureSizeMax)
    return Fail(ErrorCode::kUnsupported,
                fmt::format("picture of {}x{} is too large", sps.width, sps.height));
  if (has_vui) ReadVui(bits, sps);
  return sps;
}

}  // namespace weir::media::h264
