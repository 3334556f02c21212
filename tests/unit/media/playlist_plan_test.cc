#include "media/playlist_plan.h"

#include <gtest/gtest.h>

namespace weir::media {
namespace {

const TrackChoice kAny{.wanted = true, .index = {}};

std::vector<Track> TracksOf(const std::vector<CodecId>& codecs) {
  std::vector<Track> tracks(codecs.size());
  for (size_t i = 0; i < codecs.size(); ++i) {
    tracks[i].id = static_cast<TrackId>(10 + i);
    tracks[i].codec = codecs[i];
  }
  return tracks;
}

PlaylistPlan PlanOf(TrackChoice video, TrackChoice audio) {
  return {.name = "name",
          .file_name = "abr",
          .path_depth = 2,
          .ts_packaging = true,
          .renditions = {{.name = "one", .video = video, .audio = audio}}};
}

TEST(PlaylistPlan, TakesTheFirstVideoAndAllAudioTracks) {
  const auto tracks = TracksOf({CodecId::kAac, CodecId::kH264, CodecId::kH265, CodecId::kOpus});
  const Playlist playlist = Resolve(PlanOf(kAny, kAny), tracks);
  EXPECT_EQ(playlist.name, "name");
  EXPECT_EQ(playlist.file_name, "abr");
  EXPECT_EQ(playlist.path_depth, 2);
  EXPECT_TRUE(playlist.ts_packaging);
  ASSERT_EQ(playlist.renditions.size(), 1U);
  EXPECT_EQ(playlist.renditions[0].name, "one");
  EXPECT_EQ(playlist.renditions[0].video, 11U);
  EXPECT_EQ(playlist.renditions[0].audio, (std::vector<TrackId>{10, 13}));
}

TEST(PlaylistPlan, TakesTheVeryTrackThatIsNamed) {
  const auto tracks = TracksOf({CodecId::kAac, CodecId::kH264, CodecId::kH265, CodecId::kOpus});
  const auto playlist =
      Resolve(PlanOf({.wanted = true, .index = 1}, {.wanted = true, .index = 0}), tracks);
  EXPECT_EQ(playlist.renditions.at(0).video, 12U);
  EXPECT_EQ(playlist.renditions.at(0).audio, (std::vector<TrackId>{10}));
  EXPECT_TRUE(Resolve(PlanOf({.wanted = true, .index = 2}, kAny), tracks).renditions.empty());
  EXPECT_TRUE(Resolve(PlanOf(kAny, {.wanted = true, .index = 2}), tracks).renditions.empty());
}

TEST(PlaylistPlan, MakesDoWithTheKindThatIsThere) {
  const auto video = TracksOf({CodecId::kH264});
  const auto audio = TracksOf({CodecId::kAac});
  EXPECT_TRUE(Resolve(PlanOf(kAny, kAny), video).renditions.at(0).audio.empty());
  EXPECT_FALSE(Resolve(PlanOf(kAny, kAny), audio).renditions.at(0).video);
  EXPECT_TRUE(Resolve(PlanOf(kAny, {}), audio).renditions.empty());
  EXPECT_TRUE(Resolve(PlanOf({}, {}), audio).renditions.empty());
}

}  // namespace
}  // namespace weir::media
