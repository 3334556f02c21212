#include "crypto/uuid.h"

#include <array>
#include <cstdint>

#include "crypto/hex.h"
#include "crypto/random.h"

namespace weir::crypto {

std::string RandomUuid() {
  std::array<uint8_t, 16> bytes{};
  FillRandom(bytes);
  bytes[6] = static_cast<uint8_t>((bytes[6] & 0x0f) | 0x40);
  bytes[8] = static_cast<uint8_t>((bytes[8] & 0x3f) | 0x80);
  std::string text = HexEncode(bytes);
  for (const size_t dash : {8U, 13U, 18U, 23U})
    text.insert(dash, 1, '-');
  return text;
}

}  // namespace weir::crypto
