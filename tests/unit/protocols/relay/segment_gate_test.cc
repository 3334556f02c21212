#include "protocols/relay/segment_gate.h"

#include <gtest/gtest.h>

#include "unit/stream/sample_stream.h"

namespace weir::relay {
namespace {

using stream::test::AudioAndVideo;
using stream::test::AudioOnly;
using stream::test::MakeFrame;

TEST(SegmentGate, StartsOpen) {
  SegmentGate gate;
  EXPECT_TRUE(gate.Passes(*MakeFrame({})));
}

TEST(SegmentGate, OpensEveryTrackAtItsMarkOfTheSameSegment) {
  SegmentGate gate;
  gate.OnTracks(*AudioAndVideo());
  gate.Close();
  EXPECT_FALSE(gate.Passes(*MakeFrame({.track = 0})));
  EXPECT_FALSE(gate.Passes(*MakeFrame({.track = 1, .mark = 4})));
  EXPECT_TRUE(gate.Passes(*MakeFrame({.track = 0, .mark = 5})));
  EXPECT_FALSE(gate.Passes(*MakeFrame({.track = 1})));
  EXPECT_TRUE(gate.Passes(*MakeFrame({.track = 0})));
  EXPECT_TRUE(gate.Passes(*MakeFrame({.track = 1, .mark = 5})));
  EXPECT_TRUE(gate.Passes(*MakeFrame({.track = 1})));
}

TEST(SegmentGate, OpensAtAnAudioMarkWhereThereIsNoVideo) {
  SegmentGate gate;
  gate.OnTracks(*AudioOnly());
  gate.Close();
  EXPECT_FALSE(gate.Passes(*MakeFrame({.track = 1})));
  EXPECT_TRUE(gate.Passes(*MakeFrame({.track = 1, .mark = 4})));
}

TEST(SegmentGate, WaitsForTheSegmentAskedForFromBeforeItsFirstTracksOn) {
  SegmentGate gate;
  gate.CloseUntil(7);
  gate.OnTracks(*AudioAndVideo());
  EXPECT_FALSE(gate.Passes(*MakeFrame({.track = 0, .mark = 6})));
  EXPECT_FALSE(gate.Passes(*MakeFrame({.track = 1, .mark = 6})));
  EXPECT_TRUE(gate.Passes(*MakeFrame({.track = 0, .mark = 7})));
  EXPECT_TRUE(gate.Passes(*MakeFrame({.track = 1, .mark = 8})));
}

TEST(SegmentGate, DoesNotWaitForATrackThatIsGone) {
  SegmentGate gate;
  gate.OnTracks(*AudioAndVideo());
  gate.Close();
  gate.OnTracks(*AudioOnly());
  EXPECT_TRUE(gate.Passes(*MakeFrame({.track = 1, .mark = 4})));
  gate.OnTracks(*AudioAndVideo());
  EXPECT_TRUE(gate.Passes(*MakeFrame({.track = 0})));
}

}  // namespace
}  // namespace weir::relay
