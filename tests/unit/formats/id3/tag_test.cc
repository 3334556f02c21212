#include "formats/id3/tag.h"

#include <gmock/gmock.h>

namespace weir::id3 {
namespace {

std::string Text(const std::vector<uint8_t>& bytes) {
  return {bytes.begin(), bytes.end()};
}

TEST(Id3Tag, HasItsFramesInOrder) {
  using namespace std::string_literals;
  const std::vector<Frame> frames{{.id = "TXXX", .info = "desc", .data = "value"},
                                  {.id = "TIT2", .data = "title"},
                                  {.id = "PRIV", .info = "owner", .data = "data"}};
  EXPECT_EQ(Text(WriteTag(frames)),
            "ID3\x04\0\0\0\0\0\x39"
            "TXXX\0\0\0\x0b\0\0\x03"
            "desc\0value"
            "TIT2\0\0\0\x06\0\0\x03title"
            "PRIV\0\0\0\x0a\0\0owner\0data"s);
}

TEST(Id3Tag, SaysSizesInSevenBits) {
  const auto tag = WriteTag(std::vector<Frame>{{.id = "TIT2", .data = std::string(199, 'x')}});
  EXPECT_EQ(tag[8], 1);  // 210
  EXPECT_EQ(tag[9], 82);
  EXPECT_EQ(tag[16], 1);  // 200
  EXPECT_EQ(tag[17], 72);
}

TEST(Id3Tag, KnowsTextAndPrivateFrames) {
  for (const char* id : {"TXXX", "TIT2", "T1AB", "PRIV"})
    EXPECT_TRUE(IsKnown(id)) << id;
  for (const char* id : {"", "T", "TXX", "TXXXX", "txxx", "APIC", "T\0X2", "PRIVX", "T-12"})
    EXPECT_FALSE(IsKnown(id)) << id;
}

}  // namespace
}  // namespace weir::id3
