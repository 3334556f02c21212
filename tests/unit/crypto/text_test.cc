#include <gtest/gtest.h>

#include "crypto/base64.h"
#include "crypto/constant_time.h"
#include "crypto/hex.h"

namespace weir::crypto {
namespace {

std::span<const uint8_t> Bytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

std::string Text(const std::vector<uint8_t>& bytes) {
  return {bytes.begin(), bytes.end()};
}

TEST(ConstantTime, TellsEqualFromDifferent) {
  EXPECT_TRUE(EqualInConstantTime("", ""));
  EXPECT_TRUE(EqualInConstantTime("secret", "secret"));
  EXPECT_FALSE(EqualInConstantTime("secret", "secreT"));
  EXPECT_FALSE(EqualInConstantTime("secret", "secre"));
  EXPECT_FALSE(EqualInConstantTime(Bytes("a"), {}));
}

TEST(Hex, GoesThereAndBack) {
  const std::vector<uint8_t> bytes{0x00, 0x7f, 0x80, 0xff};
  EXPECT_EQ(HexEncode(bytes), "007f80ff");
  EXPECT_EQ(HexDecode("007F80fF"), bytes);
  EXPECT_EQ(HexDecode(""), std::vector<uint8_t>());
}

TEST(Hex, RefusesWhatIsNoHex) {
  for (const char* text : {"0", "0g", "g0", " 0", "0x00"}) {
    const auto decoded = HexDecode(text);
    ASSERT_FALSE(decoded) << text;
    EXPECT_EQ(decoded.error().code, ErrorCode::kMalformed);
  }
}

TEST(Base64, MatchesTheExamplesOfRfc4648) {
  const std::pair<const char*, const char*> examples[] = {{"", ""},
                                                          {"f", "Zg=="},
                                                          {"fo", "Zm8="},
                                                          {"foo", "Zm9v"},
                                                          {"foob", "Zm9vYg=="},
                                                          {"fooba", "Zm9vYmE="},
                                                          {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, encoded] : examples) {
    EXPECT_EQ(Base64Encode(Bytes(plain)), encoded);
    const auto decoded = Base64Decode(encoded);
    ASSERT_TRUE(decoded) << encoded;
    EXPECT_EQ(Text(*decoded), plain);
  }
}

TEST(Base64, UsesTheUrlAlphabetWithoutPadding) {
  const std::vector<uint8_t> bytes{0xfb, 0xff, 0xfe, 0xff};
  EXPECT_EQ(Base64Encode(bytes), "+//+/w==");
  EXPECT_EQ(Base64UrlEncode(bytes), "-__-_w");
  EXPECT_EQ(Base64Decode("-__-_w"), bytes);
  EXPECT_EQ(Base64Decode("+//+/w"), bytes);
}

TEST(Base64, RefusesWhatIsNoBase64) {
  for (const char* text : {"A", "AAAAA", "A===", "=", "AB=C", "Zg=", "Zm9v====", "Zm 9", "Zm9\n"}) {
    const auto decoded = Base64Decode(text);
    ASSERT_FALSE(decoded) << text;
    EXPECT_EQ(decoded.error().code, ErrorCode::kMalformed);
  }
}

}  // namespace
}  // namespace weir::crypto
