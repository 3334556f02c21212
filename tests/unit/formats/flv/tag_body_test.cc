#include "formats/flv/tag_body.h"

#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "formats/flv/audio_tag.h"
#include "formats/flv/video_tag.h"
#include "media/codec_config.h"
#include "support/sample_media.h"

namespace weir::flv {
namespace {

using media::CodecId;
using std::chrono::milliseconds;

SharedBytes Whole(const TagBody& body) {
  std::vector<uint8_t> bytes;
  for (const SharedBytes& part : body.parts)
    bytes.insert(bytes.end(), part.view().begin(), part.view().end());
  return SharedBytes(std::move(bytes));
}

media::Track TrackOf(CodecId codec, const SharedBytes& config) {
  const auto track = media::ReadCodecConfig(codec, 0, config);
  EXPECT_TRUE(track.has_value());
  return track.value_or(media::Track{});
}

struct VideoCase {
  const char* name;
  CodecId codec;
  SharedBytes config;
};

class FlvVideoBody : public ::testing::TestWithParam<VideoCase> {};

TEST_P(FlvVideoBody, IsWhatTheReaderReads) {
  const media::Track track = TrackOf(GetParam().codec, GetParam().config);
  const auto header = SequenceHeader(track);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->type, TagType::kVideo);
  const auto read_header = ParseVideoTag(Whole(*header));
  ASSERT_TRUE(read_header);
  EXPECT_EQ(read_header->kind, VideoTag::Kind::kSequenceHeader);
  EXPECT_EQ(read_header->codec, track.codec);
  EXPECT_EQ(read_header->payload.text(), track.config.text());

  const SharedBytes payload(std::vector<uint8_t>{0, 0, 0, 2, 0x65, 1});
  const bool timed = track.codec != CodecId::kAv1;
  for (const bool key : {true, false}) {
    for (const int64_t composition : {0, 80, 8'388'607}) {
      const TagBody body = FrameBody(track, key, milliseconds(timed ? composition : 0), payload);
      const auto frame = ParseVideoTag(Whole(body));
      ASSERT_TRUE(frame);
      EXPECT_EQ(frame->kind, VideoTag::Kind::kFrame);
      EXPECT_EQ(frame->codec, track.codec);
      EXPECT_EQ(frame->key, key);
      EXPECT_EQ(frame->composition_ms, timed ? composition : 0);
      EXPECT_EQ(frame->payload.text(), payload.text());
      EXPECT_EQ(body.parts[1].data(), payload.data()) << "copied";
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Codecs, FlvVideoBody,
    ::testing::Values(VideoCase{"H264", CodecId::kH264, sample::Bytes(sample::kAvcConfig720p)},
                      VideoCase{"H265", CodecId::kH265, sample::Bytes(sample::kHevcConfig720p)},
                      VideoCase{"AV1", CodecId::kAv1, sample::Bytes(sample::kAv1Config720p)}),
    [](const auto& param) { return param.param.name; });

TEST(FlvTagBody, ClassicCodecsHaveTheBytesThatOldServersKnow) {
  const media::Track video = TrackOf(CodecId::kH264, sample::Bytes(sample::kAvcConfig720p));
  const SharedBytes payload(std::vector<uint8_t>{1});
  const auto head = [](const TagBody& body) {
    return std::vector<uint8_t>(body.parts[0].view().begin(), body.parts[0].view().end());
  };
  EXPECT_EQ(head(FrameBody(video, true, milliseconds(0x10203), payload)),
            (std::vector<uint8_t>{0x17, 1, 1, 2, 3}));
  EXPECT_EQ(head(FrameBody(video, false, milliseconds(0), payload)),
            (std::vector<uint8_t>{0x27, 1, 0, 0, 0}));
  const media::Track audio = TrackOf(CodecId::kAac, sample::Bytes(sample::kAacConfig44100Stereo));
  EXPECT_EQ(head(FrameBody(audio, true, milliseconds(0), payload)),
            (std::vector<uint8_t>{0xAF, 1}));
  EXPECT_FALSE(NeedsFourCc(CodecId::kH264));
  EXPECT_FALSE(NeedsFourCc(CodecId::kAac));
}

TEST(FlvTagBody, SoundIsWhatTheReaderReads) {
  const media::Track aac = TrackOf(CodecId::kAac, sample::Bytes(sample::kAacConfig44100Stereo));
  const auto header = ParseAudioTag(Whole(*SequenceHeader(aac)));
  ASSERT_TRUE(header);
  EXPECT_EQ(header->kind, AudioTag::Kind::kSequenceHeader);
  EXPECT_EQ(header->payload.text(), aac.config.text());

  const media::Track opus = TrackOf(CodecId::kOpus, sample::Bytes(sample::kOpusHeadSurround));
  const auto opus_header = ParseAudioTag(Whole(*SequenceHeader(opus)));
  ASSERT_TRUE(opus_header);
  EXPECT_EQ(opus_header->codec, CodecId::kOpus);
  EXPECT_EQ(opus_header->payload.text(), sample::Bytes(sample::kOpusHeadSurround).text())
      << "not the identification header it was made of";
  const SharedBytes packet(std::vector<uint8_t>{0xFC, 1, 2});
  const auto frame = ParseAudioTag(Whole(FrameBody(opus, true, milliseconds(0), packet)));
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->kind, AudioTag::Kind::kFrame);
  EXPECT_EQ(frame->payload.text(), packet.text());
}

TEST(FlvTagBody, AnOpusTrackWithoutAConfigurationIsRefused) {
  media::Track track;
  track.codec = CodecId::kOpus;
  EXPECT_FALSE(SequenceHeader(track));
}

}  // namespace
}  // namespace weir::flv
