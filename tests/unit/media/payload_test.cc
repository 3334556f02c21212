#include "media/payload.h"

#include <vector>

#include <gmock/gmock.h>

#include "media/access_unit.h"
#include "media/codec_config.h"
#include "media/h264/avc_config.h"
#include "media/h265/hevc_config.h"
#include "support/sample_media.h"

namespace weir::media {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using Bytes = std::vector<uint8_t>;

void AppendNal(Bytes& payload, std::span<const uint8_t> nal) {
  payload.insert(payload.end(),
                 {0, 0, static_cast<uint8_t>(nal.size() >> 8), static_cast<uint8_t>(nal.size())});
  payload.insert(payload.end(), nal.begin(), nal.end());
}

TEST(NalLengthSize, IsToldByTheRecord) {
  EXPECT_EQ(NalLengthSize(CodecId::kH264, sample::kAvcConfig720p), 4U);
  EXPECT_EQ(NalLengthSize(CodecId::kH265, sample::kHevcConfig720p), 4U);
  EXPECT_EQ(NalLengthSize(CodecId::kAv1, {}), 4U);
  Bytes record(sample::kAvcConfig720p.begin(), sample::kAvcConfig720p.end());
  record[4] = 0xfc;
  EXPECT_EQ(NalLengthSize(CodecId::kH264, record), 1U);
  EXPECT_FALSE(NalLengthSize(CodecId::kH264, {}));
  EXPECT_FALSE(NalLengthSize(CodecId::kH265, {}));
}

TEST(NormalisePayload, LeavesWhatIsRightUncopied) {
  for (const auto& [codec, payload] :
       {std::pair(CodecId::kH264, sample::Bytes(sample::kAvcKeyFrame720p)),
        std::pair(CodecId::kH265, sample::Bytes(sample::kHevcKeyFrame720p)),
        std::pair(CodecId::kAv1, sample::Bytes(sample::kAv1KeyFrame720p)),
        std::pair(CodecId::kAac, sample::Bytes(sample::kAacFrame)),
        std::pair(CodecId::kOpus, sample::Bytes(sample::kOpusFrame))}) {
    const auto normal = NormalisePayload(codec, payload);
    ASSERT_TRUE(normal);
    EXPECT_EQ(normal->data(), payload.data());
    EXPECT_EQ(normal->size(), payload.size());
  }
}

TEST(NormalisePayload, WidensShortLengths) {
  const auto one = NormalisePayload(CodecId::kH264, SharedBytes(Bytes{2, 7, 8, 1, 9}), 1);
  ASSERT_TRUE(one);
  EXPECT_THAT(one->view(), ElementsAre(0, 0, 0, 2, 7, 8, 0, 0, 0, 1, 9));
  const auto two = NormalisePayload(CodecId::kH265, SharedBytes(Bytes{0, 2, 7, 8}), 2);
  ASSERT_TRUE(two);
  EXPECT_THAT(two->view(), ElementsAre(0, 0, 0, 2, 7, 8));
}

TEST(NormalisePayload, DropsEmptyNalUnits) {
  const auto normal =
      NormalisePayload(CodecId::kH264, SharedBytes(Bytes{0, 0, 0, 0, 0, 0, 0, 1, 9}));
  ASSERT_TRUE(normal);
  EXPECT_THAT(normal->view(), ElementsAre(0, 0, 0, 1, 9));
  const auto nothing = NormalisePayload(CodecId::kH264, SharedBytes(Bytes{0, 0, 0, 0}));
  ASSERT_TRUE(nothing);
  EXPECT_TRUE(nothing->empty());
}

TEST(NormalisePayload, RefusesLengthsThatDoNotFit) {
  EXPECT_FALSE(NormalisePayload(CodecId::kH264, SharedBytes(Bytes{3, 7, 8}), 1));
  EXPECT_FALSE(NormalisePayload(CodecId::kH264, SharedBytes(Bytes{0, 0, 0, 9, 1})));
  EXPECT_FALSE(NormalisePayload(CodecId::kAv1, SharedBytes(Bytes{0x32, 9, 1})));
}

TEST(NormalisePayload, TakesOutTemporalDelimitersAndPaddingOfAv1) {
  const Bytes unit = {0x12, 0, 0x32, 2, 5, 6, 0x7a, 1, 0};
  const auto normal = NormalisePayload(CodecId::kAv1, SharedBytes(unit));
  ASSERT_TRUE(normal);
  EXPECT_THAT(normal->view(), ElementsAre(0x32, 2, 5, 6));
}

TEST(NormalisePayload, GivesTheLastObuOfAv1ASize) {
  Bytes unit = {0x30};
  unit.insert(unit.end(), 200, 7);
  const auto normal = NormalisePayload(CodecId::kAv1, SharedBytes(unit));
  ASSERT_TRUE(normal);
  ASSERT_EQ(normal->size(), 203U);
  EXPECT_EQ(normal->view()[0], 0x32);
  EXPECT_EQ(normal->view()[1], 0xc8);
  EXPECT_EQ(normal->view()[2], 0x01);
  EXPECT_TRUE(InspectAccessUnit(CodecId::kAv1, normal->view()));
}

TEST(UpdatedConfig, IsNothingWhereTheSameSetsComeAgain) {
  const auto record = h264::ReadAvcConfig(sample::kAvcConfig720p);
  ASSERT_TRUE(record);
  Bytes payload;
  AppendNal(payload, record->sps.front());
  AppendNal(payload, record->pps.front());
  AppendNal(payload, Bytes{0x65, 0x88});
  const auto updated = UpdatedConfig(CodecId::kH264, sample::kAvcConfig720p, payload);
  ASSERT_TRUE(updated);
  EXPECT_FALSE(*updated);
}

TEST(UpdatedConfig, IsNothingWithoutParameterSets) {
  const auto check = [](CodecId codec, auto& config, auto& payload) {
    const auto updated = UpdatedConfig(codec, config, payload);
    ASSERT_TRUE(updated);
    EXPECT_FALSE(*updated);
  };
  check(CodecId::kH264, sample::kAvcConfig720p, sample::kAvcKeyFrame720p);
  check(CodecId::kH265, sample::kHevcConfig720p, sample::kHevcKeyFrame720p);
  check(CodecId::kAv1, sample::kAv1Config720p, sample::kAv1KeyFrame720p);
  check(CodecId::kAac, sample::kAacConfig44100Stereo, sample::kAacFrame);
  check(CodecId::kOpus, sample::kOpusHeadStereo, sample::kOpusFrame);
}

TEST(UpdatedConfig, OfH264TakesSetsOfTheSameIdsInPlaceOfTheOld) {
  const auto next = h264::ReadAvcConfig(sample::kAvcConfig1080p);
  ASSERT_TRUE(next);
  Bytes payload;
  AppendNal(payload, next->sps.front());
  AppendNal(payload, next->pps.front());
  const auto updated = UpdatedConfig(CodecId::kH264, sample::kAvcConfig720p, payload);
  ASSERT_TRUE(updated) << updated.error().detail;
  ASSERT_TRUE(*updated);
  EXPECT_THAT((*updated)->view(), ElementsAreArray(sample::kAvcConfig1080p));
}

TEST(UpdatedConfig, OfH264KeepsSetsOfOtherIds) {
  Bytes payload;
  AppendNal(payload, Bytes{0x68, 0x58, 0x80});  // PPS 1
  const auto updated = UpdatedConfig(CodecId::kH264, sample::kAvcConfig720p, payload);
  ASSERT_TRUE(updated) << updated.error().detail;
  ASSERT_TRUE(*updated);
  const auto record = h264::ReadAvcConfig((*updated)->view());
  ASSERT_TRUE(record);
  EXPECT_EQ(record->pps.size(), 2U);
  EXPECT_THAT(record->pps.front(), ElementsAre(0x68, 0x58, 0x80));
}

TEST(UpdatedConfig, OfH265TakesSetsOfTheSameIdsInPlaceOfTheOld) {
  const auto next = h265::ReadHevcConfig(sample::kHevcConfig1080p);
  ASSERT_TRUE(next);
  Bytes payload;
  AppendNal(payload, next->vps.front());
  AppendNal(payload, next->sps.front());
  AppendNal(payload, next->pps.front());
  const auto updated = UpdatedConfig(CodecId::kH265, sample::kHevcConfig720p, payload);
  ASSERT_TRUE(updated) << updated.error().detail;
  ASSERT_TRUE(*updated);
  const auto track = ReadCodecConfig(CodecId::kH265, 0, **updated);
  ASSERT_TRUE(track) << track.error().detail;
  EXPECT_EQ(track->width, 1920U);
  EXPECT_EQ(track->codec_string, "hvc1.2.4.L120.90");
}

TEST(UpdatedConfig, OfAv1TakesTheNewSequenceHeader) {
  const auto updated =
      UpdatedConfig(CodecId::kAv1, sample::kAv1Config1080p10, sample::kAv1KeyFrame720p);
  ASSERT_TRUE(updated) << updated.error().detail;
  ASSERT_TRUE(*updated);
  const auto track = ReadCodecConfig(CodecId::kAv1, 0, **updated);
  ASSERT_TRUE(track) << track.error().detail;
  EXPECT_EQ(track->width, 1280U);
  EXPECT_EQ(track->codec_string, "av01.0.05M.08");
}

TEST(UpdatedConfig, OfSetsThatCannotBeReadIsRefused) {
  for (const Bytes& nal : {Bytes{0x67, 0x64}, Bytes{0x68}, Bytes{0x68, 0}}) {
    Bytes payload;
    AppendNal(payload, nal);
    EXPECT_FALSE(UpdatedConfig(CodecId::kH264, sample::kAvcConfig720p, payload));
  }
  for (const Bytes& nal : {Bytes{0x40, 1}, Bytes{0x42, 1, 0}, Bytes{0x44, 1}, Bytes{0x44, 1, 0}}) {
    Bytes payload;
    AppendNal(payload, nal);
    EXPECT_FALSE(UpdatedConfig(CodecId::kH265, sample::kHevcConfig720p, payload));
  }
  EXPECT_FALSE(UpdatedConfig(CodecId::kAv1, sample::kAv1Config720p, Bytes{0x0a, 1, 0}));
}

TEST(UpdatedConfig, OfMoreSetsThanARecordHoldsIsRefused) {
  Bytes payload;
  for (int i = 0; i < 4; ++i) {
    Bytes pps(20'000, 0xff);
    pps[0] = 0x68;
    pps[1] = static_cast<uint8_t>(0b0010'0000 | i << 3);
    AppendNal(payload, pps);
  }
  const auto updated = UpdatedConfig(CodecId::kH264, sample::kAvcConfig720p, payload);
  ASSERT_FALSE(updated);
  EXPECT_EQ(updated.error().code, ErrorCode::kLimitExceeded);
}

TEST(UpdatedConfig, OfSixtyFourNewSetsIsTheMostToBeTaken) {
  Bytes payload;
  for (int i = 0; i < 64; ++i)
    AppendNal(payload, Bytes{0x68, 0xeb, 0xe3, static_cast<uint8_t>(i)});  // all of id 0
  EXPECT_TRUE(UpdatedConfig(CodecId::kH264, sample::kAvcConfig720p, payload));
  AppendNal(payload, Bytes{0x68, 0xeb, 0xe3, 64});
  const auto updated = UpdatedConfig(CodecId::kH264, sample::kAvcConfig720p, payload);
  ASSERT_FALSE(updated);
  EXPECT_EQ(updated.error().code, ErrorCode::kLimitExceeded);
}

TEST(UpdatedConfig, OfASetThatNoRecordHasRoomForIsRefused) {
  Bytes payload = {0, 1, 0, 0};
  payload.resize(4 + 0x10000, 0x80);
  payload[4] = 0x68;
  const auto updated = UpdatedConfig(CodecId::kH264, sample::kAvcConfig720p, payload);
  ASSERT_FALSE(updated);
  EXPECT_EQ(updated.error().code, ErrorCode::kLimitExceeded);
}

}  // namespace
}  // namespace weir::media
