#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace weir::crypto {

/// What <HashAlgorithm> elements choose from (FIPS 180-4).
enum class HashAlgorithm {
  kSha1,
  kSha224,
  kSha256,
  kSha384,
  kSha512,
  kSha512To224,
  kSha512To256,
};

/// "SHA-256", "sha256", "SHA-512/256": whatever the case, with or without the hyphen.
std::optional<HashAlgorithm> ParseHashAlgorithm(std::string_view name);

/// RFC 2104. Compare what a peer sent by EqualInConstantTime().
std::vector<uint8_t> Hmac(HashAlgorithm algorithm, std::string_view key, std::string_view text);

/// RFC 2104 with MD5, which is no longer safe: for peers that know nothing else.
std::vector<uint8_t> HmacMd5(std::string_view key, std::string_view text);

}  // namespace weir::crypto
