#include "base/byte_reader.h"

#include <array>
#include <numeric>

#include <gmock/gmock.h>

namespace weir {
namespace {

constexpr std::array<uint8_t, 18> kBytes{0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09,
                                         0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0x10, 0x11, 0x12};

TEST(ByteReader, ReadsEveryWidthInNetworkOrder) {
  ByteReader reader(kBytes);
  EXPECT_EQ(reader.U8(), 0x01);
  EXPECT_EQ(reader.U16(), 0x0203);
  EXPECT_EQ(reader.U24(), 0x040506U);
  EXPECT_EQ(reader.U32(), 0x0708090aU);
  EXPECT_EQ(reader.U64(), 0x0b0c0d0e0f101112U);
  EXPECT_EQ(reader.remaining(), 0U);
  EXPECT_TRUE(reader.ok());
}

TEST(ByteReader, GivesZeroesAndFailsForGoodPastTheEnd) {
  ByteReader reader{std::span(kBytes).first(3)};
  EXPECT_EQ(reader.U32(), 0U);
  EXPECT_FALSE(reader.ok());
  EXPECT_EQ(reader.U8(), 0U);  // though one was left
  EXPECT_FALSE(reader.ok());
}

TEST(ByteReader, LeavesViewsIntoTheSameBytes) {
  ByteReader reader(kBytes);
  EXPECT_EQ(reader.Bytes(2).data(), kBytes.data());
  EXPECT_THAT(reader.Bytes(2), ::testing::ElementsAre(3, 4));
  EXPECT_EQ(reader.Rest().size(), kBytes.size() - 4);
  EXPECT_TRUE(reader.Rest().empty());
  EXPECT_TRUE(reader.ok());
  EXPECT_TRUE(reader.Bytes(1).empty());
  EXPECT_FALSE(reader.ok());
}

TEST(ByteReader, ReadsNothingFromNothing) {
  ByteReader reader({});
  EXPECT_TRUE(reader.Bytes(0).empty());
  EXPECT_TRUE(reader.ok());
  EXPECT_EQ(reader.U64(), 0U);
  EXPECT_FALSE(reader.ok());
}

}  // namespace
}  // namespace weir
