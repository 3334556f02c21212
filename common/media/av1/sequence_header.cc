#include "media/av1/sequence_header.h"

#include <fmt/format.h>

#include "base/bit_reader.h"
#include "media/codec_limits.h"
#include "media/frame_rate.h"

namespace weir::media::av1 {
namespace {

constexpr uint32_t kProfileMax = 2;
constexpr uint32_t kTierLevelMin = 8;  ///< Greater levels tell their tier.
constexpr uint32_t kSelectFromFrame = 2;
/// Identity matrix, sRGB transfer, BT.709 primaries: no chroma subsampling (6.4.2).
constexpr uint32_t kIdentityMatrix = 0;
constexpr uint32_t kSrgbTransfer = 13;
constexpr uint32_t kBt709Primaries = 1;

/// Widths of fields, as far as other fields tell them.
struct DecoderModel {
  bool present = false;
  size_t delay_bits = 0;
};

void ReadTiming(BitReader& bits, SequenceHeader& sequence) {
  const uint64_t units_in_tick = bits.Bits(32);
  const uint64_t ticks_per_second = bits.Bits(32);
  if (!bits.Flag()) return;                 // equal_picture_interval
  constexpr uint32_t kTicksMax = 1U << 16;  // far beyond one second
  const uint64_t ticks = bits.Ue(kTicksMax) + uint64_t{1};
  if (bits.ok()) sequence.frame_duration = FrameDurationAt(ticks_per_second, units_in_tick * ticks);
}

DecoderModel ReadDecoderModel(BitReader& bits) {
  DecoderModel model{.present = true};
  model.delay_bits = bits.Bits(5) + 1;
  bits.Skip(32 + 5 + 5);
  return model;
}

void ReadOperatingPoints(BitReader& bits, const DecoderModel& model, SequenceHeader& sequence) {
  const bool has_display_delay = bits.Flag();
  const uint32_t last = bits.Bits(5);
  for (uint32_t i = 0; i <= last; ++i) {
    bits.Skip(12);  // operating_point_idc
    const uint32_t level = bits.Bits(5);
    const bool high_tier = level >= kTierLevelMin && bits.Flag();
    if (model.present && bits.Flag()) bits.Skip(2 * model.delay_bits + 1);
    if (has_display_delay && bits.Flag()) bits.Skip(4);
    if (i != 0) continue;
    sequence.level = static_cast<uint8_t>(level);
    sequence.high_tier = high_tier;
  }
}

void ReadSize(BitReader& bits, SequenceHeader& sequence) {
  const size_t width_bits = bits.Bits(4) + 1;
  const size_t height_bits = bits.Bits(4) + 1;
  sequence.width = bits.Bits(width_bits) + 1;
  sequence.height = bits.Bits(height_bits) + 1;
}

void SkipInterTools(BitReader& bits) {
  bits.Skip(4);  // interintra, masked compound, warped motion, dual filter
  const bool has_order_hint = bits.Flag();
  if (has_order_hint) bits.Skip(2);
  const bool select_screen_content = bits.Flag();
  const uint32_t screen_content = select_screen_content ? kSelectFromFrame : bits.Bits(1);
  if (screen_content > 0 && !bits.Flag()) bits.Skip(1);  // seq_force_integer_mv
  if (has_order_hint) bits.Skip(3);
}

/// color_config (5.5.2), up to the chroma position.
void ReadColour(BitReader& bits, SequenceHeader& sequence) {
  const bool high_depth = bits.Flag();
  const bool twelve = sequence.profile == 2 && high_depth && bits.Flag();
  sequence.bits = !high_depth ? 8 : (twelve ? 12 : 10);
  sequence.monochrome = sequence.profile != 1 && bits.Flag();
  uint32_t primaries = 2;  // unspecified, and the same for the others
  uint32_t matrix = 2;
  if (bits.Flag()) {
    primaries = bits.Bits(8);
    sequence.transfer = bits.Bits(8);
    matrix = bits.Bits(8);
  }
  if (sequence.monochrome) return;
  if (primaries == kBt709Primaries && sequence.transfer == kSrgbTransfer &&
      matrix == kIdentityMatrix) {
    sequence.subsampled_x = sequence.subsampled_y = false;
    return;
  }
  bits.Skip(1);  // color_range
  if (sequence.profile == 1) sequence.subsampled_x = sequence.subsampled_y = false;
  if (sequence.profile == 2) {
    sequence.subsampled_x = !twelve || bits.Flag();
    sequence.subsampled_y = twelve && sequence.subsampled_x && bits.Flag();
  }
  if (sequence.subsampled_x && sequence.subsampled_y)
    sequence.chroma_position = static_cast<uint8_t>(bits.Bits(2));
}

void ReadOperation(BitReader& bits, SequenceHeader& sequence) {
  DecoderModel model;
  if (bits.Flag()) {
    ReadTiming(bits, sequence);
    if (bits.Flag()) model = ReadDecoderModel(bits);
  }
  ReadOperatingPoints(bits, model, sequence);
}

}  // namespace

Result<SequenceHeader> ReadSequenceHeader(std::span<const uint8_t> payload) {
  BitReader bits(payload);
  SequenceHeader sequence;
  const uint32_t profile = bits.Bits(3);
  bits.Skip(1);  // still_picture
  const bool reduced = bits.Flag();
  if (profile > kProfileMax) return Fail(ErrorCode::kUnsupported, "AV1 profile is unknown");
  sequence.profile = static_cast<uint8_t>(profile);
  if (reduced)
    sequence.level = static_cast<uint8_t>(bits.Bits(5));
  else
    ReadOperation(bits, sequence);
  ReadSize(bits, sequence);
  if (!reduced && bits.Flag()) bits.Skip(4 + 3);  // widths of frame ids
  bits.Skip(3);                                   // superblocks, filter intra, intra edge
  if (!reduced) SkipInterTools(bits);
  bits.Skip(3);  // superres, cdef, restoration
  ReadColour(bits, sequence);
  if (!bits.ok()) return Fail(ErrorCode::kMalformed, "AV1 sequence header is cut off");
  if (sequence.width > kPictureSizeMax || sequence.height > kPictureSizeMax)
    return Fail(ErrorCode::kUnsupported,
                fmt::format("picture of {}x{} is too large", sequence.width, sequence.height));
  return sequence;
}

std::string CodecString(const SequenceHeader& sequence) {
  return fmt::format("av01.{}.{:02}{}.{:02}", sequence.profile, sequence.level,
                     sequence.high_tier ? 'H' : 'M', sequence.bits);
}

}  // namespace weir::media::av1
