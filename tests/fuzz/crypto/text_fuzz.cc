// Whatever a decoder takes must come back the same from its encoder and decoder.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "crypto/base64.h"
#include "crypto/hex.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace weir::crypto;  // NOLINT(google-build-using-namespace)
  const std::span bytes(data, size);
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto decoded = Base64Decode(text)) {
    if (Base64Decode(Base64Encode(*decoded)).value() != *decoded) std::abort();
    if (decoded->size() > size) std::abort();
  }
  if (const auto decoded = HexDecode(text)) {
    if (HexEncode(*decoded).size() != size) std::abort();
  }
  const auto there_and_back = Base64Decode(Base64UrlEncode(bytes));
  if (!there_and_back ||
      !std::equal(bytes.begin(), bytes.end(), there_and_back->begin(), there_and_back->end()))
    std::abort();
  return 0;
}
