#include <cmath>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "ingest_harness.h"

namespace weir::stream {
namespace {

using test::ExpectMonotonic;
using test::ExpectSeamless;
using test::ExpectSound;
using test::IngestHarness;
using test::MakeWire;
using test::Retimed;
using test::Shared;
using test::TracksOf;
using test::WireFrame;
using test::WireSpec;

struct Rate {
  int64_t num;
  int64_t den;
};

class EveryRate : public ::testing::TestWithParam<std::tuple<Rate, int, bool>> {
 protected:
  WireSpec Spec() const {
    const auto& [rate, jitter, b_frames] = GetParam();
    WireSpec spec{.fps_num = rate.num, .fps_den = rate.den};
    spec.gop = static_cast<int>(
        std::lround(2.0 * static_cast<double>(rate.num) / static_cast<double>(rate.den)));
    spec.jitter_ms = jitter;
    spec.b_frames = b_frames;
    spec.start_ms = 123'456;
    spec.seconds = 60;
    return spec;
  }
};

TEST_P(EveryRate, ComesOutExactly) {
  const WireSpec spec = Spec();
  IngestHarness harness;
  harness.Publish(spec);
  ExpectSound(harness);

  const MediaTime period((MediaTime::period::den * spec.fps_den + spec.fps_num / 2) / spec.fps_num);
  const auto video = harness.sink().frames(0);
  ASSERT_EQ(harness.run().discontinuity_sequence, 0);
  ASSERT_EQ(harness.stats().runs, 1U);
  EXPECT_EQ(harness.sink().track_lists()[0]->tracks[0].frame_duration, period);
  const auto count = static_cast<size_t>(std::ceil(
      spec.seconds * static_cast<double>(spec.fps_num) / static_cast<double>(spec.fps_den)));
  ASSERT_EQ(video.size(), count);
  ExpectSeamless(video);
  for (size_t i = 0; i < video.size(); ++i) {
    const MediaTime exact = period * static_cast<int64_t>(i);
    ASSERT_EQ(video[i]->dts.count() % 7840, 0) << "on the 90 kHz grid";
    ASSERT_LE(abs(video[i]->dts - exact), MediaTime(3920)) << "within half a tick of it";
    const int64_t in_gop = static_cast<int64_t>(i) % spec.gop;
    const int64_t late = !spec.b_frames ? 0 : in_gop == 0 ? 1 : in_gop % 3 == 1 ? 3 : 0;
    ASSERT_LE(abs(video[i]->pts - exact - period * late), MediaTime(3920)) << i;
  }

  const auto audio = harness.sink().frames(1);
  ExpectSeamless(audio);
  for (size_t i = 1; i < audio.size(); ++i)
    ASSERT_EQ(audio[i]->dts - audio[0]->dts, FromTicks<48'000>(1024 * static_cast<int64_t>(i)));
  EXPECT_EQ(audio[0]->dts.count() % (MediaTime::period::den / 48'000), 0);
  EXPECT_EQ(harness.stats().jumps, 0U);
  EXPECT_EQ(harness.stats().frames_retimed, 0U);
  EXPECT_EQ(harness.stats().marks_forced, 0U);
}

std::string NameOf(const ::testing::TestParamInfo<EveryRate::ParamType>& tested) {
  const Rate rate = std::get<0>(tested.param);
  return fmt::format("{}_{}{}", rate.num, rate.den,
                     std::get<2>(tested.param) ? "_with_b_frames" : "");
}

INSTANTIATE_TEST_SUITE_P(
    Wire, EveryRate,
    ::testing::Combine(::testing::Values(Rate{24'000, 1001}, Rate{24, 1}, Rate{25, 1},
                                         Rate{30'000, 1001}, Rate{30, 1}, Rate{50, 1},
                                         Rate{60'000, 1001}, Rate{60, 1}, Rate{25, 2}, Rate{10, 1},
                                         Rate{18, 1}),
                       ::testing::Values(0), ::testing::Bool()),
    NameOf);

INSTANTIATE_TEST_SUITE_P(JitteryWire, EveryRate,
                         ::testing::Combine(::testing::Values(Rate{24, 1}, Rate{25, 1},
                                                              Rate{30'000, 1001}, Rate{30, 1},
                                                              Rate{60, 1}, Rate{120, 1}),
                                            ::testing::Values(3), ::testing::Bool()),
                         NameOf);

TEST(Retiming, SoundAtEverySamplingRateKeepsToItsSamples) {
  for (const uint32_t rate : {8'000U, 22'050U, 32'000U, 44'100U, 48'000U, 96'000U}) {
    IngestHarness harness;
    harness.Publish({.sample_rate = rate});
    const auto audio = harness.sink().frames(1);
    ASSERT_GT(audio.size(), 100U);
    ExpectSeamless(audio);
    EXPECT_EQ(audio[0]->dts.count() % (MediaTime::period::den / rate), 0);
    EXPECT_EQ(audio[1]->dts - audio[0]->dts, FromTicks(1024, rate));
  }
}

/// How far sound and picture are apart in `harness`'s output, compared with when they happened:
/// `when` has the instants of the frames that came in, which `wire_of` finds by payload.
double WorstSkew(IngestHarness& harness, const std::vector<WireFrame>& wire, double from) {
  std::map<const uint8_t*, double> when;
  for (const WireFrame& each : wire)
    when[each.frame->payload.data()] = each.at;
  double low = 1e9;
  double high = -1e9;
  for (const auto& frame : harness.sink().frames()) {
    const double at = when.at(frame->payload.data());
    if (at < from) continue;
    const double off = ToSeconds(frame->dts) - at;
    low = std::min(low, off);
    high = std::max(high, off);
  }
  return high - low;
}

class Jump : public ::testing::TestWithParam<int64_t> {};

TEST_P(Jump, OfAllTracksComesOutContinuousAndInSync) {
  const WireSpec spec{.fps_num = 30'000, .fps_den = 1001, .seconds = 40, .start_ms = 10'000'000};
  std::vector<WireFrame> wire = MakeWire(spec);
  for (WireFrame& each : wire)
    if (each.at > 21.2) each = Retimed(each, [](int64_t ms) { return ms + GetParam(); });
  IngestHarness harness;
  harness.pipeline().OnTracks(Shared(TracksOf(spec)));
  harness.Feed(wire);
  ExpectSound(harness);
  EXPECT_EQ(harness.stats().jumps, 1U);
  EXPECT_EQ(harness.stats().runs, 1U);
  EXPECT_LE(harness.stats().frames_untimely, 2U);
  EXPECT_LT(WorstSkew(harness, wire, 22), 0.05);
  EXPECT_LT(WorstSkew(harness, wire, 0), 0.15) << "nothing was left out or put in";
}

INSTANTIATE_TEST_SUITE_P(ByMilliseconds, Jump,
                         ::testing::Values(-3'600'000, 3'600'000, -9'900'000, -5'000, 5'000,
                                           100'000'000));

TEST(Retiming, JumpsOfBothTracksInTurnStayInSync) {
  const WireSpec spec{.seconds = 120, .start_ms = 5'000'000};
  std::vector<WireFrame> wire = MakeWire(spec);
  for (WireFrame& each : wire) {
    const auto nth = static_cast<int64_t>(each.at / 11);
    each = Retimed(each, [nth](int64_t ms) { return nth % 2 == 0 ? ms : ms - 3'600'000; });
  }
  IngestHarness harness;
  harness.pipeline().OnTracks(Shared(TracksOf(spec)));
  harness.Feed(wire);
  ExpectSound(harness);
  EXPECT_EQ(harness.stats().jumps, 10U);
  EXPECT_LT(WorstSkew(harness, wire, 111), 0.05);
}

TEST(Retiming, AfterARestartFromZeroSoundThatWasAheadLosesNothing) {
  // Sound is sent 400 ms ahead of the picture, and both begin anew at the same moment.
  const WireSpec before{.seconds = 20.4, .start_ms = 5'000'000};
  std::vector<WireFrame> wire = MakeWire(before);
  std::erase_if(wire,
                [](const WireFrame& each) { return each.frame->track == 0 && each.at >= 20; });
  for (WireFrame each : MakeWire({.seconds = 20})) {
    each.at += 20.4;
    wire.push_back(each);
  }
  IngestHarness harness;
  harness.pipeline().OnTracks(Shared(TracksOf(before)));
  harness.Feed(wire);
  ExpectSound(harness);
  EXPECT_EQ(harness.stats().jumps, 1U);
  EXPECT_EQ(harness.stats().frames_untimely, 0U);
  EXPECT_LT(WorstSkew(harness, wire, 20.4), 0.05);
}

TEST(Retiming, AMissingFrameLeavesAGapAndTheCadenceGoesOn) {
  const WireSpec spec{.fps_num = 30'000, .fps_den = 1001, .seconds = 30};
  std::vector<WireFrame> wire = MakeWire(spec);
  std::erase_if(wire, [](const WireFrame& each) {
    return each.frame->track == 0 && each.at > 15.0 && each.at < 15.5;
  });
  IngestHarness harness;
  harness.pipeline().OnTracks(Shared(TracksOf(spec)));
  harness.Feed(wire);
  ExpectSound(harness);
  for (const auto& frame : harness.sink().frames(0))
    ASSERT_EQ(frame->dts.count() % FromTicks<90'000>(3003).count(), 0);
  EXPECT_LT(WorstSkew(harness, wire, 0), 0.05);
  EXPECT_EQ(harness.stats().jumps, 0U);
}

TEST(Retiming, ASilenceOfOneTrackIsNoJump) {
  const WireSpec spec{.seconds = 60};
  std::vector<WireFrame> wire = MakeWire(spec);
  std::erase_if(wire, [](const WireFrame& each) {
    return each.frame->track == 1 && each.at > 20 && each.at < 35;
  });
  IngestHarness harness;
  harness.pipeline().OnTracks(Shared(TracksOf(spec)));
  harness.Feed(wire);
  ExpectSound(harness);
  EXPECT_EQ(harness.stats().jumps, 0U);
  EXPECT_LT(WorstSkew(harness, wire, 0), 0.05);
}

TEST(Retiming, ReversalsAndDuplicatesStayMonotonicAndInSync) {
  const WireSpec spec{.seconds = 60, .start_ms = 1'000'000};
  std::vector<WireFrame> wire = MakeWire(spec);
  std::mt19937 random(7);
  for (WireFrame& each : wire) {
    const auto off = static_cast<int64_t>(random() % 10 == 0 ? random() % 200 : 0);
    each = Retimed(each, [off](int64_t ms) { return ms - off; });
  }
  IngestHarness harness;
  harness.pipeline().OnTracks(Shared(TracksOf(spec)));
  harness.Feed(wire);
  ExpectSound(harness);
  EXPECT_EQ(harness.stats().jumps, 0U);
  EXPECT_GT(harness.sink().frames(0).size(), 1700U);
}

TEST(Retiming, ClocksThatRunApartAreFollowed) {
  // The encoder's sound is 200 ppm fast by its own samples, and the wire times are true.
  const WireSpec spec{.seconds = 900};
  std::vector<WireFrame> wire = MakeWire(spec);
  for (WireFrame& each : wire) {
    if (each.frame->track == 0) continue;
    each = Retimed(each, [](int64_t ms) { return ms - ms / 5000; });
  }
  IngestHarness harness;
  harness.pipeline().OnTracks(Shared(TracksOf(spec)));
  harness.Feed(wire);
  ExpectSound(harness);
  EXPECT_EQ(harness.stats().jumps, 0U);
  const auto audio = harness.sink().frames(1);
  EXPECT_NEAR(ToSeconds(audio.back()->dts), 900 - 900.0 / 5000, 0.1);
  EXPECT_GT(harness.stats().frames_untimely, 3U);
  EXPECT_LT(harness.stats().frames_untimely, 20U);
}

TEST(Retiming, WithoutAConstantPaceFramesLastUntilTheNext) {
  WireSpec spec{.seconds = 60};
  std::vector<WireFrame> wire = MakeWire(spec);
  std::mt19937 random(3);
  std::erase_if(wire, [&](const WireFrame& each) {
    return each.frame->track == 0 && !each.frame->key && random() % 3 == 0;
  });
  IngestHarness harness;
  harness.pipeline().OnTracks(Shared(TracksOf(spec)));
  harness.Feed(wire);
  harness.pipeline().OnEnd(media::EndReason::kFinished);
  ExpectSound(harness);
  EXPECT_EQ(harness.sink().track_lists()[0]->tracks[0].frame_duration, MediaTime(0));
  ExpectSeamless(harness.sink().frames(0));
  EXPECT_LT(WorstSkew(harness, wire, 0), 0.05);
}

TEST(Retiming, AHeldFrameGoesOnAfterASecondWithoutItsSuccessor) {
  WireSpec spec{.seconds = 60};
  std::vector<WireFrame> wire = MakeWire(spec);
  std::mt19937 random(3);
  std::erase_if(wire, [&](const WireFrame& each) {
    return each.frame->track == 0 && (each.at > 30 || (!each.frame->key && random() % 3 == 0));
  });
  const auto last = std::find_if(wire.rbegin(), wire.rend(),
                                 [](const WireFrame& each) { return each.frame->track == 0; });
  IngestHarness harness;
  harness.pipeline().OnTracks(Shared(TracksOf(spec)));
  for (const WireFrame& each : wire) {
    harness.Feed(each);
    if (each.at > last->at + 1.2) break;
  }
  EXPECT_EQ(harness.sink().frames(0).back()->payload.data(), last->frame->payload.data());
}

TEST(Retiming, OpusFramesLastAsTheySay) {
  IngestHarness harness;
  media::TrackList list;
  media::Track& track = list.tracks.emplace_back();
  track.id = 1;
  track.codec = media::CodecId::kOpus;
  track.sample_rate = 48'000;
  harness.pipeline().OnTracks(Shared(list));
  // RFC 6716, 3.1: configurations 16 to 19 last 2.5, 5, 10 and 20 ms.
  const std::array<double, 4> lengths = {2.5, 5, 10, 20};
  double at = 0;
  for (size_t i = 0; i < 2000; ++i) {
    media::Frame frame;
    frame.track = 1;
    frame.dts = frame.pts = FromTicks<1000>(std::llround(at));
    frame.key = true;
    frame.payload = SharedBytes(std::vector<uint8_t>{static_cast<uint8_t>((16 + i % 4) << 3), 1});
    harness.Feed({std::make_shared<const media::Frame>(frame), at / 1000});
    at += lengths[i % 4];
  }
  const auto audio = harness.sink().frames(1);
  ASSERT_EQ(audio.size(), 2000U);
  ExpectSeamless(audio);
  for (size_t i = 0; i < audio.size(); ++i)
    EXPECT_EQ(audio[i]->duration, FromTicks<48'000>(static_cast<int64_t>(48 * lengths[i % 4])));
}

TEST(Retiming, WildTimesAreDroppedAndCounted) {
  const WireSpec spec{.seconds = 20};
  IngestHarness harness;
  harness.pipeline().OnTracks(Shared(TracksOf(spec)));
  std::vector<WireFrame> wire = MakeWire(spec);
  for (size_t i = 0; i < wire.size(); ++i) {
    if (i % 50 == 49) {
      media::Frame frame = *wire[i].frame;
      frame.dts = i % 100 == 99 ? MediaTime::max() : MediaTime::min();
      harness.Feed({std::make_shared<const media::Frame>(frame), wire[i].at});
    }
    harness.Feed(wire[i]);
  }
  ExpectSound(harness);
  EXPECT_EQ(harness.stats().jumps, 0U);
  EXPECT_GT(harness.sink().frames(0).size(), 500U);
}

TEST(Retiming, AnyTimesAtAllMakeASoundStream) {
  for (uint32_t seed = 1; seed <= 60; ++seed) {
    std::mt19937_64 random(seed);
    WireSpec spec{.seconds = 60, .seed = seed};
    spec.b_frames = seed % 2 == 0;
    std::vector<WireFrame> wire = MakeWire(spec);
    int64_t shift = 0;
    for (WireFrame& each : wire) {
      const auto range = static_cast<int64_t>(uint64_t{1} << (random() % 34));
      if (random() % 40 == 0) shift = static_cast<int64_t>(random() % 100'000'000) % range;
      if (random() % 40 == 0) shift = -shift;
      each = Retimed(each, [shift](int64_t ms) { return ms + shift; });
    }
    IngestHarness harness;
    harness.pipeline().OnTracks(Shared(TracksOf(spec)));
    harness.Feed(wire);
    harness.pipeline().OnEnd(media::EndReason::kLost);
    ExpectSound(harness);
    ASSERT_FALSE(::testing::Test::HasFatalFailure()) << "seed " << seed;
    EXPECT_EQ(harness.stats().frames_in, harness.stats().frames_out +
                                             harness.stats().frames_unplayable +
                                             harness.stats().frames_untimely);
  }
}

}  // namespace
}  // namespace weir::stream
