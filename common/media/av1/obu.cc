#include "media/av1/obu.h"

#include "base/byte_reader.h"

namespace weir::media::av1 {
namespace {

constexpr uint8_t kForbiddenBit = 0x80;
constexpr uint8_t kExtensionBit = 0x04;
constexpr uint8_t kHasSizeBit = 0x02;

/// leb128 (AV1 4.10.5): at most eight bytes, least significant seven bits first.
bool ReadLeb128(ByteReader& reader, uint64_t& value) {
  value = 0;
  for (int i = 0; i < 8; ++i) {
    const uint64_t byte = reader.U8();
    value |= (byte & 0x7f) << (7 * i);
    if ((byte & 0x80) == 0) return reader.ok();
  }
  return false;
}

}  // namespace

bool ObuReader::Next() {
  if (rest_.empty() || !ok_) return false;
  ok_ = false;  // until all of it has been read
  ByteReader reader(rest_);
  const uint8_t first = reader.U8();
  if ((first & kForbiddenBit) != 0) return false;
  if ((first & kExtensionBit) != 0) (void)reader.U8();
  obu_.type = static_cast<ObuType>(first >> 3 & 0xf);
  obu_.header = rest_.first(rest_.size() - reader.remaining());
  obu_.has_size = (first & kHasSizeBit) != 0;
  uint64_t size = reader.remaining();
  if (obu_.has_size && !ReadLeb128(reader, size)) return false;
  if (!reader.ok() || size > reader.remaining()) return false;
  obu_.payload = reader.Bytes(static_cast<size_t>(size));
  obu_.whole = rest_.first(rest_.size() - reader.remaining());
  rest_ = reader.Rest();
  ok_ = true;
  return true;
}

}  // namespace weir::media::av1
