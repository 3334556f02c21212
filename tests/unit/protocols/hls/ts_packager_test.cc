#include "protocols/hls/ts_packager.h"

#include <optional>
#include <set>

#include <gtest/gtest.h>

#include "packager_recorder.h"
#include "packager_stream.h"
#include "protocols/hls/packager.h"
#include "support/manual_executor.h"
#include "support/sample_media.h"
#include "support/ts_packets.h"

namespace weir::hls {
namespace {

using testing::FramesOf;
using testing::Lines;
using testing::Recorder;
using testing::Shape;
using testing::TracksPtr;

constexpr media::TrackId kVideoTs = testing::kVideo | kTsRendition;
constexpr const char* kPath = "default/app/stream";

/// Tracks whose configurations can be carried. Payloads need not be: nobody decodes them.
TracksPtr CarriedTracks(const Shape& shape) {
  media::TrackList list = *testing::TracksOf(shape);
  for (media::Track& track : list.tracks) {
    track.config = track.kind() == media::MediaKind::kVideo
                       ? sample::Bytes(sample::kAvcConfig720p)
                       : sample::Bytes(sample::kAacConfig48000Surround);
  }
  return std::make_shared<const media::TrackList>(std::move(list));
}

/// A packager with MPEG-TS behind it, and what both publish.
struct Chain {
  Chain() : ts(kPath, home, worker, recorder), packager({.path = kPath}, ts) {}

  void Play(const Shape& shape, double seconds, int64_t from = 0) {
    packager.OnTracks(CarriedTracks(shape));
    testing::Play(FramesOf(shape, seconds), from, packager);
  }

  std::string Playlist() const {
    const auto found = recorder.legacy.find(kVideoTs);
    return found == recorder.legacy.end() ? "" : std::string(found->second->bytes.text());
  }

  Result<ResourcePtr> Make(int64_t number, const std::string& run = Shape().run) {
    std::optional<Result<ResourcePtr>> result;
    ts.OnDemand({.type = Demand::Type::kTsSegment, .track = kVideoTs, .run = run, .number = number},
                [&](Result<ResourcePtr> made) { result = std::move(made); });
    worker.RunAll();
    home.RunAll();
    EXPECT_TRUE(result.has_value());
    return result.value_or(Fail(ErrorCode::kUnavailable, "no answer"));
  }

  test::ManualExecutor home;
  test::ManualExecutor worker;
  Recorder recorder;
  TsPackager ts;
  Packager packager;
};

TEST(TsPackager, ListsTheSegmentsOfTheVideoWithTheirNumbersLengthsAndDates) {
  Chain chain;
  chain.Play(Shape(), 13);
  const std::string text = chain.Playlist();
  const std::string fmp4(chain.recorder.legacy.at(testing::kVideo)->bytes.text());
  EXPECT_EQ(Lines(text, "#EXT-X-VERSION:"), std::vector<std::string>{"3"});
  EXPECT_EQ(Lines(text, "#EXT-X-MAP").size(), 0U);
  for (const char* tag :
       {"#EXT-X-TARGETDURATION:", "#EXT-X-MEDIA-SEQUENCE:", "#EXT-X-DISCONTINUITY-SEQUENCE:",
        "#EXTINF:", "#EXT-X-PROGRAM-DATE-TIME:"}) {
    EXPECT_EQ(Lines(text, tag), Lines(fmp4, tag)) << tag;
  }
  EXPECT_EQ(Lines(text, "seg_").front(), "0_1002_0123456789abcdef_hls.ts");
  const auto multivariant = chain.recorder.runs.at(0).multivariant_ts;
  ASSERT_NE(multivariant, nullptr);
  EXPECT_EQ(Lines(multivariant->bytes.text(), "medialist_").size(), 1U);
}

TEST(TsPackager, MakesASegmentOfBothTracksWhenAsked) {
  Chain chain;
  chain.Play(Shape(), 9);
  EXPECT_EQ(chain.worker.posted(), 0U);
  const auto made = chain.Make(1'001);
  ASSERT_TRUE(made) << made.error().detail;
  EXPECT_EQ((*made)->content_type, "video/mp2t");
  test::TsFile file = test::ReadTs((*made)->bytes.view());
  EXPECT_EQ(file.faults, std::vector<std::string>{});
  EXPECT_EQ(file.pes[0x100].size(), 60U);  // two seconds of 29.97 pictures
  EXPECT_GT(file.pes[0x101].size(), 0U);
  // Once: the second to ask gets the same.
  EXPECT_EQ(*chain.Make(1'001), *made);
  EXPECT_EQ(chain.worker.posted(), 1U);
}

TEST(TsPackager, TimesGoOnOverTheEndsOfSegments) {
  Chain chain;
  chain.Play(Shape{.rate = 25, .scale = 1, .gop = 50}, 9);
  std::optional<int64_t> next;
  for (int64_t number = 1'000; number < 1'003; ++number) {
    const auto made = chain.Make(number);
    ASSERT_TRUE(made);
    const test::TsFile file = test::ReadTs((*made)->bytes.view());
    for (const test::TsPes& pes : file.pes.at(0x100)) {
      EXPECT_EQ(pes.dts, next.value_or(pes.dts));
      next = pes.dts + 3'600;
    }
  }
}

TEST(TsPackager, IsTheSameWhereverItJoins) {
  Shape shape{.jitter = 0.2, .holes = 0.05};
  Chain first;
  first.Play(shape, 21);
  for (const int64_t from : {1'001, 1'003}) {
    Chain later;
    later.Play(shape, 21, from);
    EXPECT_EQ(later.Playlist(), first.Playlist());
    for (int64_t number = 1'005; number < 1'008; ++number) {
      const auto a = first.Make(number);
      const auto b = later.Make(number);
      ASSERT_TRUE(a) << number << a.error().detail;
      ASSERT_TRUE(b) << number << b.error().detail;
      EXPECT_EQ((*a)->bytes.text(), (*b)->bytes.text());
      EXPECT_EQ((*a)->etag, (*b)->etag);
    }
  }
}

TEST(TsPackager, ASegmentThatLacksATrackIsAGap) {
  Chain chain;
  const Shape shape;
  chain.packager.OnTracks(CarriedTracks(shape));
  const auto frames = FramesOf(shape, 13);
  const size_t middle = testing::IndexOfMark(frames, testing::kVideo, 1'003);
  for (size_t i = 0; i < frames.size(); ++i) {
    // The end of segment 1002's sound is lost: all of it is waited for again at 1004.
    if (i == middle) chain.packager.OnGap();
    const bool lost = i >= middle && (!frames[i]->mark || frames[i]->mark->number < 1'004);
    const bool begun = i >= testing::IndexOfMark(frames, frames[i]->track, 1'004);
    if (!lost || begun) chain.packager.OnFrame(frames[i]);
  }
  const std::string text = chain.Playlist();
  EXPECT_GT(Lines(text, "#EXT-X-GAP").size(), 0U);
  EXPECT_EQ(chain.Make(1'003).error().code, ErrorCode::kNotFound);
}

TEST(TsPackager, GoesOnOverARunWithADiscontinuity) {
  Chain chain;
  Shape shape;
  chain.Play(shape, 9);
  shape.run = "fedcba9876543210";
  shape.first_number = 2'000;
  shape.discontinuity_sequence = 4;
  const auto before = chain.recorder.legacy[kVideoTs];
  const int64_t next = chain.recorder.closed.back().second + 1;
  shape.first_number = next + 1;  // the last one was still open, and ends with its run
  chain.Play(shape, 7);
  const std::string text = chain.Playlist();
  EXPECT_EQ(Lines(text, "#EXT-X-DISCONTINUITY").size(), 2U);  // the sequence, and the step
  EXPECT_TRUE(chain.Make(shape.first_number, shape.run));
  EXPECT_FALSE(chain.Make(shape.first_number));
}

TEST(TsPackager, EndsItsPlaylistWhenTheStreamIsConcluded) {
  Chain chain;
  chain.Play(Shape(), 9);
  chain.packager.OnEnd(media::EndReason::kConcluded);
  const std::string text = chain.Playlist();
  EXPECT_EQ(Lines(text, "#EXT-X-ENDLIST").size(), 1U);
  EXPECT_EQ(Lines(text, "seg_").size(),
            Lines(chain.recorder.legacy.at(testing::kVideo)->bytes.text(), "seg_").size());
}

TEST(TsPackager, ForgetsWhatTheVideoForgets) {
  Chain chain;
  chain.Play(Shape(), 40);
  std::set<int64_t> video;
  std::set<int64_t> ts;
  for (const auto& [track, number] : chain.recorder.expired) {
    if (track == testing::kVideo) video.insert(number);
    if (track == kVideoTs) ts.insert(number);
  }
  EXPECT_FALSE(ts.empty());
  EXPECT_EQ(video, ts);
  EXPECT_EQ(chain.Make(*ts.rbegin()).error().code, ErrorCode::kNotFound);
}

TEST(TsPackager, BringsATagOfBothTracksOnce) {
  Chain chain;
  const Shape shape;
  chain.packager.OnTracks(CarriedTracks(shape));
  auto frames = FramesOf(shape, 9);
  for (const media::TrackId track : {testing::kVideo, testing::kAudio}) {
    auto& frame = frames[testing::IndexOfMark(frames, track, 1'001)];
    media::Frame with = *frame;
    with.events = std::make_shared<const media::EventList>(
        media::EventList{{.id = 4, .payload = SharedBytes(std::string("ID3 tag"))}});
    frame = std::make_shared<const media::Frame>(std::move(with));
  }
  testing::PlayAll(frames, chain.packager);
  const auto made = chain.Make(1'001);
  ASSERT_TRUE(made) << made.error().detail;
  test::TsFile file = test::ReadTs((*made)->bytes.view());
  EXPECT_EQ(file.faults, std::vector<std::string>{});
  ASSERT_EQ(file.pes[0x180].size(), 1U);
  EXPECT_EQ(std::string(file.pes[0x180][0].payload.begin(), file.pes[0x180][0].payload.end()),
            "ID3 tag");
  EXPECT_EQ(file.pes[0x180][0].pts, file.pes[0x100][0].pts);
  EXPECT_EQ(test::ReadTs((*chain.Make(1'002))->bytes.view()).stream_types.size(), 2U);
}

TEST(TsPackager, GoesOnWithoutSoundThatHasStopped) {
  Chain chain;
  const Shape shape;
  chain.packager.OnTracks(CarriedTracks(shape));
  const auto frames = FramesOf(shape, 15);
  const size_t silence = testing::IndexOfMark(frames, testing::kAudio, 1'002);
  for (size_t i = 0; i < frames.size(); ++i) {
    if (frames[i]->track == testing::kVideo || i < silence) chain.packager.OnFrame(frames[i]);
  }
  const auto made = chain.Make(1'003);
  ASSERT_TRUE(made);
  const test::TsFile file = test::ReadTs((*made)->bytes.view());
  EXPECT_EQ(file.stream_types.size(), 2U);
  EXPECT_TRUE(file.by_pid.at(0x101).empty());
}

TEST(TsPackager, AddsNothingToAStreamItCannotCarry) {
  Chain chain;
  media::TrackList list = *testing::TracksOf(Shape{.video = false});
  list.tracks[0].codec = media::CodecId::kOpus;
  list.tracks[0].config = sample::Bytes(sample::kOpusHeadStereo);
  chain.packager.OnTracks(std::make_shared<const media::TrackList>(list));
  EXPECT_EQ(chain.recorder.runs.at(0).multivariant_ts, nullptr);
  EXPECT_TRUE(chain.recorder.runs.at(0).ts_renditions.empty());
}

TEST(TsPackager, MayGoWhileItsWorkerIsAtWork) {
  test::ManualExecutor home;
  test::ManualExecutor worker;
  Recorder recorder;
  bool answered = false;
  {
    TsPackager ts(kPath, home, worker, recorder);
    Packager packager({.path = kPath}, ts);
    packager.OnTracks(CarriedTracks(Shape()));
    testing::PlayAll(FramesOf(Shape(), 9), packager);
    ts.OnDemand({.track = kVideoTs, .run = Shape().run, .number = 1'001},
                [&](const Result<ResourcePtr>&) { answered = true; });
  }
  worker.RunAll();
  home.RunAll();
  EXPECT_FALSE(answered);
}

}  // namespace
}  // namespace weir::hls
