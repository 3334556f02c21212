#include "media/aac/program_config.h"

namespace weir::media::aac {
namespace {

constexpr size_t kElementBits = 5;  // is_cpe, tag_select

/// Front, side or back elements: a pair has two channels.
uint32_t ReadElements(BitReader& bits, uint32_t count) {
  uint32_t channels = 0;
  for (uint32_t i = 0; i < count; ++i) {
    channels += bits.Flag() ? 2 : 1;
    bits.Skip(kElementBits - 1);
  }
  return channels;
}

}  // namespace

uint32_t ReadProgramConfigChannels(BitReader& bits) {
  bits.Skip(4 + 2 + 4);  // tag, object type, sampling rate
  const uint32_t front = bits.Bits(4);
  const uint32_t side = bits.Bits(4);
  const uint32_t back = bits.Bits(4);
  const uint32_t lfe = bits.Bits(2);
  const uint32_t data = bits.Bits(3);
  const uint32_t coupling = bits.Bits(4);
  if (bits.Flag()) bits.Skip(4);  // mono mixdown
  if (bits.Flag()) bits.Skip(4);  // stereo mixdown
  if (bits.Flag()) bits.Skip(3);  // matrix mixdown
  const uint32_t channels =
      ReadElements(bits, front) + ReadElements(bits, side) + ReadElements(bits, back) + lfe;
  bits.Skip(size_t{4} * lfe + size_t{4} * data + kElementBits * coupling);
  bits.Align();
  bits.Skip(size_t{8} * bits.Bits(8));  // a comment
  return bits.ok() ? channels : 0;
}

}  // namespace weir::media::aac
