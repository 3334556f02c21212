#include "media/nal_unit.h"

#include <gmock/gmock.h>

namespace weir::media {
namespace {

using ::testing::ElementsAre;
using Bytes = std::vector<uint8_t>;

TEST(NalUnitReader, WalksUnitsBehindLengthsOfAnySize) {
  for (size_t length_size = 1; length_size <= 4; ++length_size) {
    Bytes bytes;
    for (const uint8_t size : Bytes{2, 0, 1}) {
      bytes.insert(bytes.end(), length_size - 1, 0);
      bytes.push_back(size);
      bytes.insert(bytes.end(), size, 0xaa);
    }
    NalUnitReader reader(bytes, length_size);
    std::vector<size_t> sizes;
    while (reader.Next())
      sizes.push_back(reader.nal().size());
    EXPECT_TRUE(reader.ok());
    EXPECT_THAT(sizes, ElementsAre(2, 0, 1));
  }
}

TEST(NalUnitReader, RefusesALengthPastTheEnd) {
  const Bytes bytes = {0, 0, 0, 1, 0xaa, 0, 0, 0, 2, 0xaa};
  NalUnitReader reader(bytes);
  EXPECT_TRUE(reader.Next());
  EXPECT_FALSE(reader.Next());
  EXPECT_FALSE(reader.ok());
  EXPECT_FALSE(reader.Next());
}

TEST(NalUnitReader, RefusesHalfALength) {
  const Bytes bytes = {0, 0, 0};
  NalUnitReader reader(bytes);
  EXPECT_FALSE(reader.Next());
  EXPECT_FALSE(reader.ok());
}

TEST(NalUnitReader, FindsNothingInNothing) {
  NalUnitReader reader({});
  EXPECT_FALSE(reader.Next());
  EXPECT_TRUE(reader.ok());
}

TEST(RemoveEmulationPrevention, TakesOutTheThreeOfEveryZeroZeroThree) {
  const Bytes nal = {1, 0, 0, 3, 1, 0, 0, 3, 0, 0, 3, 3, 0, 3, 0, 0, 3};
  EXPECT_THAT(RemoveEmulationPrevention(nal), ElementsAre(1, 0, 0, 1, 0, 0, 0, 0, 3, 0, 3, 0, 0));
}

}  // namespace
}  // namespace weir::media
