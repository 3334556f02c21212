#include "origin/pull/republish.h"

#include <gtest/gtest.h>

#include "support/recording_sink.h"
#include "unit/stream/sample_stream.h"

namespace weir::pull {
namespace {

using namespace std::chrono_literals;
using media::Event;
using stream::test::FrameSpec;
using weir::test::RecordingSink;

constexpr UtcTime kNow{1'700'000'000s};

media::Frame FrameOf(const FrameSpec& spec, UtcTime marked = kNow) {
  media::Frame frame = *stream::test::MakeFrame(spec);
  if (frame.mark) frame.mark->utc = marked;
  return frame;
}

media::Frame WithEvents(media::Frame frame, media::EventList events) {
  frame.events = std::make_shared<const media::EventList>(std::move(events));
  return frame;
}

TEST(Republish, LeavesTheOtherOriginsDecisionsOut) {
  media::TrackList tracks = *stream::test::AudioAndVideo("run");
  tracks.tracks[0].part_target = 500ms;
  tracks.tracks[0].frame_duration = 40ms;
  tracks.playlists.emplace_back();
  const auto plain = Republish::Tracks(tracks);
  EXPECT_FALSE(plain->run);
  EXPECT_TRUE(plain->playlists.empty());
  ASSERT_EQ(plain->tracks.size(), 2U);
  EXPECT_EQ(plain->tracks[0].part_target, MediaTime(0));
  EXPECT_EQ(plain->tracks[0].frame_duration, MediaTime(40ms));
  EXPECT_EQ(plain->tracks[0].config.text(), "video");
}

TEST(Republish, KeepsTimesOffsetsAndPayload) {
  Republish republish;
  RecordingSink sink;
  media::Frame frame = FrameOf({.dts_ms = 40});
  frame.pts = frame.dts + MediaTime(80ms);
  republish.Frame(frame, kNow, sink);
  const auto out = sink.frames().at(0);
  EXPECT_EQ(out->dts, frame.dts);
  EXPECT_EQ(out->pts, frame.pts);
  EXPECT_EQ(out->key, frame.key);
  EXPECT_EQ(out->payload.text().data(), frame.payload.text().data());
  EXPECT_FALSE(out->mark);
}

TEST(Republish, SaysOfEveryFrameWhenTheFirstOriginTookItIn) {
  Republish republish;
  RecordingSink sink;
  republish.Frame(FrameOf({.dts_ms = 1000, .mark = 7}, kNow - 3s), kNow, sink);
  republish.Frame(FrameOf({.dts_ms = 1040}), kNow, sink);
  EXPECT_EQ(sink.frames()[0]->mark->utc, kNow - 3s);
  EXPECT_EQ(sink.frames()[1]->mark->utc, kNow - 3s + 40ms);
}

TEST(Republish, DoesNotBelieveAClockThatIsFarOff) {
  for (const UtcTime marked : {kNow + 1h, kNow - 1h}) {
    Republish republish;
    RecordingSink sink;
    republish.Frame(FrameOf({.dts_ms = 0, .mark = 7}, marked), kNow, sink);
    EXPECT_FALSE(sink.frames()[0]->mark);
  }
}

TEST(Republish, TellsAnEventOnceBeforeItsFrame) {
  Republish republish;
  RecordingSink sink;
  size_t events_before_frame = 0;
  sink.on_call = [&](const RecordingSink::Call& /*call*/) {
    events_before_frame = sink.events.size();
  };
  const Event tag{.kind = Event::Kind::kId3,
                  .target = Event::Target::kAll,
                  .id = 5,
                  .payload = SharedBytes(std::string("tag"))};
  republish.Frame(WithEvents(FrameOf({.track = 0}), {tag}), kNow, sink);
  EXPECT_EQ(events_before_frame, 1U);
  EXPECT_EQ(sink.frames()[0]->events, nullptr);
  EXPECT_EQ(sink.events[0].payload.text(), "tag");
  republish.Frame(WithEvents(FrameOf({.track = 1}), {tag}), kNow, sink);
  EXPECT_EQ(sink.events.size(), 1U);
}

TEST(Republish, TellsBothBordersOfABreakAndTheEndOfPlaylistsOnce) {
  Republish republish;
  RecordingSink sink;
  Event cue{.kind = Event::Kind::kCue, .id = 1, .out = true, .duration = 30s};
  republish.Frame(WithEvents(FrameOf({}), {cue}), kNow, sink);
  cue.out = false;
  republish.Frame(WithEvents(FrameOf({.dts_ms = 30'000}), {cue}), kNow, sink);
  for (const uint32_t id : {2U, 0U, 0U})  // repeated ones have none
    republish.Frame(WithEvents(FrameOf({}), {{.kind = Event::Kind::kConclude, .id = id}}), kNow,
                    sink);
  ASSERT_EQ(sink.events.size(), 3U);
  EXPECT_TRUE(sink.events[0].out);
  EXPECT_FALSE(sink.events[1].out);
  EXPECT_EQ(sink.events[2].kind, Event::Kind::kConclude);
}

TEST(Republish, TellsOnlyWhatIsLeftOfASplice) {
  Republish republish;
  RecordingSink sink;
  const Event splice{
      .kind = Event::Kind::kScte35, .id = 1, .out = true, .duration = 30s, .start = kNow - 12s};
  republish.Frame(WithEvents(FrameOf({.mark = 1}), {splice}), kNow, sink);
  ASSERT_EQ(sink.events.size(), 1U);
  EXPECT_EQ(sink.events[0].duration, 18s);
  Republish late;
  late.Frame(WithEvents(FrameOf({.mark = 1}, kNow + 1min), {splice}), kNow, sink);
  EXPECT_EQ(sink.events.size(), 1U);
}

TEST(Republish, CountsEventsAnewOfAnotherPublication) {
  Republish republish;
  RecordingSink sink;
  const auto frame = WithEvents(FrameOf({.mark = 1}), {{.kind = Event::Kind::kAmf, .id = 1}});
  republish.Frame(frame, kNow, sink);
  republish.Reset();
  republish.Frame(frame, kNow, sink);
  EXPECT_EQ(sink.events.size(), 2U);
}

}  // namespace
}  // namespace weir::pull
