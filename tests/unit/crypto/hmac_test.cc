#include "crypto/hmac.h"

#include <string>

#include <gtest/gtest.h>

#include "crypto/hex.h"

namespace weir::crypto {
namespace {

constexpr std::string_view kText = "what do ya want for nothing?";

TEST(Hmac, AuthenticatesTheExamplesOfRfc2202AndRfc4231) {
  EXPECT_EQ(HexEncode(Hmac(HashAlgorithm::kSha1, "Jefe", kText)),
            "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
  EXPECT_EQ(HexEncode(Hmac(HashAlgorithm::kSha224, "Jefe", kText)),
            "a30e01098bc6dbbf45690f3a7e9e6d0f8bbea2a39e6148008fd05e44");
  EXPECT_EQ(HexEncode(Hmac(HashAlgorithm::kSha256, "Jefe", kText)),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(HexEncode(Hmac(HashAlgorithm::kSha384, "Jefe", kText)),
            "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e"
            "8e2240ca5e69e2c78b3239ecfab21649");
  EXPECT_EQ(HexEncode(Hmac(HashAlgorithm::kSha512, "Jefe", kText)),
            "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
            "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737");
}

TEST(Hmac, TruncatedOnesHaveAnInitialValueOfTheirOwn) {
  EXPECT_EQ(Hmac(HashAlgorithm::kSha512To224, "k", kText).size(), 28u);
  EXPECT_EQ(Hmac(HashAlgorithm::kSha512To256, "k", kText).size(), 32u);
  EXPECT_NE(Hmac(HashAlgorithm::kSha512To256, "k", kText),
            Hmac(HashAlgorithm::kSha256, "k", kText));
}

TEST(Hmac, TakesAnEmptyKeyAndNoText) {
  EXPECT_EQ(HexEncode(Hmac(HashAlgorithm::kSha256, {}, {})),
            "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST(Hmac, KnowsTheNamesOfConfigurations) {
  EXPECT_EQ(ParseHashAlgorithm("sha1"), HashAlgorithm::kSha1);
  EXPECT_EQ(ParseHashAlgorithm("SHA-1"), HashAlgorithm::kSha1);
  EXPECT_EQ(ParseHashAlgorithm("SHA-256"), HashAlgorithm::kSha256);
  EXPECT_EQ(ParseHashAlgorithm("Sha384"), HashAlgorithm::kSha384);
  EXPECT_EQ(ParseHashAlgorithm("SHA-512/256"), HashAlgorithm::kSha512To256);
  for (const char* name : {"", "md5", "sha", "sha1 ", "sha-2", "sha256x"})
    EXPECT_EQ(ParseHashAlgorithm(name), std::nullopt) << name;
}

// RFC 2202, test case 2.
TEST(HmacMd5, GivesTheStandardsVector) {
  EXPECT_EQ(HexEncode(HmacMd5("Jefe", "what do ya want for nothing?")),
            "750c783e6ab0b503eaa86e310a5db738");
}

}  // namespace
}  // namespace weir::crypto
