#include <gtest/gtest.h>

#include "protocols/hls/packager.h"
#include "unit/protocols/hls/packager_recorder.h"
#include "unit/protocols/hls/packager_stream.h"

namespace weir::hls {
namespace {

using testing::FramePtr;
using testing::FramesOf;
using testing::IndexOfMark;
using testing::kAudio;
using testing::kVideo;
using testing::Play;
using testing::PlayAll;
using testing::Recorder;
using testing::Shape;
using testing::TracksOf;

void ExpectSame(const ResourcePtr& one, const ResourcePtr& other) {
  ASSERT_EQ(one == nullptr, other == nullptr);
  if (!one) return;
  EXPECT_EQ(one->bytes.text(), other->bytes.text());
  EXPECT_EQ(one->gzip.text(), other->gzip.text());
  EXPECT_EQ(one->etag, other->etag);
}

void ExpectSame(const ChunklistPtr& one, const ChunklistPtr& other) {
  for (const m3u8::Skip skip :
       {m3u8::Skip::kNothing, m3u8::Skip::kSegments, m3u8::Skip::kDateRanges}) {
    ExpectSame(one->Get(skip), other->Get(skip));
  }
}

/// Everything `late` has is the same as in `early`, playlists from segment `from` on.
void ExpectAgreement(const Recorder& early, const Recorder& late, int64_t from) {
  for (const auto& [key, part] : late.parts) {
    const auto twin = early.parts.find(key);
    ASSERT_NE(twin, early.parts.end());
    ExpectSame(part.media, twin->second.media);
    if (part.number >= from) ExpectSame(part.playlist, twin->second.playlist);
  }
  for (const auto& [key, segment] : late.segments) {
    const auto twin = early.segments.find(key);
    ASSERT_NE(twin, early.segments.end());
    EXPECT_EQ(segment.parts, twin->second.parts);
    ExpectSame(segment.media, twin->second.media);
    if (segment.number < from) continue;
    ExpectSame(segment.playlist, twin->second.playlist);
    ExpectSame(segment.legacy, twin->second.legacy);
  }
}

class PackagerPurity : public ::testing::TestWithParam<Shape> {};

TEST_P(PackagerPurity, GivesTheSameBytesWhereverOneJoins) {
  const Shape& shape = GetParam();
  const auto tracks = TracksOf(shape);
  const auto frames = FramesOf(shape, 60);
  Recorder whole;
  Packager first({.path = "default/app/stream"}, whole);
  first.OnTracks(tracks);
  PlayAll(frames, first);
  for (const int64_t join : {1, 2, 5}) {
    Recorder joined;
    Packager second({.path = "default/app/stream"}, joined);
    second.OnTracks(tracks);
    Play(frames, shape.first_number + join, second);
    ExpectSame(joined.runs.at(0).multivariants->at("llhls").usual,
               whole.runs.at(0).multivariants->at("llhls").usual);
    ExpectSame(joined.runs.at(0).inits.at(0).second, whole.runs.at(0).inits.at(0).second);
    ASSERT_GT(joined.segments.size(), static_cast<size_t>(shape.segment_count));
    // The second has a whole playlist once as many segments were closed as it lists.
    ExpectAgreement(whole, joined, shape.first_number + join + shape.segment_count);
  }
}

TEST_P(PackagerPurity, BuildsASegmentAgainAfterAReconnection) {
  const Shape& shape = GetParam();
  const auto tracks = TracksOf(shape);
  const auto frames = FramesOf(shape, 30);
  Recorder whole;
  Packager undisturbed({.path = "default/app/stream"}, whole);
  undisturbed.OnTracks(tracks);
  PlayAll(frames, undisturbed);

  Recorder resumed;
  Packager packager({.path = "default/app/stream"}, resumed);
  packager.OnTracks(tracks);
  // The connection breaks everywhere in a segment once, and comes back two segments earlier.
  std::mt19937 random(shape.seed);
  size_t at = 0;
  while (at < frames.size()) {
    const size_t until = std::min(frames.size(), at + 400 + random() % 800);
    for (; at < until; ++at)
      packager.OnFrame(frames[at]);
    if (at == frames.size()) break;
    if (random() % 2 == 0) packager.OnGap();
    packager.OnTracks(random() % 2 == 0 ? tracks : std::make_shared<media::TrackList>(*tracks));
    const media::TrackId leader = frames.front()->track;
    int64_t number = 0;
    for (size_t i = 0; i < at; ++i)
      if (frames[i]->track == leader && frames[i]->mark) number = frames[i]->mark->number;
    at = IndexOfMark(frames, leader,
                     std::max(shape.first_number, number - 1 - static_cast<int64_t>(random() % 2)));
  }
  EXPECT_FALSE(resumed.repeated);
  EXPECT_EQ(packager.stats().parts_unlike, 0U);
  EXPECT_EQ(packager.stats().segments_lost, 0U);
  EXPECT_EQ(resumed.runs.size(), 1U);
  EXPECT_EQ(resumed.parts.size(), whole.parts.size());
  EXPECT_EQ(resumed.closed, whole.closed);
  ExpectAgreement(whole, resumed, 0);
}

TEST_P(PackagerPurity, DropsWhatComesBeforeTheFirstMark) {
  const Shape& shape = GetParam();
  const auto frames = FramesOf(shape, 20);
  Recorder recorder;
  Packager packager({.path = "default/app/stream"}, recorder);
  packager.OnTracks(TracksOf(shape));
  const size_t from = IndexOfMark(frames, frames.front()->track, shape.first_number) + 1;
  for (size_t i = from; i < frames.size(); ++i)
    packager.OnFrame(frames[i]);
  for (const auto& [track, number, part] : recorder.order)
    EXPECT_TRUE(track != frames.front()->track || number > shape.first_number);
  EXPECT_GT(packager.stats().frames_dropped, 0U);
}

INSTANTIATE_TEST_SUITE_P(
    Streams, PackagerPurity,
    ::testing::Values(Shape{},
                      Shape{.rate = 24'000, .gop = 24, .b_frames = 3, .segment_seconds = 3},
                      Shape{.seed = 3, .jitter = 0.4}, Shape{.seed = 4, .holes = 0.3},
                      Shape{.sample_rate = 44'100, .video = false}, Shape{.audio = false},
                      Shape{.rate = 25, .scale = 1, .gop = 100, .b_frames = 0},
                      Shape{.seed = 6, .segment_count = 20}));

TEST(PackagedPart, ComesWithThePlaylistThatEndsWithIt) {
  const Shape shape;
  Recorder recorder;
  Packager packager({.path = "default/app/stream"}, recorder);
  packager.OnTracks(TracksOf(shape));
  PlayAll(FramesOf(shape, 10), packager);
  const PartAdded& part = recorder.parts.at({kVideo, shape.first_number + 1, 1});
  const Resource& playlist = *part.playlist->Get(m3u8::Skip::kNothing);
  const std::string_view text = playlist.bytes.text();
  EXPECT_NE(text.find("\"part_0_1001_1_video_0123456789abcdef_llhls.m4s\"\n#EXT-X-PRELOAD-HINT:"
                      "TYPE=PART,URI=\"part_0_1001_2_video_0123456789abcdef_llhls.m4s\"\n"),
            std::string_view::npos);
  EXPECT_FALSE(playlist.gzip.empty());
  EXPECT_LT(playlist.gzip.size(), playlist.bytes.size());
  EXPECT_EQ(playlist.content_type, "application/vnd.apple.mpegurl");
  EXPECT_EQ(part.media->content_type, "video/mp4");
  EXPECT_EQ(recorder.parts.at({kAudio, shape.first_number, 0}).media->content_type, "audio/mp4");
}

}  // namespace
}  // namespace weir::hls
