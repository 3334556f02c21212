// Timed data on its way through the pipeline.
#include <gmock/gmock.h>

#include "ingest_harness.h"
#include "media/nal_unit.h"

namespace weir::stream {
namespace {

using media::Event;
using std::chrono::milliseconds;
using std::chrono::seconds;
using test::ExpectSound;
using test::Frames;
using test::IngestHarness;
using test::MakeWire;
using test::Shared;
using test::TracksOf;
using test::WireFrame;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr test::WireSpec kSpec{.gop = 60, .seconds = 60};

/// A stream of segments of 2 s, with key frames every 2 s, that is told events on its way.
class EventsTest : public ::testing::Test {
 protected:
  EventsTest() : harness_({.segment_duration = seconds(2)}) {
    harness_.pipeline().OnTracks(Shared(TracksOf(kSpec)));
  }

  void FeedUntil(double at) {
    while (next_ < wire_.size() && wire_[next_].at < at)
      harness_.Feed(wire_[next_++]);
  }

  void Tell(Event event) {
    harness_.pipeline().OnEvent(std::make_shared<const Event>(std::move(event)));
  }

  /// Makes each picture a delimiter and a slice, and gives that.
  SharedBytes MakePictures() {
    SharedBytes picture(std::vector<uint8_t>{0, 0, 0, 1, 0x09, 0, 0, 0, 2, 0x41, 0x9A});
    for (WireFrame& wire : wire_) {
      if (wire.frame->track != 0) continue;
      media::Frame frame = *wire.frame;
      frame.payload = picture;
      wire.frame = std::make_shared<const media::Frame>(std::move(frame));
    }
    return picture;
  }

  /// The frames of a track that bear an event of that kind.
  Frames Bearing(media::TrackId track, Event::Kind kind) {
    Frames bearing;
    for (const auto& frame : harness_.sink().frames(track)) {
      if (!frame->events) continue;
      for (const Event& event : *frame->events) {
        if (event.kind != kind) continue;
        bearing.push_back(frame);
        break;
      }
    }
    return bearing;
  }

  static std::vector<int64_t> NumbersOf(const Frames& frames) {
    std::vector<int64_t> numbers;
    for (const auto& frame : frames)
      numbers.push_back(frame->mark ? frame->mark->number : -1);
    return numbers;
  }

  int64_t first() { return harness_.run().first_number; }

  IngestHarness harness_;
  std::vector<WireFrame> wire_ = MakeWire(kSpec);
  size_t next_ = 0;
};

Event Id3(Event::Target target, const std::string& text) {
  return {.kind = Event::Kind::kId3, .target = target, .payload = SharedBytes(text)};
}

TEST_F(EventsTest, Id3GoesWithTheNextFrameOfItsTracks) {
  FeedUntil(10);
  const size_t video = harness_.sink().frames(0).size();
  const size_t audio = harness_.sink().frames(1).size();
  Tell(Id3(Event::Target::kAll, "all"));
  Tell(Id3(Event::Target::kAudio, "audio"));
  FeedUntil(12);
  ASSERT_EQ(Bearing(0, Event::Kind::kId3).size(), 1U);
  ASSERT_EQ(Bearing(1, Event::Kind::kId3).size(), 1U);
  const auto& on_video = *harness_.sink().frames(0).at(video)->events;
  const auto& on_audio = *harness_.sink().frames(1).at(audio)->events;
  ASSERT_EQ(on_video.size(), 1U);
  EXPECT_EQ(on_video[0].payload.text(), "all");
  ASSERT_EQ(on_audio.size(), 2U);
  EXPECT_EQ(on_audio[0].id, on_video[0].id);
  EXPECT_EQ(on_audio[1].payload.text(), "audio");
  EXPECT_GT(on_audio[1].id, on_audio[0].id);
}

TEST_F(EventsTest, OneOfASeriesTakesThePlaceOfOneThatWaits) {
  for (const char* text : {"first", "second"}) {
    Event event = Id3(Event::Target::kAll, text);
    event.series = 7;
    Tell(event);
  }
  Tell(Id3(Event::Target::kAll, "another"));
  FeedUntil(10);
  for (const char* text : {"third", "fourth"}) {
    Event event = Id3(Event::Target::kVideo, text);
    event.series = 7;
    Tell(event);
  }
  FeedUntil(12);
  const Frames bearing = Bearing(0, Event::Kind::kId3);
  ASSERT_EQ(bearing.size(), 2U);
  ASSERT_EQ(bearing[0]->events->size(), 2U);
  EXPECT_EQ(bearing[0]->events->front().payload.text(), "second");
  ASSERT_EQ(bearing[1]->events->size(), 1U);
  EXPECT_EQ(bearing[1]->events->front().payload.text(), "fourth");
  EXPECT_EQ(harness_.stats().events_dropped, 0U);
}

TEST_F(EventsTest, WhatComesBeforeTheStreamGoesWithItsFirstFrames) {
  Tell(Id3(Event::Target::kAll, "early"));
  FeedUntil(10);
  EXPECT_TRUE(harness_.sink().frames(0).front()->events);
  EXPECT_TRUE(harness_.sink().frames(1).front()->events);
}

TEST_F(EventsTest, ABreakCutsEveryTrackAtOneNumber) {
  FeedUntil(10.5);
  const int64_t before = harness_.Marked(0).back()->mark->number;
  Tell({.kind = Event::Kind::kCue, .out = true, .duration = milliseconds(6'500)});
  FeedUntil(30);
  const Frames video = Bearing(0, Event::Kind::kCue);
  const Frames audio = Bearing(1, Event::Kind::kCue);
  ASSERT_EQ(video.size(), 2U);
  EXPECT_EQ(video[0]->mark->number, before + 1);
  EXPECT_FALSE(video[0]->key) << "begins at once";
  EXPECT_TRUE(video[0]->events->front().out);
  EXPECT_TRUE(video[1]->key);
  EXPECT_FALSE(video[1]->events->front().out);
  EXPECT_GE(video[1]->pts - video[0]->pts, milliseconds(6'500));
  EXPECT_LE(video[1]->pts - video[0]->pts, milliseconds(8'600));
  EXPECT_EQ(NumbersOf(audio), NumbersOf(video));
  EXPECT_GE(audio[0]->pts, video[0]->pts);
  ExpectSound(harness_);
  EXPECT_EQ(harness_.stats().marks_forced, 0U);
}

TEST_F(EventsTest, ABreakThatIsRefusedCutsNothing) {
  FeedUntil(10.5);
  Tell({.kind = Event::Kind::kCue});
  Tell({.kind = Event::Kind::kCue, .out = true, .duration = seconds(2)});
  FeedUntil(20);
  EXPECT_THAT(Bearing(0, Event::Kind::kCue), IsEmpty());
  EXPECT_EQ(harness_.stats().events_dropped, 2U);
}

TEST_F(EventsTest, ASpliceIsToldAtEachStartWithinIt) {
  FeedUntil(10.5);
  Tell({.kind = Event::Kind::kScte35, .out = true, .duration = seconds(5), .splice_id = 7});
  FeedUntil(30);
  const Frames video = Bearing(0, Event::Kind::kScte35);
  ASSERT_GE(video.size(), 3U);
  const Event& out = video.front()->events->front();
  EXPECT_EQ(out.start, video.front()->mark->utc);
  for (const auto& frame : video) {
    EXPECT_EQ(frame->events->front().splice_id, 7U);
    EXPECT_TRUE(frame->events->front().out);
    EXPECT_EQ(frame->events->front().start, out.start);
  }
  ASSERT_EQ(video.back()->events->size(), 2U);
  EXPECT_FALSE(video.back()->events->back().out);
  EXPECT_EQ(NumbersOf(Bearing(1, Event::Kind::kScte35)), NumbersOf(video));
}

TEST_F(EventsTest, TheConclusionIsToldAtEachStartBehindIt) {
  FeedUntil(10.5);
  Tell({.kind = Event::Kind::kConclude});
  FeedUntil(16);
  const Frames video = Bearing(0, Event::Kind::kConclude);
  ASSERT_GE(video.size(), 2U);
  EXPECT_FALSE(video.front()->mark);
  for (size_t i = 1; i < video.size(); ++i)
    EXPECT_TRUE(video[i]->mark);
}

TEST_F(EventsTest, SeiGoesIntoTheNextPicture) {
  const SharedBytes picture = MakePictures();
  FeedUntil(10);
  const size_t video = harness_.sink().frames(0).size();
  Tell({.kind = Event::Kind::kSei, .payload = SharedBytes(std::string("hello"))});
  FeedUntil(11);
  const auto frame = harness_.sink().frames(0).at(video);
  EXPECT_FALSE(frame->events);
  std::vector<int> types;
  media::NalUnitReader reader(frame->payload.view());
  while (reader.Next())
    types.push_back(reader.nal()[0] & 0x1f);
  EXPECT_TRUE(reader.ok());
  EXPECT_THAT(types, ElementsAre(9, 6, 1));
  EXPECT_NE(frame->payload.text().find("hello"), std::string_view::npos);
  EXPECT_EQ(harness_.sink().frames(0).at(video + 1)->payload.size(), picture.size());
}

TEST_F(EventsTest, SeiOfKeyFramesWaitsForOneAndTheNewestOfASeriesIsIt) {
  const SharedBytes picture = MakePictures();
  FeedUntil(10.5);
  for (const char* text : {"old", "new"}) {
    Tell({.kind = Event::Kind::kSei,
          .series = 3,
          .payload = SharedBytes(std::string(text)),
          .key_frame_only = true});
    FeedUntil(text == std::string("old") ? 11 : 15);
  }
  Frames bearing;
  for (const auto& frame : harness_.sink().frames(0)) {
    if (frame->payload.size() != picture.size()) bearing.push_back(frame);
  }
  ASSERT_EQ(bearing.size(), 1U);
  EXPECT_TRUE(bearing[0]->key);
  EXPECT_NE(bearing[0]->payload.text().find("new"), std::string_view::npos);
}

TEST_F(EventsTest, WhatIsTooMuchIsDropped) {
  FeedUntil(10);
  Tell(Id3(Event::Target::kAll, std::string(Event::kPayloadMax + 1, 'x')));
  for (int i = 0; i < 40; ++i)
    Tell(Id3(Event::Target::kVideo, "x"));
  FeedUntil(11);
  const Frames bearing = Bearing(0, Event::Kind::kId3);
  ASSERT_EQ(bearing.size(), 1U);
  EXPECT_LE(bearing.front()->events->size(), media::kEventsPerFrameMax);
  EXPECT_EQ(harness_.stats().events_dropped, 41 - bearing.front()->events->size());
}

}  // namespace
}  // namespace weir::stream
