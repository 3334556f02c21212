#include <cmath>

#include <gtest/gtest.h>

#include "ingest_harness.h"

namespace weir::stream {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::ExpectSound;
using test::IngestHarness;
using test::kPath;
using test::kStart;
using test::MakeWire;
using test::Retimed;
using test::Shared;
using test::TracksOf;
using test::WireFrame;
using test::WireSpec;
using Kind = weir::test::RecordingSink::Call::Kind;

struct Shape {
  int64_t fps_num;
  int64_t fps_den;
  int gop;
  int segment_ms;
  int64_t target_s;
  int frames;  ///< In each segment.
};

class EveryShape : public ::testing::TestWithParam<Shape> {};

TEST_P(EveryShape, IsCutAtKeyFramesIntoSegmentsOfAConstantTarget) {
  const Shape shape = GetParam();
  IngestHarness harness({.segment_duration = milliseconds(shape.segment_ms)});
  harness.Publish({.fps_num = shape.fps_num,
                   .fps_den = shape.fps_den,
                   .gop = shape.gop,
                   .b_frames = true,
                   .seconds = 120});
  ExpectSound(harness);
  EXPECT_EQ(harness.run().target_duration.count(), shape.target_s);
  EXPECT_EQ(harness.run().segment_duration, milliseconds(shape.segment_ms));
  const auto video = harness.sink().frames(0);
  int64_t number = harness.run().first_number;
  for (size_t i = 0; i < video.size(); ++i) {
    ASSERT_EQ(video[i]->mark.has_value(), i % static_cast<size_t>(shape.frames) == 0) << i;
    if (!video[i]->mark) continue;
    EXPECT_TRUE(video[i]->key);
    EXPECT_EQ(video[i]->mark->number, number++);
  }
  EXPECT_EQ(harness.stats().marks_forced, 0U);
}

TEST(TimelineRun, HasThePlaylistsThatHaveTracks) {
  const media::TrackChoice any{.wanted = true, .index = {}};
  const media::TrackChoice second{.wanted = true, .index = 1};
  IngestHarness harness(
      {.part_hold_back = seconds(2),
       .preload_hint = false,
       .playlists = {{.name = "a",
                      .file_name = "abr",
                      .renditions = {{.name = "x", .video = any, .audio = any},
                                     {.name = "y", .video = second, .audio = any}}},
                     {.name = "b",
                      .file_name = "none",
                      .renditions = {{.name = "y", .video = second, .audio = any}}}}});
  harness.Publish({.fps_num = 30, .fps_den = 1, .gop = 60, .b_frames = false, .seconds = 10});
  const auto& playlists = harness.sink().track_lists().at(0)->playlists;
  ASSERT_EQ(playlists.size(), 1U);
  EXPECT_EQ(playlists[0].file_name, "abr");
  ASSERT_EQ(playlists[0].renditions.size(), 1U);
  EXPECT_EQ(playlists[0].renditions[0].video, 0U);
  EXPECT_EQ(harness.run().part_hold_back, seconds(2));
  EXPECT_FALSE(harness.run().preload_hint);
}

INSTANTIATE_TEST_SUITE_P(
    Of, EveryShape,
    ::testing::Values(Shape{30, 1, 60, 6000, 6, 180}, Shape{30'000, 1001, 60, 6000, 6, 180},
                      Shape{30, 1, 75, 6000, 8, 225}, Shape{25, 1, 250, 6000, 10, 250},
                      Shape{30, 1, 30, 1000, 1, 30}, Shape{60, 1, 15, 1000, 1, 60},
                      Shape{24'000, 1001, 48, 4000, 4, 96}, Shape{50, 1, 70, 4000, 4, 210},
                      Shape{30, 1, 192, 6000, 7, 192}));

TEST(Timeline, FirstNumberIsTheClockInSegments) {
  IngestHarness harness({.segment_duration = seconds(4)});
  harness.Publish({});
  EXPECT_EQ(harness.run().first_number, kStart.time_since_epoch() / seconds(4));
  EXPECT_EQ(harness.run().discontinuity_sequence, 0);
  EXPECT_EQ(harness.run().id, "0000000000000abd");
  EXPECT_EQ(harness.run().segment_count, 10);
}

TEST(Timeline, ANewPublicationGoesOnAfterTheLastEvenIfTheClockWentBack) {
  IngestHarness harness({.segment_duration = seconds(1)});
  harness.Publish({.gop = 30});
  const int64_t last = harness.Marked(0).back()->mark->number;
  harness.clock_shift = -std::chrono::hours(1);
  harness.Begin();
  harness.Publish({.gop = 30});
  EXPECT_EQ(harness.run().first_number, last + 1);
  EXPECT_EQ(harness.run().discontinuity_sequence, 1);
}

TEST(Timeline, SoundFollowsWithItsFirstFrameAtOrAfterTheVideoMark) {
  IngestHarness harness({.segment_duration = seconds(2)});
  harness.Publish({.fps_num = 30'000, .fps_den = 1001, .b_frames = true, .seconds = 60});
  ExpectSound(harness);
  const auto video = harness.Marked(0);
  const auto marks = harness.Marked(1);
  ASSERT_GE(marks.size(), 28U);
  const auto audio = harness.sink().frames(1);
  for (size_t i = 0; i < marks.size(); ++i) {
    EXPECT_EQ(marks[i]->mark->number, video[i]->mark->number);
    EXPECT_GE(marks[i]->dts, video[i]->pts);
    if (i == 0) continue;
    const auto at = std::find(audio.begin(), audio.end(), marks[i]);
    EXPECT_LT((*std::prev(at))->dts, video[i]->pts);
  }
}

TEST(Timeline, SoundThatStartsWithThePictureIsOfTheSameSegment) {
  // 8 s are 200 frames of picture and 375 of sound.
  IngestHarness harness({.segment_duration = seconds(8)});
  harness.Publish({.fps_num = 25, .gop = 200, .seconds = 60});
  const auto video = harness.Marked(0);
  const auto audio = harness.Marked(1);
  ASSERT_EQ(video.size(), audio.size());
  for (size_t i = 0; i < video.size(); ++i)
    EXPECT_EQ(audio[i]->dts, video[i]->pts);
}

TEST(Timeline, TracksComeRightBeforeTheFirstMarkedFrame) {
  IngestHarness harness;
  harness.Publish({});
  ASSERT_GE(harness.sink().calls().size(), 2U);
  EXPECT_EQ(harness.sink().calls()[0].kind, Kind::kTracks);
  EXPECT_TRUE(harness.sink().calls()[1].frame->mark);
  EXPECT_EQ(harness.sink().end(), media::EndReason::kFinished);
}

TEST(Timeline, PartTargetsAreWholeFramesThatReachTheirLength) {
  for (const auto& [num, den, part_ms, ticks, audio_frames] :
       {std::tuple{30'000, 1001, 500, 3003 * 15, 24},
        {30, 1, 500, 45'000, 24},
        {24'000, 1001, 500, 45'045, 24},
        {24'000, 1001, 540, 48'799, 26},
        {30, 1, 200, 18'000, 10},
        {30, 1, 10, 3000, 1},
        {25, 1, 210, 21'600, 10}}) {
    IngestHarness harness({.part_duration = milliseconds(part_ms)});
    harness.Publish({.fps_num = num, .fps_den = den});
    const media::TrackList& list = *harness.sink().track_lists()[0];
    EXPECT_EQ(list.tracks[0].part_target, FromTicks<90'000>(ticks)) << num << " " << part_ms;
    EXPECT_EQ(list.tracks[1].part_target, FromTicks<48'000>(1024 * audio_frames)) << part_ms;
  }
}

TEST(Timeline, PartTargetsLeaveNoStubOfASegmentOfSound) {
  for (const uint32_t rate : {22'050U, 32'000U, 44'100U, 48'000U}) {
    for (const auto& [part_ms, segment] : {std::tuple{200, 2}, {500, 2}, {200, 6}, {500, 6}}) {
      IngestHarness harness(
          {.segment_duration = seconds(segment), .part_duration = milliseconds(part_ms)});
      harness.Publish({.sample_rate = rate, .seconds = 5.0 * segment});
      const MediaTime target = harness.sink().track_lists()[0]->tracks[1].part_target;
      const auto marks = harness.Marked(1);
      ASSERT_GE(marks.size(), 4U);
      for (size_t i = 1; i < marks.size(); ++i) {
        const MediaTime length = marks[i]->dts - marks[i - 1]->dts;
        EXPECT_LE((length + target - MediaTime(1)) / target, 1000 * segment / part_ms)
            << rate << " " << part_ms << " " << segment;
      }
    }
  }
}

TEST(Timeline, AKeyFrameThatComesLateIsNotWaitedForLongerThanTheTarget) {
  const WireSpec spec{.seconds = 80};
  std::vector<WireFrame> wire = MakeWire(spec);
  for (WireFrame& each : wire) {
    if (each.frame->track != 0 || each.at < 20 || each.at > 50) continue;
    media::Frame frame = *each.frame;
    frame.key = false;
    each.frame = std::make_shared<const media::Frame>(std::move(frame));
  }
  IngestHarness harness({.segment_duration = seconds(2)});
  harness.pipeline().OnTracks(Shared(TracksOf(spec)));
  harness.Feed(wire);
  ExpectSound(harness);
  EXPECT_EQ(harness.run().target_duration, seconds(2));
  EXPECT_GT(harness.stats().marks_forced, 8U);
  for (const media::TrackId track : {0U, 1U}) {
    const auto marked = harness.Marked(track);
    for (size_t i = 1; i < marked.size(); ++i) {
      const MediaTime length = marked[i]->dts - marked[i - 1]->dts;
      EXPECT_LT(length, milliseconds(2500));
      EXPECT_GT(length, milliseconds(1900));
      EXPECT_EQ(marked[i]->mark->number, marked[i - 1]->mark->number + 1);
    }
  }
  EXPECT_TRUE(harness.Marked(0).back()->key) << "and key frames are used again";
}

TEST(Timeline, WithoutAnyKeyFrameNothingIsPlayedAndNothingKept) {
  const WireSpec spec{.gop = 0, .seconds = 100};
  IngestHarness harness;
  harness.Publish(spec);
  EXPECT_EQ(harness.sink().calls().size(), 1U);
  EXPECT_EQ(harness.stats().frames_unplayable, harness.stats().frames_in);
}

TEST(Timeline, ASingleKeyFrameIsEnoughToBegin) {
  IngestHarness harness({.segment_duration = seconds(2)});
  harness.Publish({.gop = 1'000'000, .seconds = 60});
  ExpectSound(harness);
  EXPECT_EQ(harness.sink().frames(0).size(), 1800U);
  EXPECT_EQ(harness.run().target_duration, seconds(2));
  EXPECT_GE(harness.stats().marks_forced, 24U);
}

TEST(Timeline, FramesBeforeTheFirstKeyFrameAreDropped) {
  const WireSpec spec{.seconds = 20};
  std::vector<WireFrame> wire = MakeWire(spec);
  wire.erase(wire.begin(), wire.begin() + 20);
  IngestHarness harness;
  harness.pipeline().OnTracks(Shared(TracksOf(spec)));
  harness.Feed(wire);
  ExpectSound(harness);
  EXPECT_TRUE(harness.sink().frames(0).front()->key);
  EXPECT_EQ(harness.sink().frames(0).front()->dts, MediaTime(0));
  EXPECT_GT(harness.stats().frames_unplayable, 40U);
}

TEST(Timeline, SoundAloneIsMarkedBySound) {
  IngestHarness harness({.segment_duration = seconds(2)});
  harness.Publish({.video = false, .seconds = 60});
  ExpectSound(harness);
  const auto marked = harness.Marked(1);
  ASSERT_EQ(marked.size(), 30U);
  for (size_t i = 1; i < marked.size(); ++i) {
    const MediaTime length = marked[i]->dts - marked[i - 1]->dts;
    EXPECT_LE(abs(length - seconds(2)), FromTicks<48'000>(1024));
    EXPECT_EQ(marked[i]->mark->number, marked[i - 1]->mark->number + 1);
  }
  EXPECT_EQ(harness.run().target_duration, seconds(2));
}

TEST(Timeline, PictureAloneIsFine) {
  IngestHarness harness({.segment_duration = seconds(2)});
  harness.Publish({.audio = false, .seconds = 60});
  ExpectSound(harness);
  EXPECT_EQ(harness.Marked(0).size(), 30U);
}

TEST(Timeline, TwoOfThemFedTheSameAgree) {
  const WireSpec spec{.fps_num = 30'000,
                      .fps_den = 1001,
                      .b_frames = true,
                      .seconds = 90,
                      .start_ms = 777,
                      .jitter_ms = 2};
  IngestHarness first({.segment_duration = seconds(2)});
  IngestHarness second({.segment_duration = seconds(2)});
  first.Publish(spec);
  second.Publish(spec);
  const auto& calls = first.sink().calls();
  ASSERT_EQ(calls.size(), second.sink().calls().size());
  for (size_t i = 0; i < calls.size(); ++i) {
    const auto& other = second.sink().calls()[i];
    ASSERT_EQ(calls[i].kind, other.kind);
    if (calls[i].tracks) {
      EXPECT_EQ(calls[i].tracks->run->id, other.tracks->run->id);
      EXPECT_EQ(calls[i].tracks->run->first_number, other.tracks->run->first_number);
    }
    if (!calls[i].frame) continue;
    ASSERT_EQ(calls[i].frame->dts, other.frame->dts);
    ASSERT_EQ(calls[i].frame->pts, other.frame->pts);
    ASSERT_EQ(calls[i].frame->mark.has_value(), other.frame->mark.has_value());
    if (!calls[i].frame->mark) continue;
    EXPECT_EQ(calls[i].frame->mark->number, other.frame->mark->number);
    EXPECT_EQ(calls[i].frame->mark->utc, other.frame->mark->utc);
  }
}

TEST(Timeline, WhenPicturesStallSoundGoesOnToTheEndOfASegment) {
  const WireSpec spec{.seconds = 60};
  std::vector<WireFrame> wire = MakeWire(spec);
  std::erase_if(wire, [](const WireFrame& each) {
    return each.frame->track == 0 && each.at > 20.5 && each.at < 40.2;
  });
  IngestHarness harness({.segment_duration = seconds(2)});
  harness.pipeline().OnTracks(Shared(TracksOf(spec)));
  harness.Feed(wire);
  ExpectSound(harness);
  MediaTime segment{0};
  for (const auto& frame : harness.sink().frames(1)) {
    if (frame->mark) segment = frame->dts;
    ASSERT_LT(frame->dts + frame->duration - segment, milliseconds(2500));
  }
  EXPECT_GT(harness.stats().frames_untimely, 600U);
  EXPECT_EQ(harness.stats().jumps, 0U);
  const auto video = harness.sink().frames(0);
  EXPECT_NEAR(ToSeconds(video.back()->dts), 59.97, 0.05) << "in its old relation to the sound";
  const auto audio = harness.Marked(1);
  EXPECT_EQ(audio.back()->mark->number, harness.Marked(0).back()->mark->number);
}

TEST(Timeline, WhenSoundStallsItComesBackInTheSegmentThatIsOpen) {
  const WireSpec spec{.seconds = 60};
  std::vector<WireFrame> wire = MakeWire(spec);
  std::erase_if(wire, [](const WireFrame& each) {
    return each.frame->track == 1 && each.at > 20.5 && each.at < 41.0;
  });
  IngestHarness harness({.segment_duration = seconds(2)});
  harness.pipeline().OnTracks(Shared(TracksOf(spec)));
  harness.Feed(wire);
  ExpectSound(harness);
  const auto video = harness.Marked(0);
  for (const auto& audio : harness.Marked(1)) {
    const auto its = std::find_if(video.begin(), video.end(), [&](const auto& frame) {
      return frame->mark->number == audio->mark->number;
    });
    ASSERT_NE(its, video.end());
    EXPECT_LT(audio->dts - (*its)->dts, milliseconds(1100));
  }
}

// --- Wall clock ---

TEST(Timeline, MarksBearTheWallClockOfTheirFrames) {
  IngestHarness harness({.segment_duration = seconds(2)});
  harness.Publish({.b_frames = true, .seconds = 60});
  for (const media::TrackId track : {0U, 1U}) {
    for (const auto& frame : harness.Marked(track)) {
      const double at = std::chrono::duration<double>(frame->mark->utc - kStart).count();
      EXPECT_NEAR(at, ToSeconds(frame->pts), 0.035) << "the first frame arrives as it is decoded";
    }
  }
}

TEST(Timeline, WhatIsRelayedBearsTheWallClockOfItsFirstOrigin) {
  IngestHarness harness;
  harness.pipeline().OnTracks(Shared(TracksOf({})));
  for (const WireFrame& wire : MakeWire({.seconds = 30})) {
    auto frame = std::make_shared<media::Frame>(*wire.frame);
    const auto age = std::chrono::duration_cast<std::chrono::microseconds>(frame->pts);
    frame->mark = media::SegmentMark{.utc = kStart - seconds(40) + age};
    harness.pipeline().OnFrame(std::move(frame));  // all of it in one moment
  }
  const auto marked = harness.Marked(0);
  ASSERT_GE(marked.size(), 3U);
  for (const auto& frame : marked) {
    const auto expected = kStart - seconds(40) + (frame->pts - marked[0]->pts);
    EXPECT_LT(std::chrono::abs(frame->mark->utc - expected), milliseconds(100));
  }
}

TEST(Timeline, DriftOfTheEncodersClockIsFollowedWithoutASteps) {
  // 100 ppm slow: 1.08 s behind after three hours.
  const WireSpec spec{.fps_num = 5, .gop = 10, .audio = false, .seconds = 3 * 3600};
  IngestHarness harness({.segment_duration = seconds(2)});
  harness.pipeline().OnTracks(Shared(TracksOf(spec)));
  for (WireFrame each : MakeWire(spec)) {
    each.at *= 1.0001;
    harness.Feed(each);
  }
  const auto marked = harness.Marked(0);
  for (size_t i = 1; i < marked.size(); ++i) {
    const auto utc = std::chrono::duration<double>(marked[i]->mark->utc - marked[i - 1]->mark->utc);
    ASSERT_NEAR(utc.count(), 2.0, 0.0011);
    const auto off = std::chrono::duration<double>(marked[i]->mark->utc - kStart).count() -
                     ToSeconds(marked[i]->pts) * 1.0001;
    ASSERT_NEAR(off, 0, 0.005);
  }
}

TEST(Timeline, ASilenceThatWasLeftOutIsMadeUpForInTheWallClock) {
  const WireSpec spec{.seconds = 60};
  std::vector<WireFrame> wire = MakeWire(spec);
  std::erase_if(wire, [](const WireFrame& each) { return each.at > 20 && each.at < 40; });
  IngestHarness harness({.segment_duration = seconds(2)});
  harness.pipeline().OnTracks(Shared(TracksOf(spec)));
  harness.Feed(wire);
  ExpectSound(harness);
  EXPECT_EQ(harness.stats().jumps, 1U);
  const auto last = harness.Marked(0).back();
  EXPECT_NEAR(std::chrono::duration<double>(last->mark->utc - kStart).count(), 58, 0.05);
}

// --- New tracks in a running stream ---

media::TrackList WithConfig(const WireSpec& spec, media::TrackId id, const std::string& config) {
  media::TrackList list = TracksOf(spec);
  for (media::Track& track : list.tracks)
    if (track.id == id) track.config = SharedBytes(config);
  return list;
}

TEST(Timeline, AChangeOfPictureOpensARunAtTheNextKeyFrame) {
  const WireSpec spec{.seconds = 40};
  IngestHarness harness({.segment_duration = seconds(2)});
  harness.pipeline().OnTracks(Shared(TracksOf(spec)));
  bool changed = false;
  size_t before = 0;
  for (const WireFrame& each : MakeWire(spec)) {
    if (!changed && each.at > 20.5) {
      changed = true;
      before = harness.sink().frames(1).size();
      harness.pipeline().OnTracks(Shared(WithConfig(spec, 0, "other")));
    }
    harness.Feed(each);
  }
  ExpectSound(harness);
  ASSERT_EQ(harness.sink().track_lists().size(), 2U);
  const media::Run& first = harness.run(0);
  const media::Run& second = harness.run(1);
  EXPECT_EQ(second.discontinuity_sequence, first.discontinuity_sequence + 1);
  EXPECT_NE(second.id, first.id);
  const auto& calls = harness.sink().calls();
  size_t at = 1;
  while (!calls[at].tracks)
    ++at;
  ASSERT_TRUE(calls[at + 1].frame);
  EXPECT_EQ(calls[at + 1].frame->track, 0U);
  EXPECT_TRUE(calls[at + 1].frame->key);
  EXPECT_EQ(calls[at + 1].frame->mark->number, second.first_number);
  EXPECT_EQ(calls[at + 1].frame->dts, seconds(22)) << "time goes on";
  EXPECT_EQ(calls[at].tracks->tracks[0].frame_duration, FromTicks<90'000>(3000));
  size_t audio_before_run = 0;
  for (size_t i = 0; i < at; ++i)
    if (calls[i].frame && calls[i].frame->track == 1) ++audio_before_run;
  EXPECT_GT(audio_before_run, before + 60) << "sound goes on in the old run";
}

TEST(Timeline, SoundThatChangesIsDroppedUntilItsRunOpens) {
  const WireSpec spec{.seconds = 40};
  IngestHarness harness({.segment_duration = seconds(2)});
  harness.pipeline().OnTracks(Shared(TracksOf(spec)));
  bool changed = false;
  for (const WireFrame& each : MakeWire(spec)) {
    if (!changed && each.at > 20.5) {
      changed = true;
      harness.pipeline().OnTracks(Shared(WithConfig(spec, 1, "other")));
    }
    harness.Feed(each);
  }
  ExpectSound(harness);
  ASSERT_EQ(harness.sink().track_lists().size(), 2U);
  for (const auto& frame : harness.sink().frames(1))
    EXPECT_FALSE(frame->dts > milliseconds(20'500) && frame->dts < seconds(22));
  EXPECT_EQ(harness.sink().frames(0).size(), 1200U);
}

TEST(Timeline, TheSameTracksAgainChangeNothing) {
  const WireSpec spec{.seconds = 20};
  IngestHarness harness;
  for (const WireFrame& each : MakeWire(spec)) {
    harness.pipeline().OnTracks(Shared(TracksOf(spec)));
    harness.Feed(each);
  }
  EXPECT_EQ(harness.stats().runs, 1U);
  EXPECT_EQ(harness.sink().frames(0).size(), 600U);
}

TEST(Timeline, SoundThatJoinsLateMakesARunOfItsOwn) {
  const WireSpec spec{.seconds = 40};
  WireSpec silent = spec;
  silent.audio = false;
  IngestHarness harness({.segment_duration = seconds(2)});
  harness.pipeline().OnTracks(Shared(TracksOf(silent)));
  bool joined = false;
  for (const WireFrame& each : MakeWire(spec)) {
    if (each.at < 20 && each.frame->track == 1) continue;
    if (!joined && each.at >= 20) {
      joined = true;
      harness.pipeline().OnTracks(Shared(TracksOf(spec)));
    }
    harness.Feed(each);
  }
  ExpectSound(harness);
  EXPECT_EQ(harness.stats().runs, 2U);
  EXPECT_EQ(harness.sink().track_lists()[1]->tracks.size(), 2U);
  EXPECT_GT(harness.sink().frames(1).size(), 800U);
}

TEST(Timeline, SoundAnnouncedRightAfterThePictureIsInTheFirstRun) {
  const WireSpec spec{.seconds = 20};
  WireSpec silent = spec;
  silent.audio = false;
  IngestHarness harness;
  const auto wire = MakeWire(spec);
  harness.pipeline().OnTracks(Shared(TracksOf(silent)));
  harness.Feed(wire[0]);
  harness.pipeline().OnTracks(Shared(TracksOf(spec)));
  harness.Feed({wire.begin() + 1, wire.end()});
  ExpectSound(harness);
  EXPECT_EQ(harness.stats().runs, 1U);
  EXPECT_EQ(harness.sink().frames(0).size(), 600U);
}

TEST(Timeline, WhenThePictureGoesForGoodSoundGoesOnAlone) {
  const WireSpec spec{.seconds = 40};
  WireSpec blind = spec;
  blind.video = false;
  IngestHarness harness({.segment_duration = seconds(2)});
  harness.pipeline().OnTracks(Shared(TracksOf(spec)));
  bool gone = false;
  for (const WireFrame& each : MakeWire(spec)) {
    if (each.at > 20 && each.frame->track == 0) continue;
    if (!gone && each.at > 20) {
      gone = true;
      harness.pipeline().OnTracks(Shared(TracksOf(blind)));
    }
    harness.Feed(each);
  }
  ExpectSound(harness);
  EXPECT_EQ(harness.stats().runs, 2U);
  EXPECT_EQ(harness.Marked(1).back()->mark->number, harness.run(1).first_number + 9);
}

TEST(Timeline, APictureThatComesBackNeverGoesBackInTime) {
  const WireSpec spec{.seconds = 20, .start_ms = 50'000};
  WireSpec blind = spec;
  blind.video = false;
  IngestHarness harness({.segment_duration = seconds(2)});
  double at = 0;
  for (const WireSpec& each : {spec, blind, spec}) {
    harness.pipeline().OnTracks(Shared({}));  // And nothing in between.
    harness.pipeline().OnTracks(Shared(TracksOf(each)));
    for (WireFrame frame : MakeWire(each)) {
      frame.at += at;
      harness.Feed(frame);
    }
    at += 20;
  }
  ExpectSound(harness);
  EXPECT_EQ(harness.stats().runs, 3U);
  EXPECT_GT(harness.sink().frames(0).size(), 1100U);
  EXPECT_GT(harness.sink().frames(1).size(), 2600U);
}

TEST(Timeline, AnotherFrameRateIsNoticedAndOpensARun) {
  WireSpec slow{.fps_num = 30, .seconds = 20};
  WireSpec fast{.fps_num = 60, .gop = 120, .seconds = 40, .start_ms = 20'000};
  IngestHarness harness({.segment_duration = seconds(2)});
  harness.pipeline().OnTracks(Shared(TracksOf(slow)));
  harness.Feed(MakeWire(slow));
  for (WireFrame each : MakeWire(fast)) {
    each.at += 20;
    harness.Feed(each);
  }
  ExpectSound(harness);
  ASSERT_EQ(harness.stats().runs, 2U);
  EXPECT_EQ(harness.stats().jumps, 0U);
  EXPECT_EQ(harness.sink().track_lists()[1]->tracks[0].frame_duration, FromTicks<90'000>(1500));
  const auto video = harness.sink().frames(0);
  EXPECT_EQ(video.back()->dts - video[video.size() - 2]->dts, FromTicks<90'000>(1500));
  EXPECT_NEAR(ToSeconds(video.back()->dts), 60, 0.05);
  EXPECT_NEAR(ToSeconds(harness.sink().frames(1).back()->dts), 60, 0.05);
}

TEST(Timeline, AGapWaitsForTheNextKeyFrame) {
  const WireSpec spec{.seconds = 30};
  IngestHarness harness({.segment_duration = seconds(2)});
  harness.pipeline().OnTracks(Shared(TracksOf(spec)));
  bool gap = false;
  for (const WireFrame& each : MakeWire(spec)) {
    if (!gap && each.at > 20.5) {
      gap = true;
      harness.pipeline().OnGap();
    }
    harness.Feed(each);
  }
  ExpectSound(harness);
  for (const auto& frame : harness.sink().frames(0))
    EXPECT_FALSE(frame->dts > milliseconds(20'550) && frame->dts < seconds(22));
  EXPECT_EQ(harness.stats().runs, 1U);
}

}  // namespace
}  // namespace weir::stream
