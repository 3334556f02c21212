// Timed data in parts and playlists.
#include <gmock/gmock.h>

#include "protocols/hls/packager.h"
#include "support/mp4_boxes.h"
#include "unit/protocols/hls/packager_recorder.h"
#include "unit/protocols/hls/packager_stream.h"

namespace weir::hls {
namespace {

using media::Event;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::FramePtr;
using testing::FramesOf;
using ::testing::HasSubstr;
using testing::IndexOfMark;
using ::testing::IsEmpty;
using testing::kAudio;
using testing::kVideo;
using testing::Lines;
using ::testing::Not;
using testing::PlayAll;
using testing::Recorder;
using testing::Shape;
using testing::TracksOf;

/// A stream of a minute, with events put on some frames.
class PackagerEvents : public ::testing::Test {
 protected:
  void Put(size_t index, Event event) {
    media::Frame frame = *frames_.at(index);
    media::EventList events = frame.events ? *frame.events : media::EventList();
    events.push_back(std::move(event));
    frame.events = std::make_shared<const media::EventList>(std::move(events));
    frames_[index] = std::make_shared<const media::Frame>(std::move(frame));
  }

  /// The first frame of video at or behind `index`.
  size_t VideoFrom(size_t index) const {
    while (frames_.at(index)->track != kVideo)
      ++index;
    return index;
  }

  void PutOnMarks(int64_t number, const Event& event) {
    Put(IndexOfMark(frames_, kVideo, number), event);
    Put(IndexOfMark(frames_, kAudio, number), event);
  }

  void Package(Recorder& recorder, int64_t from = 0) {
    Packager packager({.path = "default/app/stream"}, recorder);
    packager.OnTracks(TracksOf(shape_));
    testing::Play(frames_, from, packager);
  }

  Shape shape_;
  std::vector<FramePtr> frames_ = FramesOf(shape_, 60);
  int64_t first_ = shape_.first_number;
};

Event Tag(const std::string& text) {
  return {.kind = Event::Kind::kId3, .id = 9, .payload = SharedBytes(text)};
}

TEST_F(PackagerEvents, ATagStandsInThePartOfItsFrame) {
  const size_t index = VideoFrom(IndexOfMark(frames_, kVideo, first_ + 2) + 20);
  Put(index, Tag("ID3 tag"));
  Recorder recorder;
  Package(recorder);
  int found = 0;
  for (const auto& [key, part] : recorder.parts) {
    const auto boxes = test::ReadBoxes(part.media->bytes.view());
    if (boxes.front().type != "emsg") continue;
    ++found;
    EXPECT_EQ(part.track, kVideo);
    EXPECT_EQ(part.number, first_ + 2);
    const std::string text(boxes[0].body.begin(), boxes[0].body.end());
    EXPECT_THAT(text, AllOf(HasSubstr("https://aomedia.org/emsg/ID3"), HasSubstr("ID3 tag")));
    ByteReader reader(boxes[0].body.subspan(4));
    EXPECT_EQ(reader.U32(), 90'000U);
    const uint64_t time = uint64_t{reader.U32()} << 32 | reader.U32();
    EXPECT_EQ(time, static_cast<uint64_t>(ToTicks<90'000>(frames_[index]->pts)));
  }
  EXPECT_EQ(found, 1);
  const auto& segment = recorder.segments.at({kVideo, first_ + 2});
  EXPECT_THAT(std::string(segment.media->bytes.text()), HasSubstr("ID3 tag"));
}

TEST_F(PackagerEvents, ABreakIsToldAtItsSegments) {
  PutOnMarks(first_ + 20,
             {.kind = Event::Kind::kCue, .out = true, .duration = milliseconds(4'500)});
  PutOnMarks(first_ + 22, {.kind = Event::Kind::kCue});
  Recorder recorder;
  Package(recorder);
  for (const media::TrackId track : {kVideo, kAudio}) {
    const auto& closed = recorder.segments.at({track, first_ + 22});
    const auto text = closed.playlist->Get(m3u8::Skip::kNothing)->bytes.text();
    EXPECT_THAT(Lines(text, "#EXT-X-CUE-OUT:"), ElementsAre("DURATION=4.500"));
    EXPECT_EQ(Lines(text, "#EXT-X-CUE-IN").size(), 1U);
    EXPECT_LT(text.find("#EXT-X-CUE-OUT"), text.find("#EXT-X-CUE-IN"));
    EXPECT_EQ(Lines(closed.legacy->bytes.text(), "#EXT-X-CUE").size(), 2U);
  }
}

TEST_F(PackagerEvents, ASpliceIsADateRange) {
  const Event out{.kind = Event::Kind::kScte35,
                  .out = true,
                  .duration = seconds(6),
                  .splice_id = 77,
                  .start = UtcTime(seconds(1'768'132'805))};
  Event in = out;
  in.out = false;
  for (const int64_t number : {20, 21, 22, 23})
    PutOnMarks(first_ + number, out);
  PutOnMarks(first_ + 23, in);
  Recorder recorder;
  Package(recorder);
  const auto ranges = [&](int64_t number) {
    const auto& closed = recorder.segments.at({kAudio, first_ + number});
    return Lines(closed.playlist->Get(m3u8::Skip::kNothing)->bytes.text(), "#EXT-X-DATERANGE:");
  };
  EXPECT_THAT(ranges(19), IsEmpty());
  EXPECT_THAT(ranges(21),
              ElementsAre(AllOf(HasSubstr("ID=\"77\",START-DATE=\"2026-01-11T12:00:05.000Z\""),
                                HasSubstr("PLANNED-DURATION=6.000000,SCTE35-OUT=0xFC30"))));
  EXPECT_THAT(ranges(24),
              ElementsAre(HasSubstr("SCTE35-OUT=0xFC"),
                          AllOf(HasSubstr("START-DATE=\"2026-01-11T12:00:05.000Z\""),
                                HasSubstr("SCTE35-IN=0xFC30"), Not(HasSubstr("PLANNED")))));
  EXPECT_THAT(ranges(27), IsEmpty());
}

TEST_F(PackagerEvents, AConclusionEndsThePlaylistsForThisRun) {
  Put(VideoFrom(IndexOfMark(frames_, kVideo, first_ + 5) + 30), {.kind = Event::Kind::kConclude});
  Recorder recorder;
  Packager packager({.path = "default/app/stream"}, recorder);
  packager.OnTracks(TracksOf(shape_));
  PlayAll(frames_, packager);
  EXPECT_EQ(recorder.end, media::EndReason::kConcluded);
  EXPECT_EQ(recorder.closed.back().second, first_ + 5);
  for (const media::TrackId track : {kVideo, kAudio})
    EXPECT_THAT(recorder.Current(track), HasSubstr("#EXT-X-ENDLIST"));
  packager.OnEnd(media::EndReason::kLost);
  EXPECT_EQ(recorder.end, media::EndReason::kConcluded);

  Shape again = shape_;
  again.run = "fedcba9876543210";
  again.first_number = first_ + 100;
  again.discontinuity_sequence = shape_.discontinuity_sequence + 1;
  packager.OnTracks(TracksOf(again));
  PlayAll(FramesOf(again, 10), packager);
  EXPECT_THAT(recorder.Current(kVideo), Not(HasSubstr("#EXT-X-ENDLIST")));
}

TEST_F(PackagerEvents, AreTheSameWhereverOneJoins) {
  Put(IndexOfMark(frames_, kVideo, first_ + 8) + 7, Tag("one"));
  Put(IndexOfMark(frames_, kAudio, first_ + 9), Tag("two"));
  PutOnMarks(first_ + 10, {.kind = Event::Kind::kCue, .out = true, .duration = seconds(4)});
  PutOnMarks(first_ + 12, {.kind = Event::Kind::kCue});
  for (const int64_t number : {10, 11, 12})
    PutOnMarks(first_ + number,
               {.kind = Event::Kind::kScte35, .out = true, .duration = seconds(4)});
  Recorder whole;
  Package(whole);
  for (const int64_t join : {3, 6, 9}) {
    Recorder joined;
    Package(joined, first_ + join);
    for (const auto& [key, part] : joined.parts) {
      const PartAdded& twin = whole.parts.at(key);
      EXPECT_EQ(part.media->bytes.text(), twin.media->bytes.text());
      if (part.number < first_ + join + shape_.segment_count) continue;
      EXPECT_EQ(part.playlist->Get(m3u8::Skip::kNothing)->bytes.text(),
                twin.playlist->Get(m3u8::Skip::kNothing)->bytes.text());
    }
  }
}

}  // namespace
}  // namespace weir::hls
