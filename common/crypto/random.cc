#include "crypto/random.h"

#include <algorithm>
#include <array>
#include <bit>
#include <climits>

#include <openssl/rand.h>

#include "base/check.h"
#include "crypto/hex.h"

namespace weir::crypto {

void FillRandom(std::span<uint8_t> bytes) {
  while (!bytes.empty()) {
    const size_t size = std::min(bytes.size(), size_t{INT_MAX});
    // Without random numbers there is no safe way on.
    WEIR_CHECK(RAND_bytes(bytes.data(), static_cast<int>(size)) == 1);
    bytes = bytes.subspan(size);
  }
}

std::vector<uint8_t> RandomBytes(size_t size) {
  std::vector<uint8_t> bytes(size);
  FillRandom(bytes);
  return bytes;
}

uint64_t RandomU64() {
  std::array<uint8_t, sizeof(uint64_t)> bytes{};
  FillRandom(bytes);
  return std::bit_cast<uint64_t>(bytes);
}

std::string RandomHex(size_t digits) {
  std::string text = HexEncode(RandomBytes((digits + 1) / 2));
  text.resize(digits);
  return text;
}

}  // namespace weir::crypto
