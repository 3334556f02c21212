#include "formats/flv/audio_tag.h"

#include <vector>

#include <gmock/gmock.h>

namespace weir::flv {
namespace {

using ::testing::ElementsAre;
using Bytes = std::vector<uint8_t>;
using Kind = AudioTag::Kind;
using media::CodecId;

AudioTag Parse(const Bytes& body) {
  const auto tag = ParseAudioTag(SharedBytes::Copy(body));
  EXPECT_TRUE(tag) << tag.error().detail;
  return tag.value_or(AudioTag{});
}

Error Failure(const Bytes& body) {
  const auto tag = ParseAudioTag(SharedBytes::Copy(body));
  EXPECT_FALSE(tag);
  return tag ? Error{.code = ErrorCode::kEnded, .detail = ""} : tag.error();
}

TEST(AudioTag, OfAacIsRead) {
  const AudioTag header = Parse({0xaf, 0, 0x12, 0x10});
  EXPECT_EQ(header.kind, Kind::kSequenceHeader);
  EXPECT_EQ(header.codec, CodecId::kAac);
  EXPECT_THAT(header.payload.view(), ElementsAre(0x12, 0x10));
  const AudioTag frame = Parse({0xaf, 1, 7, 8});
  EXPECT_EQ(frame.kind, Kind::kFrame);
  EXPECT_THAT(frame.payload.view(), ElementsAre(7, 8));
}

TEST(AudioTag, SharesTheBytesOfItsBody) {
  const SharedBytes body(Bytes{0xaf, 1, 7});
  const auto tag = ParseAudioTag(body);
  ASSERT_TRUE(tag);
  EXPECT_EQ(tag->payload.data(), body.data() + 2);
}

TEST(AudioTag, WithAFourCcIsRead) {
  const AudioTag header = Parse({0x90, 'O', 'p', 'u', 's', 'O'});
  EXPECT_EQ(header.kind, Kind::kSequenceHeader);
  EXPECT_EQ(header.codec, CodecId::kOpus);
  EXPECT_THAT(header.payload.view(), ElementsAre('O'));
  const AudioTag frame = Parse({0x91, 'm', 'p', '4', 'a', 7});
  EXPECT_EQ(frame.kind, Kind::kFrame);
  EXPECT_EQ(frame.codec, CodecId::kAac);
  EXPECT_THAT(frame.payload.view(), ElementsAre(7));
}

TEST(AudioTag, MayEndTheSequence) {
  EXPECT_EQ(Parse({0x92, 'O', 'p', 'u', 's'}).kind, Kind::kEndOfSequence);
}

TEST(AudioTag, WithoutUseIsIgnored) {
  EXPECT_EQ(Parse({0xaf, 0}).kind, Kind::kIgnored);
  EXPECT_EQ(Parse({0xaf, 1}).kind, Kind::kIgnored);
  EXPECT_EQ(Parse({0xaf, 2, 1}).kind, Kind::kIgnored);
  EXPECT_EQ(Parse({0x91, 'O', 'p', 'u', 's'}).kind, Kind::kIgnored);
  EXPECT_EQ(Parse({0x94, 'O', 'p', 'u', 's', 0, 2}).kind, Kind::kIgnored);  // a channel map
}

TEST(AudioTag, OfManyTracksGivesTrack0) {
  EXPECT_THAT(Parse({0x95, 0x01, 'm', 'p', '4', 'a', 0, 7}).payload.view(), ElementsAre(7));
  EXPECT_EQ(Parse({0x95, 0x01, 'm', 'p', '4', 'a', 3, 7}).kind, Kind::kIgnored);
  const AudioTag many = Parse({0x95, 0x11, 'O', 'p', 'u', 's', 1, 0, 0, 1, 6, 0, 0, 0, 2, 7, 8});
  EXPECT_EQ(many.codec, CodecId::kOpus);
  EXPECT_THAT(many.payload.view(), ElementsAre(7, 8));
}

TEST(AudioTag, BehindAModExPrefixIsRead) {
  const AudioTag tag = Parse({0x97, 2, 0, 0, 1, 0x01, 'O', 'p', 'u', 's', 7});
  EXPECT_EQ(tag.kind, Kind::kFrame);
  EXPECT_THAT(tag.payload.view(), ElementsAre(7));
}

TEST(AudioTag, OfAnotherCodecIsRefusedByItsName) {
  const Error classic = Failure({0x2f, 1});
  EXPECT_EQ(classic.code, ErrorCode::kUnsupported);
  EXPECT_EQ(classic.detail, "audio codec mp3 (sound format 2) is not supported");
  const Error enhanced = Failure({0x90, 'f', 'L', 'a', 'C', 1});
  EXPECT_EQ(enhanced.code, ErrorCode::kUnsupported);
  EXPECT_EQ(enhanced.detail, "audio codec 'fLaC' is not supported");
}

TEST(AudioTag, CutInItsHeaderIsRefused) {
  for (const Bytes& body :
       {Bytes{}, Bytes{0xaf}, Bytes{0x90}, Bytes{0x90, 'O', 'p', 'u'}, Bytes{0x97, 2, 0},
        Bytes{0x95}, Bytes{0x95, 0x11, 'O', 'p', 'u', 's', 0, 0, 0, 9, 7}})
    EXPECT_EQ(Failure(body).code, ErrorCode::kMalformed);
}

}  // namespace
}  // namespace weir::flv
