#include "crypto/digest.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/check.h"

namespace weir::crypto {

// Neither can fail but without memory, which ends the program anyway.

Sha1Digest Sha1(std::span<const uint8_t> bytes) {
  Sha1Digest digest{};
  WEIR_CHECK(EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha1(), nullptr) ==
             1);
  return digest;
}

Sha256Digest Sha256(std::span<const uint8_t> bytes) {
  Sha256Digest digest{};
  WEIR_CHECK(
      EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_sha256(), nullptr) == 1);
  return digest;
}

Sha256Digest HmacSha256(std::span<const uint8_t> key, std::span<const uint8_t> bytes) {
  // A null key would mean the one of an earlier call.
  static constexpr uint8_t kNoKey = 0;
  const void* key_data = key.empty() ? &kNoKey : key.data();
  Sha256Digest digest{};
  WEIR_CHECK(HMAC(EVP_sha256(), key_data, static_cast<int>(key.size()), bytes.data(), bytes.size(),
                  digest.data(), nullptr) != nullptr);
  return digest;
}

}  // namespace weir::crypto
