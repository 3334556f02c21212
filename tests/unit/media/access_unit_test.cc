#include "media/access_unit.h"

#include <vector>

#include <gtest/gtest.h>

#include "support/sample_media.h"

namespace weir::media {
namespace {

using Bytes = std::vector<uint8_t>;

Bytes NalUnits(const std::vector<Bytes>& units) {
  Bytes payload;
  for (const Bytes& unit : units) {
    payload.insert(payload.end(), {0, 0, 0, static_cast<uint8_t>(unit.size())});
    payload.insert(payload.end(), unit.begin(), unit.end());
  }
  return payload;
}

AccessUnit Inspect(CodecId codec, std::span<const uint8_t> payload) {
  const auto unit = InspectAccessUnit(codec, payload);
  EXPECT_TRUE(unit);
  return unit.value_or(AccessUnit{});
}

TEST(AccessUnit, OfX264IsToldApartByItsSlices) {
  const AccessUnit key = Inspect(CodecId::kH264, sample::kAvcKeyFrame720p);
  EXPECT_TRUE(key.key);
  EXPECT_TRUE(key.has_picture);
  EXPECT_FALSE(key.has_parameter_sets);
  const AccessUnit other = Inspect(CodecId::kH264, sample::kAvcFrame720p);
  EXPECT_FALSE(other.key);
  EXPECT_TRUE(other.has_picture);
}

TEST(AccessUnit, OfX265IsToldApartByItsSlices) {
  EXPECT_TRUE(Inspect(CodecId::kH265, sample::kHevcKeyFrame720p).key);
  const AccessUnit other = Inspect(CodecId::kH265, sample::kHevcFrame720p);
  EXPECT_FALSE(other.key);
  EXPECT_TRUE(other.has_picture);
}

TEST(AccessUnit, OfSvtAv1IsToldApartByItsFrameHeader) {
  const AccessUnit key = Inspect(CodecId::kAv1, sample::kAv1KeyFrame720p);
  EXPECT_TRUE(key.key);
  EXPECT_TRUE(key.has_parameter_sets);
  const AccessUnit other = Inspect(CodecId::kAv1, sample::kAv1Frame720p);
  EXPECT_FALSE(other.key);
  EXPECT_TRUE(other.has_picture);
  EXPECT_FALSE(other.has_parameter_sets);
}

TEST(AccessUnit, WithNothingButParameterSetsHasNoPicture) {
  const AccessUnit unit = Inspect(CodecId::kH264, NalUnits({{0x67, 1}, {0x68, 1}}));
  EXPECT_FALSE(unit.key);
  EXPECT_FALSE(unit.has_picture);
  EXPECT_TRUE(unit.has_parameter_sets);
  EXPECT_TRUE(Inspect(CodecId::kH265, NalUnits({{0x40, 1, 1}})).has_parameter_sets);
}

TEST(AccessUnit, WithARecoveryPointIsAKeyFrame) {
  const Bytes slice = {0x41, 0x9a};
  EXPECT_TRUE(Inspect(CodecId::kH264, NalUnits({{0x06, 6, 1, 0xc4, 0x80}, slice})).key);
  // Behind another message, which is 256 bytes of size and type away.
  EXPECT_TRUE(
      Inspect(CodecId::kH264, NalUnits({{0x06, 0xff, 1, 1, 9, 6, 1, 0xc4, 0x80}, slice})).key);
  // Whole only three frames later: gradual refresh.
  EXPECT_FALSE(Inspect(CodecId::kH264, NalUnits({{0x06, 6, 1, 0x24, 0x80}, slice})).key);
  // Without a picture.
  EXPECT_FALSE(Inspect(CodecId::kH264, NalUnits({{0x06, 6, 1, 0xc4, 0x80}})).key);
}

TEST(AccessUnit, WithASenselessSeiIsStillAPicture) {
  for (const Bytes& sei : {Bytes{0x06}, Bytes{0x06, 0xff, 0xff, 0xff}, Bytes{0x06, 6, 0xff, 0xff},
                           Bytes{0x06, 6, 0}, Bytes{0x06, 6, 1, 0}}) {
    const AccessUnit unit = Inspect(CodecId::kH264, NalUnits({sei, {0x41, 0x9a}}));
    EXPECT_FALSE(unit.key);
    EXPECT_TRUE(unit.has_picture);
  }
}

TEST(AccessUnit, OfH265StartsAtAnyRandomAccessPicture) {
  for (uint8_t type = 0; type < 64; ++type) {
    const Bytes payload = NalUnits({{static_cast<uint8_t>(type << 1), 1, 0x80}});
    EXPECT_EQ(Inspect(CodecId::kH265, payload).key, type >= 16 && type <= 21) << int{type};
  }
}

TEST(AccessUnit, OfAv1DoesNotStartAtAHiddenKeyFrame) {
  EXPECT_TRUE(Inspect(CodecId::kAv1, Bytes{0x32, 1, 0b0001'0000}).key);
  EXPECT_FALSE(Inspect(CodecId::kAv1, Bytes{0x32, 1, 0b0000'0000}).key);
  EXPECT_FALSE(Inspect(CodecId::kAv1, Bytes{0x32, 1, 0b0011'0000}).key);
  EXPECT_FALSE(Inspect(CodecId::kAv1, Bytes{0x1a, 1, 0b1000'0000}).key);
}

TEST(AccessUnit, OfAudioIsAlwaysAKeyFrame) {
  EXPECT_TRUE(Inspect(CodecId::kAac, sample::kAacFrame).key);
  EXPECT_TRUE(Inspect(CodecId::kOpus, sample::kOpusFrame).key);
}

TEST(AccessUnit, WhoseLengthsDoNotFitIsRefused) {
  for (const Bytes& payload : {Bytes{}, Bytes{0, 0, 0}, Bytes{0, 0, 0, 2, 0x41}, Bytes{0, 0, 0, 0},
                               Bytes{0, 0, 0, 1, 0x41, 0}, Bytes{0xff, 0xff, 0xff, 0xff, 0x41}}) {
    EXPECT_FALSE(InspectAccessUnit(CodecId::kH264, payload));
    EXPECT_FALSE(InspectAccessUnit(CodecId::kH265, payload));
  }
}

TEST(AccessUnit, WhoseObusDoNotFitIsRefused) {
  const Bytes endless_size = {0x32, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01};
  for (const Bytes& payload :
       {Bytes{}, Bytes{0x32, 2, 0}, Bytes{0x32}, Bytes{0x36}, Bytes{0xb2, 0}, endless_size})
    EXPECT_FALSE(InspectAccessUnit(CodecId::kAv1, payload));
}

TEST(AccessUnit, OfNothingIsRefusedForAudioToo) {
  EXPECT_FALSE(InspectAccessUnit(CodecId::kAac, {}));
  EXPECT_FALSE(InspectAccessUnit(CodecId::kOpus, {}));
}

}  // namespace
}  // namespace weir::media
