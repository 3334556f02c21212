#include "base/byte_writer.h"

#include <array>
#include <stdexcept>

#include <gmock/gmock.h>

#include "base/byte_reader.h"

namespace weir {
namespace {

TEST(ByteWriter, WritesWhatTheReaderReads) {
  ByteWriter writer;
  writer.U8(0x01);
  writer.U16(0x0203);
  writer.U24(0x040506);
  writer.U32(0x0708090a);
  writer.U64(0x0b0c0d0e0f101112);
  EXPECT_EQ(writer.size(), 18U);
  ByteReader reader(writer.view());
  EXPECT_EQ(reader.U8(), 0x01);
  EXPECT_EQ(reader.U16(), 0x0203);
  EXPECT_EQ(reader.U24(), 0x040506U);
  EXPECT_EQ(reader.U32(), 0x0708090aU);
  EXPECT_EQ(reader.U64(), 0x0b0c0d0e0f101112U);
}

TEST(ByteWriter, CutsOffWhatDoesNotFit) {
  ByteWriter writer;
  writer.U24(0xff010203);
  EXPECT_THAT(writer.Take(), ::testing::ElementsAre(1, 2, 3));
}

TEST(ByteWriter, AppendsBytesTextAndZeros) {
  ByteWriter writer;
  writer.Bytes(std::array<uint8_t, 2>{1, 2});
  writer.Text("ab");
  writer.Zeros(2);
  EXPECT_THAT(writer.Take(), ::testing::ElementsAre(1, 2, 'a', 'b', 0, 0));
  EXPECT_EQ(writer.size(), 0U);
}

TEST(ByteWriter, PatchesALengthKnownLater) {
  ByteWriter writer;
  writer.U8(7);
  writer.U32(0);
  writer.Text("abc");
  writer.PatchU32(1, 0x01020304);
  EXPECT_THAT(writer.view(), ::testing::ElementsAre(7, 1, 2, 3, 4, 'a', 'b', 'c'));
  EXPECT_THROW(writer.PatchU32(5, 0), std::out_of_range);
}

}  // namespace
}  // namespace weir
