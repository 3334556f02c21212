#include "media/h264/recovery_point.h"

#include <algorithm>

#include "base/bit_reader.h"
#include "base/byte_reader.h"

namespace weir::media::h264 {
namespace {

constexpr size_t kRecoveryPoint = 6;
/// Recovery points stand before the long messages (captions, user data) if at all.
constexpr size_t kLookedAtMax = 256;

/// payloadType and payloadSize: 255 for each 255, and the rest.
size_t ReadVarying(ByteReader& reader) {
  size_t value = 0;
  uint8_t byte = 0;
  do {
    byte = reader.U8();
    value += byte;
  } while (byte == 0xff && reader.ok());
  return value;
}

}  // namespace

bool HasImmediateRecoveryPoint(NalUnit sei) {
  const auto rbsp =
      RemoveEmulationPrevention(sei.subspan(1, std::min(sei.size() - 1, kLookedAtMax)));
  ByteReader reader(rbsp);
  while (reader.ok() && reader.remaining() > 1) {  // the last byte holds the stop bit
    const size_t type = ReadVarying(reader);
    const auto message = reader.Bytes(ReadVarying(reader));
    if (type != kRecoveryPoint) continue;
    BitReader bits(message);
    return bits.Ue() == 0 && bits.ok();
  }
  return false;
}

}  // namespace weir::media::h264
