#include "origin/push/track_choice.h"

#include <gtest/gtest.h>

#include "media/codec_config.h"
#include "support/sample_media.h"

namespace weir::push {
namespace {

using media::CodecId;
using media::Track;
using media::TrackId;

Track Make(TrackId id, CodecId codec, const SharedBytes& config) {
  const auto track = media::ReadCodecConfig(codec, id, config);
  EXPECT_TRUE(track.has_value());
  return track.value_or(Track{});
}

Track Video(TrackId id) {
  return Make(id, CodecId::kH264, sample::Bytes(sample::kAvcConfig720p));
}

Track Audio(TrackId id) {
  return Make(id, CodecId::kAac, sample::Bytes(sample::kAacConfig44100Stereo));
}

Track Av1(TrackId id) {
  return Make(id, CodecId::kAv1, sample::Bytes(sample::kAv1Config720p));
}

const service::EncodeNames kNames{.video = {"bypass_video", "other"}, .audio = {"bypass_audio"}};

std::vector<TrackId> Ids(const Result<std::vector<Track>>& chosen) {
  std::vector<TrackId> ids;
  if (!chosen) return ids;
  for (const Track& track : *chosen)
    ids.push_back(track.id);
  return ids;
}

std::vector<TrackId> Choose(const std::vector<Track>& tracks, const WantedTracks& wanted,
                            const char* protocol) {
  const bool rtmp = std::string(protocol) == "rtmp";
  const auto destination =
      ReadDestination(protocol, rtmp ? "rtmp://a/b" : "udp://127.0.0.1:1", "k");
  return Ids(ChooseTracks(tracks, wanted, kNames, *destination));
}

TEST(PushTracks, RtmpTakesTheFirstOfEachKind) {
  const std::vector<Track> tracks{Audio(5), Video(4), Video(2), Audio(3)};
  EXPECT_EQ(Choose(tracks, {}, "rtmp"), (std::vector<TrackId>{2, 3}));
  EXPECT_EQ(Choose({Audio(1)}, {}, "rtmp"), (std::vector<TrackId>{1}));
}

TEST(PushTracks, TransportStreamsTakeAllTheyCanCarry) {
  EXPECT_EQ(Choose({Audio(5), Video(4), Av1(2), Audio(3)}, {}, "mpegts"),
            (std::vector<TrackId>{3, 4, 5}));
  EXPECT_EQ(Choose({Av1(0)}, {}, "mpegts"), std::vector<TrackId>{});
}

TEST(PushTracks, VariantNamesAndIdsChoose) {
  const std::vector<Track> tracks{Video(0), Audio(1), Audio(2)};
  EXPECT_EQ(Choose(tracks, {.ids = {}, .names = {"bypass_audio"}}, "mpegts"),
            (std::vector<TrackId>{1, 2}));
  EXPECT_EQ(Choose(tracks, {.ids = {}, .names = {"bypass_audio", "other"}}, "rtmp"),
            (std::vector<TrackId>{0, 1}));
  EXPECT_EQ(Choose(tracks, {.ids = {2, 0}, .names = {}}, "rtmp"), (std::vector<TrackId>{0, 2}));
  EXPECT_EQ(Choose(tracks, {.ids = {2}, .names = {"other"}}, "mpegts"),
            (std::vector<TrackId>{0, 2}));
}

TEST(PushTracks, NoneIsAnError) {
  const auto destination = ReadDestination("rtmp", "rtmp://a/b", "k");
  const auto chosen =
      ChooseTracks({Video(0)}, {.ids = {}, .names = {"unknown"}}, kNames, *destination);
  ASSERT_FALSE(chosen);
  EXPECT_EQ(chosen.error().code, ErrorCode::kNotFound);
  EXPECT_FALSE(ChooseTracks({}, {}, kNames, *destination));
}

}  // namespace
}  // namespace weir::push
