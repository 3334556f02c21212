#include "protocols/relay/send_queue.h"

#include <gtest/gtest.h>

#include "unit/stream/sample_stream.h"

namespace weir::relay {
namespace {

using stream::test::AudioAndVideo;
using stream::test::MakeFrame;
using stream::test::OneSegment;
using Kind = SendQueue::Item::Kind;

constexpr size_t kSegmentCost = 8 * (100 + SendQueue::kFrameCost);

SendQueue Live(SendQueue::Limits limits) {
  limits.start_bytes = 0;
  SendQueue queue(limits);
  queue.PushTracks(AudioAndVideo());
  queue.PushPresent();
  (void)queue.Pop();
  (void)queue.Pop();
  return queue;
}

void PushSegment(SendQueue& queue, int64_t number) {
  for (const auto& frame : OneSegment(number))
    queue.PushFrame(frame);
}

/// "T" tracks, "P" present, "G" gap, "E" end, "0" and "1" frames, with their mark behind.
std::string Drained(SendQueue& queue) {
  std::string text;
  while (!queue.empty()) {
    const SendQueue::Item item = queue.Pop();
    if (item.kind == Kind::kTracks) text += "T ";
    if (item.kind == Kind::kPresent) text += "P ";
    if (item.kind == Kind::kGap) text += "G ";
    if (item.kind == Kind::kEnd) text += "E ";
    if (!item.frame) continue;
    text += std::to_string(item.frame->track);
    if (item.frame->mark) text += "/" + std::to_string(item.frame->mark->number);
    text += " ";
  }
  return text;
}

TEST(SendQueue, GivesBackWhatItGotInOrder) {
  SendQueue queue = Live({});
  PushSegment(queue, 1);
  queue.PushEnd(media::EndReason::kFinished);
  EXPECT_EQ(Drained(queue), "0/1 1 0 1/1 0 1 0 1 E ");
  EXPECT_EQ(queue.bytes(), 0U);
  EXPECT_EQ(queue.dropped_frames(), 0U);
}

TEST(SendQueue, GoesOnAtTheNewestSegmentStartWhenItHasTooManySegments) {
  SendQueue queue = Live({.segments = 2});
  PushSegment(queue, 1);
  PushSegment(queue, 2);
  EXPECT_EQ(queue.dropped_frames(), 0U);
  PushSegment(queue, 3);
  // The audio before its own mark goes too: it belongs to segment 2.
  EXPECT_EQ(Drained(queue), "G 0/3 0 1/3 0 1 0 1 ");
  EXPECT_EQ(queue.dropped_frames(), 17U);
}

TEST(SendQueue, NeverHoldsMoreThanItsBytesAndOneFrame) {
  SendQueue queue = Live({.bytes = 2 * kSegmentCost, .segments = 1000});
  for (int64_t number = 1; number < 50; ++number) {
    PushSegment(queue, number);
    EXPECT_LE(queue.bytes(), 2 * kSegmentCost);
  }
  EXPECT_EQ(Drained(queue).substr(0, 4), "G 0/");
}

TEST(SendQueue, WaitsForTheNextSegmentWhenNoneWouldFit) {
  SendQueue queue = Live({.bytes = kSegmentCost / 2, .segments = 1000});
  PushSegment(queue, 1);
  EXPECT_TRUE(queue.empty());
  queue.PushFrame(MakeFrame({.track = 0, .mark = 2}));
  EXPECT_EQ(Drained(queue), "G 0/2 ");
}

TEST(SendQueue, HoldsABacklogAtItsStart) {
  SendQueue queue(
      {.bytes = kSegmentCost, .segments = 1, .start_bytes = 5 * kSegmentCost, .start_segments = 4});
  queue.PushTracks(AudioAndVideo());
  for (int64_t number = 1; number <= 5; ++number)
    PushSegment(queue, number);
  EXPECT_EQ(queue.dropped_frames(), 0U);
  PushSegment(queue, 6);
  EXPECT_GT(queue.dropped_frames(), 0U);
  EXPECT_LE(queue.bytes(), kSegmentCost);
}

TEST(SendQueue, HoldsOnlyItsOwnBoundOnceTheBacklogWasSent) {
  SendQueue queue(
      {.bytes = kSegmentCost, .segments = 1, .start_bytes = 5 * kSegmentCost, .start_segments = 4});
  queue.PushTracks(AudioAndVideo());
  PushSegment(queue, 1);
  queue.PushPresent();
  (void)Drained(queue);
  PushSegment(queue, 2);
  PushSegment(queue, 3);
  EXPECT_GT(queue.dropped_frames(), 0U);
}

TEST(SendQueue, HoldsABacklogWhoseBeginningLeftAtOnce) {
  SendQueue queue(
      {.bytes = kSegmentCost, .segments = 1, .start_bytes = 5 * kSegmentCost, .start_segments = 4});
  queue.PushTracks(AudioAndVideo());
  PushSegment(queue, 1);
  (void)Drained(queue);  // the driver had room; then it has none
  for (int64_t number = 2; number <= 6; ++number)
    PushSegment(queue, number);
  queue.PushPresent();
  EXPECT_EQ(queue.dropped_frames(), 0U);
}

TEST(SendQueue, KeepsWhatWasDescribedAmongWhatItDrops) {
  SendQueue queue = Live({.segments = 1});
  PushSegment(queue, 1);
  queue.PushTracks(AudioAndVideo("new"));
  PushSegment(queue, 2);
  queue.PushEnd(media::EndReason::kLost);
  EXPECT_EQ(Drained(queue), "T G 0/2 0 1/2 0 1 0 1 E ");
}

TEST(SendQueue, SaysThatThePastIsOverThoughItDropsThePast) {
  SendQueue queue({.bytes = kSegmentCost, .segments = 1, .start_bytes = 0, .start_segments = 1});
  queue.PushTracks(AudioAndVideo());
  PushSegment(queue, 1);
  queue.PushPresent();
  EXPECT_EQ(queue.dropped_frames(), 0U);
  PushSegment(queue, 2);
  PushSegment(queue, 3);
  EXPECT_GT(queue.dropped_frames(), 0U);
  EXPECT_EQ(Drained(queue), "T P G 0/3 0 1/3 0 1 0 1 ");
}

TEST(SendQueue, ReplacesADescriptionThatNothingFollowed) {
  SendQueue queue = Live({});
  for (int i = 0; i < 10; ++i)
    queue.PushTracks(AudioAndVideo());
  EXPECT_EQ(Drained(queue), "T ");
}

TEST(SendQueue, StartsAfterTheSegmentsAnEdgeHas) {
  SendQueue queue({});
  queue.StartAt(3);
  queue.PushTracks(AudioAndVideo());
  for (int64_t number = 1; number <= 3; ++number)
    PushSegment(queue, number);
  EXPECT_EQ(Drained(queue), "T 0/3 0 1/3 0 1 0 1 ");
}

TEST(SendQueue, LeavesOutAFrameThatIsTooLargeAndWhatDependsOnIt) {
  SendQueue queue = Live({.frame_max = 100});
  queue.PushFrame(MakeFrame({.track = 0, .mark = 1, .size = 100}));
  queue.PushFrame(MakeFrame({.track = 0, .size = 101}));
  queue.PushFrame(MakeFrame({.track = 0}));
  queue.PushFrame(MakeFrame({.track = 0, .mark = 2}));
  EXPECT_EQ(Drained(queue), "0/1 G 0/2 ");
}

}  // namespace
}  // namespace weir::relay
