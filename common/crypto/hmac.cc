#include "crypto/hmac.h"

#include <array>
#include <string>

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/check.h"

namespace weir::crypto {
namespace {

struct Entry {
  std::string_view name;
  HashAlgorithm algorithm;
  const EVP_MD* (*digest)();
};

constexpr std::array kEntries{
    Entry{"sha1", HashAlgorithm::kSha1, EVP_sha1},
    Entry{"sha224", HashAlgorithm::kSha224, EVP_sha224},
    Entry{"sha256", HashAlgorithm::kSha256, EVP_sha256},
    Entry{"sha384", HashAlgorithm::kSha384, EVP_sha384},
    Entry{"sha512", HashAlgorithm::kSha512, EVP_sha512},
    Entry{"sha512/224", HashAlgorithm::kSha512To224, EVP_sha512_224},
    Entry{"sha512/256", HashAlgorithm::kSha512To256, EVP_sha512_256},
};

std::vector<uint8_t> HmacOf(const EVP_MD* digest, std::string_view key, std::string_view text) {
  // A null key would mean the one of an earlier call.
  static constexpr char kNoKey = 0;
  const void* key_data = key.empty() ? &kNoKey : key.data();
  std::vector<uint8_t> mac(EVP_MAX_MD_SIZE);
  unsigned int size = 0;
  // Cannot fail but without memory, which ends the program anyway.
  WEIR_CHECK(HMAC(digest, key_data, static_cast<int>(key.size()),
                  reinterpret_cast<const uint8_t*>(text.data()), text.size(), mac.data(),
                  &size) != nullptr);
  mac.resize(size);
  return mac;
}

}  // namespace

std::optional<HashAlgorithm> ParseHashAlgorithm(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    if (c == '-') continue;
    plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  for (const Entry& entry : kEntries) {
    if (entry.name == plain) return entry.algorithm;
  }
  return std::nullopt;
}

std::vector<uint8_t> Hmac(HashAlgorithm algorithm, std::string_view key, std::string_view text) {
  return HmacOf(kEntries.at(static_cast<size_t>(algorithm)).digest(), key, text);
}

std::vector<uint8_t> HmacMd5(std::string_view key, std::string_view text) {
  return HmacOf(EVP_md5(), key, text);
}

}  // namespace weir::crypto
