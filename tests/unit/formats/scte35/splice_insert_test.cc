#include "formats/scte35/splice_insert.h"

#include <gmock/gmock.h>

#include "formats/ts/crc32.h"

namespace weir::scte35 {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAreArray;

std::vector<uint8_t> WithoutCrc(std::vector<uint8_t> section) {
  EXPECT_EQ(ts::Crc32(section), 0U);
  section.resize(section.size() - 4);
  return section;
}

TEST(SpliceInsert, BeginsABreak) {
  const auto section = WriteSection({.event_id = 1,
                                     .out_of_network = true,
                                     .duration = milliseconds(60'500),
                                     .auto_return = true});
  EXPECT_THAT(
      WithoutCrc(section),
      ElementsAreArray(std::vector<uint8_t>{
          0xFC, 0x30, 0x20, 0, 0,    0,    0,    0, 0,    0xFF, 0xFF, 0xF0, 0x0F, 0x05,  //
          0,    0,    0,    1, 0x7F, 0xFF, 0xFE, 0, 0x53, 0x15, 0x88, 0,    1,    0,    0, 0, 0}));
}

TEST(SpliceInsert, EndsABreak) {
  const auto section = WriteSection({.event_id = 0x01020304});
  EXPECT_THAT(WithoutCrc(section),
              ElementsAreArray(std::vector<uint8_t>{0xFC, 0x30, 0x1B, 0,    0,    0, 0, 0, 0,
                                                    0xFF, 0xFF, 0xF0, 0x0A, 0x05, 1, 2, 3, 4,
                                                    0x7F, 0x5F, 0,    1,    0,    0, 0, 0}));
}

}  // namespace
}  // namespace weir::scte35
