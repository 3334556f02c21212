#include <cmath>

#include <gtest/gtest.h>

#include "ingest_harness.h"
#include "stream/ingest/pace.h"

namespace weir::stream {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::ExpectSound;
using test::IngestHarness;
using test::MakeWire;
using test::Shared;
using test::TracksOf;
using test::WireFrame;
using test::WireSpec;

/// When, on the encoder's clock, the first frame came out.
std::optional<double> FirstOut(IngestHarness& harness, const WireSpec& spec) {
  harness.pipeline().OnTracks(Shared(TracksOf(spec)));
  for (const WireFrame& each : MakeWire(spec)) {
    harness.Feed(each);
    if (!harness.sink().calls().empty()) return each.at;
  }
  return std::nullopt;
}

TEST(Probe, HoldsFramesUntilTheSecondKeyFrameAndNotLonger) {
  IngestHarness harness;
  EXPECT_NEAR(*FirstOut(harness, {.gop = 60}), 2.0, 0.001);
  EXPECT_EQ(harness.sink().frames(0).size(), 61U);
}

TEST(Probe, HoldsOnWhereTooFewFramesLeaveThePaceInDoubt) {
  for (const auto& [num, den] : {std::pair<int64_t, int64_t>{30'000, 1001},
                                 {30, 1},
                                 {24'000, 1001},
                                 {24, 1},
                                 {60'000, 1001},
                                 {60, 1}}) {
    const WireSpec spec{.fps_num = num, .fps_den = den, .gop = 6, .seconds = 60};
    IngestHarness harness;
    EXPECT_LE(*FirstOut(harness, spec),
              100.0 * static_cast<double>(den) / static_cast<double>(num));
    harness.Begin();
    harness.Publish(spec);
    EXPECT_EQ(harness.stats().runs, 1U) << num;
    EXPECT_EQ(harness.sink().track_lists()[0]->tracks[0].frame_duration,
              MediaTime(MediaTime::period::den / num * den));
  }
}

TEST(Probe, HoldsSoundAloneForHalfASecondAtMost) {
  IngestHarness harness;
  EXPECT_LE(*FirstOut(harness, {.video = false}), 0.5);
}

TEST(Probe, WithoutASecondKeyFrameHoldsThreeSegments) {
  IngestHarness harness({.segment_duration = seconds(2)});
  EXPECT_NEAR(*FirstOut(harness, {.gop = 100'000, .seconds = 60}), 6.0, 0.1);
}

TEST(Probe, NeverHoldsForLongerThanItsBound) {
  IngestHarness harness({.segment_duration = seconds(30)});
  EXPECT_NEAR(*FirstOut(harness, {.gop = 100'000, .seconds = 60}), 20.0, 0.1);
}

TEST(Probe, NeverHoldsForLongerThanItsBoundThoughTimestampsStandStill) {
  const WireSpec spec{.gop = 100'000, .seconds = 60};
  IngestHarness harness;
  harness.pipeline().OnTracks(Shared(TracksOf(spec)));
  for (const WireFrame& each : MakeWire(spec)) {
    harness.Feed(test::Retimed(each, [](int64_t) { return 0; }));
    if (!harness.sink().calls().empty()) {
      EXPECT_NEAR(each.at, 20.0, 0.1);
      return;
    }
  }
  FAIL();
}

TEST(Probe, NeverHoldsMoreBytesThanItsBound) {
  const WireSpec spec{.gop = 100'000, .audio = false, .seconds = 60};
  // Frames of 400 bytes count for 656.
  for (const auto& [bytes, frames] : {std::pair<size_t, size_t>{65'600, 100}, {65'601, 101}}) {
    IngestHarness harness({.probe_bytes = bytes});
    ASSERT_TRUE(FirstOut(harness, spec));
    EXPECT_EQ(harness.sink().frames(0).size(), frames);
  }
}

TEST(Probe, AStreamShorterThanThatStillComesOutAtItsEnd) {
  IngestHarness harness;
  harness.Publish({.gop = 60, .seconds = 1});
  ExpectSound(harness);
  EXPECT_EQ(harness.sink().frames(0).size(), 30U);
  EXPECT_EQ(harness.sink().end(), media::EndReason::kFinished);
}

TEST(Probe, MeasuresTheBitrateAndKeepsALargerDeclaredOne) {
  const WireSpec spec{.seconds = 10};
  media::TrackList list = TracksOf(spec);
  list.tracks[1].bitrate = 128'000;
  IngestHarness harness;
  harness.pipeline().OnTracks(Shared(list));
  harness.Feed(MakeWire(spec));
  const auto tracks = harness.sink().track_lists().at(0);
  EXPECT_NEAR(static_cast<double>(tracks->tracks[0].bitrate), 400 * 30 * 8, 1000);
  EXPECT_EQ(tracks->tracks[1].bitrate, 128'000);
}

TEST(Probe, ADeclaredPaceGivesWayToWhatTheTimesShow) {
  for (const auto& [declared, learnt] :
       {std::pair<int64_t, int64_t>{3600, 3000}, {3000, 3000}, {1500, 3000}}) {
    const WireSpec spec{.seconds = 10};
    media::TrackList list = TracksOf(spec);
    list.tracks[0].frame_duration = FromTicks<90'000>(declared);
    IngestHarness harness;
    harness.pipeline().OnTracks(Shared(list));
    harness.Feed(MakeWire(spec));
    EXPECT_EQ(harness.sink().track_lists().at(0)->tracks[0].frame_duration,
              FromTicks<90'000>(learnt));
  }
}

TEST(Probe, FramesOfNoTrackAndEmptyOnesAreDropped) {
  const WireSpec spec{.seconds = 10};
  IngestHarness harness;
  harness.pipeline().OnTracks(Shared(TracksOf(spec)));
  for (const WireFrame& each : MakeWire(spec)) {
    media::Frame stranger = *each.frame;
    stranger.track = 77;
    harness.Feed({std::make_shared<const media::Frame>(stranger), each.at});
    media::Frame empty = *each.frame;
    empty.payload = {};
    harness.Feed({std::make_shared<const media::Frame>(empty), each.at});
    harness.Feed(each);
  }
  ExpectSound(harness);
  EXPECT_EQ(harness.sink().frames(0).size(), 300U);
  EXPECT_EQ(harness.stats().frames_unplayable * 3, harness.stats().frames_in * 2);
}

TEST(Probe, FramesBeforeAnyTracksAndTracksWithoutAnyAreNoFault) {
  IngestHarness harness;
  harness.Feed(MakeWire({.seconds = 1}));
  harness.pipeline().OnTracks(Shared({}));
  harness.Feed(MakeWire({.seconds = 1}));
  harness.pipeline().OnGap();
  harness.pipeline().OnEnd(media::EndReason::kLost);
  EXPECT_EQ(harness.sink().calls().size(), 1U);
}

// --- LearnVideoPace ---

std::vector<MediaTime> Times(double fps, size_t count, double phase = 0, int jitter_ms = 0,
                             uint32_t seed = 1) {
  std::mt19937 random(seed);
  std::uniform_int_distribution<int64_t> jitter(-jitter_ms, jitter_ms);
  std::vector<MediaTime> times;
  for (size_t i = 0; i < count; ++i) {
    const double ms = (static_cast<double>(i) + phase) * 1000 / fps;
    times.push_back(FromTicks<1000>(static_cast<int64_t>(ms) + jitter(random)));
  }
  return times;
}

double RateOf(const Pace& pace) {
  return pace.frame_duration > MediaTime(0) ? 1 / ToSeconds(pace.frame_duration) : 0;
}

TEST(LearnVideoPace, FindsEveryUsualRateFromMilliseconds) {
  for (const double fps : {24'000 / 1001.0, 24.0, 25.0, 30'000 / 1001.0, 30.0, 48.0, 50.0,
                           60'000 / 1001.0, 60.0, 120.0, 5.0, 10.0, 12.0, 12.5, 15.0, 20.0}) {
    for (const double phase : {0.0, 0.1, 0.37, 0.5, 0.99}) {
      const Pace pace = LearnVideoPace(Times(fps, 100, phase), MediaTime(0));
      EXPECT_NEAR(RateOf(pace), fps, 0.0001) << fps << " " << phase;
    }
  }
}

TEST(LearnVideoPace, FindsWholeNumbersOfFramesASecond) {
  for (const double fps : {1.0, 7.0, 18.0, 29.0, 33.0, 75.0, 90.0, 144.0})
    EXPECT_NEAR(RateOf(LearnVideoPace(Times(fps, 100), MediaTime(0))), fps, 0.0001) << fps;
}

TEST(LearnVideoPace, SeesThroughJitter) {
  for (uint32_t seed = 1; seed <= 50; ++seed) {
    for (const double fps : {24.0, 25.0, 30'000 / 1001.0, 30.0, 50.0, 60.0}) {
      const Pace pace = LearnVideoPace(Times(fps, 120, 0.2, 3, seed), MediaTime(0));
      EXPECT_NEAR(RateOf(pace), fps, 0.0001) << fps << " seed " << seed;
    }
  }
}

TEST(LearnVideoPace, ADeclaredRateIsKeptWhereTheTimesDoNotSpeakAgainstIt) {
  const MediaTime film = FromTicks<90'000>(3003);
  EXPECT_EQ(LearnVideoPace(Times(30, 10), film).frame_duration, film) << "too few to tell";
  EXPECT_EQ(LearnVideoPace(Times(30, 100), film).frame_duration, FromTicks<90'000>(3000));
  const MediaTime odd = FromTicks<90'000>(3100);
  EXPECT_EQ(LearnVideoPace(Times(90'000.0 / 3100, 100), odd).frame_duration, odd);
}

TEST(LearnVideoPace, SaysSoWhereThereIsNoConstantPace) {
  std::mt19937 random(5);
  std::vector<MediaTime> times;
  MediaTime at(0);
  for (int i = 0; i < 200; ++i) {
    times.push_back(at);
    at += FromTicks<1000>(static_cast<int64_t>(20 + random() % 40));
  }
  EXPECT_EQ(LearnVideoPace(times, MediaTime(0)).frame_duration, MediaTime(0));
  EXPECT_EQ(LearnVideoPace(times, FromTicks<90'000>(3000)).frame_duration, MediaTime(0));
  EXPECT_EQ(LearnVideoPace(Times(30.3, 100), MediaTime(0)).frame_duration, MediaTime(0));
}

TEST(LearnVideoPace, IsNotSureOfFilmRatesAfterAFewFrames) {
  EXPECT_FALSE(LearnVideoPace(Times(30'000 / 1001.0, 12), MediaTime(0)).sure);
  EXPECT_TRUE(LearnVideoPace(Times(30'000 / 1001.0, 70), MediaTime(0)).sure);
}

TEST(LearnVideoPace, ToleratesAMissingFrameNowAndThen) {
  std::vector<MediaTime> times = Times(30, 120);
  for (const std::ptrdiff_t i : {100, 70, 33, 12})
    times.erase(times.begin() + i);
  EXPECT_NEAR(RateOf(LearnVideoPace(times, MediaTime(0))), 30, 0.0001);
}

TEST(LearnVideoPace, TakesAnything) {
  for (uint32_t seed = 0; seed < 500; ++seed) {
    std::mt19937_64 random(seed);
    PaceTimes times;
    const uint64_t range = uint64_t{1} << (random() % 60);
    for (size_t i = 0; i < seed % 20; ++i)
      times.Add(MediaTime(static_cast<int64_t>(random() % range)));
    EXPECT_GE(LearnVideoPace(times.longest(), MediaTime(0)).frame_duration, MediaTime(0));
  }
}

TEST(PaceTimes, KeepsTheLongestStretchWithoutABreak) {
  PaceTimes times;
  for (const int ms : {0, 40, 80, 3'600'000, 3'600'040, 0, 40, 80, 120, 160, 9'000'000})
    times.Add(milliseconds(ms));
  EXPECT_EQ(times.longest().size(), 5U);
}

}  // namespace
}  // namespace weir::stream
