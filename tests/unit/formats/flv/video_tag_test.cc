#include "formats/flv/video_tag.h"

#include <string_view>
#include <vector>

#include <gmock/gmock.h>

namespace weir::flv {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Bytes = std::vector<uint8_t>;
using Kind = VideoTag::Kind;
using media::CodecId;

/// Bytes and FourCCs one after the other.
struct Body {
  Body& operator()(std::initializer_list<uint8_t> more) {
    bytes.insert(bytes.end(), more);
    return *this;
  }

  Body& operator()(std::string_view fourcc) {
    bytes.insert(bytes.end(), fourcc.begin(), fourcc.end());
    return *this;
  }

  Bytes bytes;
};

VideoTag Parse(const Bytes& body) {
  const auto tag = ParseVideoTag(SharedBytes::Copy(body));
  EXPECT_TRUE(tag) << tag.error().detail;
  return tag.value_or(VideoTag{});
}

Error Failure(const Bytes& body) {
  const auto tag = ParseVideoTag(SharedBytes::Copy(body));
  EXPECT_FALSE(tag);
  return tag ? Error{.code = ErrorCode::kEnded, .detail = ""} : tag.error();
}

TEST(VideoTag, OfClassicH264IsRead) {
  const VideoTag header = Parse({0x17, 0, 0, 0, 0, 1, 2, 3});
  EXPECT_EQ(header.kind, Kind::kSequenceHeader);
  EXPECT_EQ(header.codec, CodecId::kH264);
  EXPECT_THAT(header.payload.view(), ElementsAre(1, 2, 3));
  const VideoTag frame = Parse({0x27, 1, 0, 0, 80, 9});
  EXPECT_EQ(frame.kind, Kind::kFrame);
  EXPECT_FALSE(frame.key);
  EXPECT_EQ(frame.composition_ms, 80);
  EXPECT_THAT(frame.payload.view(), ElementsAre(9));
  EXPECT_TRUE(Parse({0x17, 1, 0, 0, 0, 9}).key);
}

TEST(VideoTag, HasASignedCompositionTime) {
  EXPECT_EQ(Parse({0x27, 1, 0xff, 0xff, 0xff, 9}).composition_ms, -1);
  EXPECT_EQ(Parse({0x27, 1, 0x80, 0, 0, 9}).composition_ms, -8'388'608);
  EXPECT_EQ(Parse({0x27, 1, 0x7f, 0xff, 0xff, 9}).composition_ms, 8'388'607);
}

TEST(VideoTag, OfClassicH265IsRead) {
  const VideoTag tag = Parse({0x1c, 1, 0, 0, 0, 9});
  EXPECT_EQ(tag.codec, CodecId::kH265);
  EXPECT_EQ(tag.kind, Kind::kFrame);
}

TEST(VideoTag, SharesTheBytesOfItsBody) {
  const SharedBytes body(Bytes{0x17, 1, 0, 0, 0, 9, 8});
  const auto tag = ParseVideoTag(body);
  ASSERT_TRUE(tag);
  EXPECT_EQ(tag->payload.data(), body.data() + 5);
}

TEST(VideoTag, MayEndTheSequenceWithOrWithoutACompositionTime) {
  EXPECT_EQ(Parse({0x17, 2, 0, 0, 0}).kind, Kind::kEndOfSequence);
  EXPECT_EQ(Parse({0x17, 2}).kind, Kind::kEndOfSequence);
  EXPECT_EQ(Parse(Body()({0x92})("hvc1").bytes).kind, Kind::kEndOfSequence);
}

TEST(VideoTag, WithoutUseIsIgnored) {
  EXPECT_EQ(Parse({0x57, 0}).kind, Kind::kIgnored);           // a seek command
  EXPECT_EQ(Parse({0x27, 1, 0, 0, 0}).kind, Kind::kIgnored);  // an empty frame
  EXPECT_EQ(Parse({0x17, 0, 0, 0, 0}).kind, Kind::kIgnored);
  EXPECT_EQ(Parse({0x17, 9, 0, 0, 0, 1}).kind, Kind::kIgnored);
  EXPECT_EQ(Parse({0xd1, 0}).kind, Kind::kIgnored);  // an enhanced seek command
  EXPECT_EQ(Parse(Body()({0x91})("hvc1")({0, 0, 0}).bytes).kind, Kind::kIgnored);
  EXPECT_EQ(Parse(Body()({0x95})("av01")({1}).bytes).kind, Kind::kIgnored);  // for MPEG-2 TS
}

TEST(VideoTag, WithAFourCcIsRead) {
  const VideoTag header = Parse(Body()({0x90})("hvc1")({1, 2}).bytes);
  EXPECT_EQ(header.kind, Kind::kSequenceHeader);
  EXPECT_EQ(header.codec, CodecId::kH265);
  EXPECT_THAT(header.payload.view(), ElementsAre(1, 2));
  const VideoTag frame = Parse(Body()({0x91})("hvc1")({0, 0, 40, 9}).bytes);
  EXPECT_EQ(frame.kind, Kind::kFrame);
  EXPECT_TRUE(frame.key);
  EXPECT_EQ(frame.composition_ms, 40);
  EXPECT_THAT(frame.payload.view(), ElementsAre(9));
  const VideoTag avc = Parse(Body()({0xa1})("avc1")({0xff, 0xff, 0xfe, 9}).bytes);
  EXPECT_EQ(avc.codec, CodecId::kH264);
  EXPECT_FALSE(avc.key);
  EXPECT_EQ(avc.composition_ms, -2);
}

TEST(VideoTag, LeavesOutACompositionTimeOfZero) {
  const VideoTag frame = Parse(Body()({0xa3})("hvc1")({9, 8, 7, 6}).bytes);
  EXPECT_EQ(frame.kind, Kind::kFrame);
  EXPECT_EQ(frame.composition_ms, 0);
  EXPECT_THAT(frame.payload.view(), ElementsAre(9, 8, 7, 6));
}

TEST(VideoTag, OfAv1HasNoCompositionTime) {
  const VideoTag frame = Parse(Body()({0x91})("av01")({9, 8}).bytes);
  EXPECT_EQ(frame.kind, Kind::kFrame);
  EXPECT_EQ(frame.codec, CodecId::kAv1);
  EXPECT_THAT(frame.payload.view(), ElementsAre(9, 8));
}

TEST(VideoTag, MayBeMetadataOfAnyCodec) {
  for (const std::string_view fourcc : {"hvc1", "vp09"}) {
    const VideoTag tag = Parse(Body()({0x94})(fourcc)({2, 0}).bytes);
    EXPECT_EQ(tag.kind, Kind::kMetadata);
    EXPECT_THAT(tag.payload.view(), ElementsAre(2, 0));
  }
}

TEST(VideoTag, OfOneTrackAmongManyIsRead) {
  const VideoTag frame = Parse(Body()({0x96, 0x01})("hvc1")({0, 0, 0, 5, 9}).bytes);
  EXPECT_EQ(frame.kind, Kind::kFrame);
  EXPECT_EQ(frame.composition_ms, 5);
  EXPECT_THAT(frame.payload.view(), ElementsAre(9));
  EXPECT_EQ(Parse(Body()({0x96, 0x01})("hvc1")({1, 0, 0, 5, 9}).bytes).kind, Kind::kIgnored);
}

TEST(VideoTag, OfManyTracksGivesTrack0) {
  const Body body = Body()({0xa6, 0x13})("avc1")({1, 0, 0, 2, 7, 7})({0, 0, 0, 1, 9})({2, 0, 0, 0});
  const VideoTag frame = Parse(body.bytes);
  EXPECT_EQ(frame.kind, Kind::kFrame);
  EXPECT_EQ(frame.codec, CodecId::kH264);
  EXPECT_THAT(frame.payload.view(), ElementsAre(9));
}

TEST(VideoTag, OfManyCodecsGivesTrack0) {
  const Body body = Body()({0x96, 0x20})("vp09")({1, 0, 0, 2, 7, 7})("av01")({0, 0, 0, 1, 9});
  const VideoTag header = Parse(body.bytes);
  EXPECT_EQ(header.kind, Kind::kSequenceHeader);
  EXPECT_EQ(header.codec, CodecId::kAv1);
  EXPECT_THAT(header.payload.view(), ElementsAre(9));
}

TEST(VideoTag, WithoutTrack0IsIgnored) {
  EXPECT_EQ(Parse(Body()({0x96, 0x13})("avc1")({1, 0, 0, 1, 7}).bytes).kind, Kind::kIgnored);
}

TEST(VideoTag, BehindModExPrefixesIsRead) {
  Body body = Body()({0x97, 2, 0, 0, 1, 0x07, 0, 5, 0x01})("hvc1")({0, 0, 40, 9});
  EXPECT_EQ(Parse(body.bytes).kind, Kind::kFrame);
  EXPECT_EQ(Parse(body.bytes).composition_ms, 40);
  Body longer = Body()({0x97, 0xff, 0x00, 0xff});  // 256 bytes
  longer.bytes.resize(longer.bytes.size() + 256);
  EXPECT_EQ(Parse(longer({0x03})("hvc1")({9}).bytes).kind, Kind::kFrame);
}

TEST(VideoTag, OfAnotherCodecIsRefusedByItsName) {
  const Error classic = Failure({0x24, 1, 2});
  EXPECT_EQ(classic.code, ErrorCode::kUnsupported);
  EXPECT_EQ(classic.detail, "video codec vp6 (codec id 4) is not supported");
  const Error enhanced = Failure(Body()({0x90})("vp09")({1}).bytes);
  EXPECT_EQ(enhanced.code, ErrorCode::kUnsupported);
  EXPECT_EQ(enhanced.detail, "video codec 'vp09' is not supported");
  EXPECT_THAT(Failure(Body()({0x90, 0, 1, 0xff, 'x'}).bytes).detail, HasSubstr("'...x'"));
}

TEST(VideoTag, CutInItsHeaderIsRefused) {
  const std::vector<Bytes> bodies = {
      {0x27, 1, 0, 0, 0},
      Body()({0x91})("hvc1")({0, 0, 40}).bytes,
      Body()({0x96, 0x01})("hvc1")({0, 0, 0, 5}).bytes,
      Body()({0x97, 2, 0, 0, 1, 0x01})("hvc1")({0, 0, 40}).bytes,
  };
  for (const Bytes& body : bodies)
    for (size_t size = 0; size < body.size(); ++size) {
      const auto tag = ParseVideoTag(SharedBytes::Copy(std::span(body).first(size)));
      const bool no_track_yet = body[0] == 0x96 && size == 6;
      EXPECT_EQ(tag.has_value(), no_track_yet) << int{body[0]} << ' ' << size;
    }
}

TEST(VideoTag, WithATrackLongerThanItsBodyIsRefused) {
  EXPECT_EQ(Failure(Body()({0x96, 0x13})("avc1")({0, 0, 0, 2, 7}).bytes).code,
            ErrorCode::kMalformed);
  EXPECT_EQ(Failure(Body()({0x96, 0x13})("avc1")({1, 0xff, 0xff, 0xff, 7}).bytes).code,
            ErrorCode::kMalformed);
}

TEST(VideoTag, WithAMultitrackTagInsideIsRefused) {
  EXPECT_EQ(Failure(Body()({0x96, 0x06})("avc1")({0, 1}).bytes).code, ErrorCode::kMalformed);
  EXPECT_EQ(Failure(Body()({0x96, 0x31})("avc1")({0, 1}).bytes).code, ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace weir::flv
