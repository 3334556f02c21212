#include "base/bit_reader.h"

#include <array>
#include <vector>

#include <gtest/gtest.h>

namespace weir {
namespace {

using Bytes = std::vector<uint8_t>;

TEST(BitReader, ReadsFieldsOfAnyWidthAcrossBytes) {
  const Bytes bytes = {0b1010'0101, 0b1100'0011, 0xff, 0x00, 0xff, 0x0f};
  BitReader bits(bytes);
  EXPECT_EQ(bits.Bits(1), 1U);
  EXPECT_EQ(bits.Bits(3), 0b010U);
  EXPECT_EQ(bits.Bits(6), 0b010111U);
  EXPECT_EQ(bits.Bits(6), 0b000011U);
  EXPECT_EQ(bits.Bits(32), 0xff00ff0fU);
  EXPECT_EQ(bits.remaining_bits(), 0U);
  EXPECT_TRUE(bits.ok());
}

TEST(BitReader, ReadsThirtyTwoBitsFromTheMiddleOfAByte) {
  const Bytes bytes = {0x0f, 0xff, 0xff, 0xff, 0xf0};
  BitReader bits(bytes);
  bits.Skip(4);
  EXPECT_EQ(bits.Bits(32), 0xffffffffU);
  EXPECT_EQ(bits.Bits(0), 0U);
  EXPECT_TRUE(bits.ok());
}

TEST(BitReader, FailsForGoodPastTheEnd) {
  const Bytes bytes = {0xff};
  BitReader bits(bytes);
  EXPECT_EQ(bits.Bits(9), 0U);
  EXPECT_FALSE(bits.ok());
  EXPECT_EQ(bits.Bits(1), 0U);
}

TEST(BitReader, FailsWhereASkipOrAWidthIsTooLarge) {
  const Bytes bytes = {0xff, 0xff, 0xff, 0xff, 0xff};
  BitReader skipped(bytes);
  skipped.Skip(41);
  EXPECT_FALSE(skipped.ok());
  BitReader wide(bytes);
  EXPECT_EQ(wide.Bits(33), 0U);
  EXPECT_FALSE(wide.ok());
}

TEST(BitReader, AlignsToTheNextByteAndStaysOnOne) {
  const Bytes bytes = {0x80, 0x55};
  BitReader bits(bytes);
  bits.Align();
  EXPECT_EQ(bits.remaining_bits(), 16U);
  EXPECT_TRUE(bits.Flag());
  bits.Align();
  EXPECT_EQ(bits.Bits(8), 0x55U);
}

TEST(BitReader, ReadsExpGolombCodes) {
  const Bytes bytes = {0b1'010'011'0, 0b0100'0010, 0b1'0000000};  // 0, 1, 2, 3, 4
  BitReader bits(bytes);
  for (uint32_t expected = 0; expected < 5; ++expected)
    EXPECT_EQ(bits.Ue(), expected);
  EXPECT_TRUE(bits.ok());
}

TEST(BitReader, ReadsSignedExpGolombCodes) {
  const Bytes bytes = {0b1'010'011'0, 0b0100'0010, 0b1'0000000};
  BitReader bits(bytes);
  for (const int expected : {0, 1, -1, 2, -2})
    EXPECT_EQ(bits.Se(), expected);
}

TEST(BitReader, ReadsTheLargestExpGolombCode) {
  const Bytes bytes = {0x00, 0x00, 0x00, 0x01, 0xff, 0xff, 0xff, 0xff};  // 31 zeroes, 32 ones
  BitReader bits(bytes);
  EXPECT_EQ(bits.Ue(), 0xfffffffeU);
  BitReader as_signed(bytes);
  EXPECT_EQ(as_signed.Se(), -0x7fffffff);
}

TEST(BitReader, RefusesALongerExpGolombCode) {
  const Bytes bytes = {0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff};
  BitReader bits(bytes);
  EXPECT_EQ(bits.Ue(), 0U);
  EXPECT_FALSE(bits.ok());
}

TEST(BitReader, RefusesAnExpGolombCodeOverItsBound) {
  const Bytes bytes = {0b00101'000};  // 4
  BitReader within(bytes);
  EXPECT_EQ(within.Ue(4), 4U);
  EXPECT_TRUE(within.ok());
  BitReader over(bytes);
  EXPECT_EQ(over.Ue(3), 0U);
  EXPECT_FALSE(over.ok());
}

TEST(BitReader, RefusesNothingButZeroes) {
  const Bytes bytes = {0x00};
  BitReader bits(bytes);
  EXPECT_EQ(bits.Ue(), 0U);
  EXPECT_FALSE(bits.ok());
}

}  // namespace
}  // namespace weir
