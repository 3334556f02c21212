#include "media/h264/user_data.h"

#include <string>

#include <gmock/gmock.h>

#include "media/nal_unit.h"

namespace weir::media::h264 {
namespace {

using ::testing::ElementsAreArray;

const std::vector<uint8_t> kIdentifier{0x46, 0x4D, 0x4C, 0x47, 0x52, 0x41, 0x49, 0x4E,
                                       0x43, 0x4F, 0x4C, 0x4F, 0x55, 0x52, 0x42, 0x01};

SharedBytes Bytes(std::vector<uint8_t> bytes) {
  return SharedBytes(std::move(bytes));
}

TEST(UserDataSei, HasItsBytes) {
  std::vector<uint8_t> expected{0x06, 0x05, 0x1A};
  expected.insert(expected.end(), kIdentifier.begin(), kIdentifier.end());
  // 0x0000018bcfe56800 ms, with a 3 after its two zeros, and "hi".
  const std::vector<uint8_t> rest{0x00, 0x00, 0x03, 0x01, 0x8B, 0xCF,
                                  0xE5, 0x68, 0x00, 0x68, 0x69, 0x80};
  expected.insert(expected.end(), rest.begin(), rest.end());
  EXPECT_THAT(UserDataSei(1'700'000'000'000, "hi"), ElementsAreArray(expected));
}

TEST(UserDataSei, CountsALongTextInRunsOf255) {
  const std::string text(512, 'x');
  const auto nal = UserDataSei(0x0101010101010101, text);
  EXPECT_EQ(nal[1], 0x05);
  EXPECT_EQ(nal[2], 0xFF);
  EXPECT_EQ(nal[3], 0xFF);
  EXPECT_EQ(nal[4], 16 + 8 + 512 - 510);
  EXPECT_EQ(nal.size(), 5 + 16 + 8 + 512 + 1U);
}

TEST(InsertBeforeSlices, GoesBehindWhatIsNoSlice) {
  const SharedBytes unit =
      Bytes({0, 0, 0, 2, 0x09, 0xF0, 0, 0, 0, 2, 0x65, 0x88, 0, 0, 0, 1, 0x65});
  const auto with = InsertBeforeSlices(unit, std::vector<uint8_t>{0x06, 0x80});
  ASSERT_TRUE(with);
  EXPECT_THAT(with->view(),
              ElementsAreArray(std::vector<uint8_t>{0, 0, 0, 2, 0x09, 0xF0, 0, 0, 0, 2, 0x06, 0x80,
                                                    0, 0, 0, 2, 0x65, 0x88, 0, 0, 0, 1, 0x65}));
}

TEST(InsertBeforeSlices, NeedsASlice) {
  EXPECT_FALSE(InsertBeforeSlices(Bytes({0, 0, 0, 1, 0x06}), std::vector<uint8_t>{0x06}));
  EXPECT_FALSE(InsertBeforeSlices(Bytes({0, 0, 0, 0}), std::vector<uint8_t>{0x06}));
  EXPECT_FALSE(InsertBeforeSlices(Bytes({0, 0, 0, 9, 0x65}), std::vector<uint8_t>{0x06}));
}

TEST(EmulationPrevention, IsUndoneByItsRemoval) {
  const std::vector<uint8_t> rbsp{0, 0, 0, 0, 0, 1, 0, 0, 3, 0, 0, 4, 0, 0};
  std::vector<uint8_t> nal;
  AppendWithEmulationPrevention(rbsp, nal);
  EXPECT_THAT(nal, ElementsAreArray(
                       std::vector<uint8_t>{0, 0, 3, 0, 0, 3, 0, 1, 0, 0, 3, 3, 0, 0, 4, 0, 0}));
  EXPECT_THAT(RemoveEmulationPrevention(nal), ElementsAreArray(rbsp));
}

}  // namespace
}  // namespace weir::media::h264
