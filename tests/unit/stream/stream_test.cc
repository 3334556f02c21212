#include "stream/stream.h"

#include <optional>

#include <gtest/gtest.h>

#include "sample_stream.h"
#include "support/manual_executor.h"
#include "support/recording_sink.h"

namespace weir::stream {
namespace {

using test::AudioAndVideo;
using test::kPath;
using test::MakeFrame;
using test::OneSegment;
using weir::test::ManualExecutor;
using weir::test::RecordingSink;
using Kind = RecordingSink::Call::Kind;

class StreamTest : public ::testing::Test {
 protected:
  void Publish(int64_t number, size_t size = 100) {
    for (const auto& frame : OneSegment(number, size))
      stream_->OnFrame(frame);
  }

  void RunAll() {
    while (home_.pending() + other_.pending() > 0) {
      home_.RunAll();
      other_.RunAll();
    }
  }

  std::unique_ptr<Subscription> Join(Executor& loop, int segments_back, RecordingSink& sink) {
    return Subscribe(ref_, loop, {.kind = StartAt::Kind::kSegmentsBack, .segments = segments_back},
                     sink);
  }

  /// Whole, in order, once: from the mark of `number` on up to what was published last.
  static void ExpectWholeFrom(int64_t number, const RecordingSink& sink, int64_t last_number) {
    ASSERT_FALSE(sink.calls().empty());
    EXPECT_EQ(sink.calls().front().kind, Kind::kTracks);
    const auto video = sink.frames(0);
    const auto audio = sink.frames(1);
    ASSERT_EQ(video.size(), static_cast<size_t>(last_number - number + 1) * 4);
    ASSERT_EQ(audio.size(), video.size() - 1);
    ASSERT_TRUE(video.front()->mark && audio.front()->mark);
    EXPECT_EQ(video.front()->mark->number, number);
    EXPECT_EQ(audio.front()->mark->number, number);
    for (size_t i = 1; i < video.size(); ++i)
      EXPECT_EQ(video[i]->dts - video[i - 1]->dts, std::chrono::milliseconds(250));
    for (size_t i = 1; i < audio.size(); ++i)
      EXPECT_EQ(audio[i]->dts - audio[i - 1]->dts, std::chrono::milliseconds(250));
  }

  ManualExecutor home_;
  ManualExecutor other_;
  std::unique_ptr<Stream> stream_ = std::make_unique<Stream>(kPath, home_, BacklogLimits{});
  StreamRef ref_ = stream_->ref();
};

TEST_F(StreamTest, FramesAreHandedOnAsTheVerySameObjects) {
  RecordingSink near;
  RecordingSink far;
  const auto near_subscription = Join(home_, 0, near);
  const auto far_subscription = Join(other_, 0, far);
  RunAll();
  stream_->OnTracks(AudioAndVideo());
  const auto frame = MakeFrame({.mark = 7});
  stream_->OnFrame(frame);
  EXPECT_EQ(near.frames().size(), 1U) << "the home loop needs no post";
  EXPECT_TRUE(far.calls().empty());
  RunAll();
  ASSERT_EQ(far.calls().size(), 2U);
  EXPECT_EQ(far.calls()[0].kind, Kind::kTracks);
  EXPECT_EQ(far.frames()[0], frame);
  EXPECT_EQ(near.frames()[0], frame);
}

TEST_F(StreamTest, KnowsHowManySubscribe) {
  EXPECT_EQ(SubscribersOf(ref_), 0U);
  RecordingSink near;
  RecordingSink far;
  const auto near_subscription = Join(home_, 0, near);
  auto far_subscription = Join(other_, 0, far);
  RunAll();
  EXPECT_EQ(SubscribersOf(ref_), 2U);
  far_subscription.reset();
  RunAll();
  EXPECT_EQ(SubscribersOf(ref_), 1U);
  stream_.reset();
  EXPECT_EQ(SubscribersOf(ref_), 0U);
}

TEST_F(StreamTest, NothingIsCalledInsideSubscribe) {
  stream_->OnTracks(AudioAndVideo());
  Publish(1);
  RecordingSink sink;
  const auto subscription = Join(home_, 0, sink);
  EXPECT_TRUE(sink.calls().empty());
  RunAll();
  ExpectWholeFrom(1, sink, 1);
}

TEST_F(StreamTest, BacklogAndLiveJoinWithoutLossOrDuplicateWhereverTheyMeet) {
  for (size_t cut = 0; cut <= 16; ++cut) {
    stream_ = std::make_unique<Stream>(kPath, home_, BacklogLimits{});
    ref_ = stream_->ref();
    stream_->OnTracks(AudioAndVideo());
    Publish(1);
    RecordingSink far;
    RecordingSink near;
    std::vector<std::shared_ptr<const media::Frame>> frames = OneSegment(2);
    const auto more = OneSegment(3);
    frames.insert(frames.end(), more.begin(), more.end());
    std::unique_ptr<Subscription> far_subscription;
    std::unique_ptr<Subscription> near_subscription;
    for (size_t i = 0; i < frames.size(); ++i) {
      if (i == cut) {
        far_subscription = Join(other_, 100, far);
        near_subscription = Join(home_, 100, near);
        home_.RunAll();  // The past is on its way to the other loop.
      }
      stream_->OnFrame(frames[i]);
    }
    if (cut == frames.size()) {
      far_subscription = Join(other_, 100, far);
      near_subscription = Join(home_, 100, near);
    }
    RunAll();
    ExpectWholeFrom(1, far, 3);
    ExpectWholeFrom(1, near, 3);
    far_subscription.reset();
    near_subscription.reset();
    RunAll();
  }
}

TEST_F(StreamTest, SubscriberStartsAsManySegmentsBackAsAskedForOrAtTheOldest) {
  stream_->OnTracks(AudioAndVideo());
  for (int64_t number = 1; number <= 20; ++number)
    Publish(number);
  for (const auto& [back, first] : {std::pair{0, 20}, {3, 17}, {12, 8}, {13, 8}, {1000, 8}}) {
    RecordingSink sink;
    const auto subscription = Join(other_, back, sink);
    RunAll();
    ExpectWholeFrom(first, sink, 20);
  }
}

TEST_F(StreamTest, SubscriberMayWaitForTheNextSegment) {
  stream_->OnTracks(AudioAndVideo());
  Publish(1);
  stream_->OnFrame(MakeFrame({.dts_ms = 2000, .mark = 2}));
  RecordingSink sink;
  const auto subscription =
      Subscribe(ref_, other_, {.kind = StartAt::Kind::kNextSegment, .segments = 0}, sink);
  RunAll();
  stream_->OnFrame(MakeFrame({.track = 1, .dts_ms = 2010, .mark = 2}));
  RunAll();
  EXPECT_TRUE(sink.calls().empty()) << "the audio's mark does not begin a segment";
  Publish(3);
  RunAll();
  ExpectWholeFrom(3, sink, 3);
}

TEST_F(StreamTest, FirstTracksComeWithTheFirstFrames) {
  stream_->OnTracks(AudioAndVideo());
  RecordingSink sink;
  const auto subscription = Join(home_, 0, sink);
  RunAll();
  stream_->OnFrame(MakeFrame({.track = 1, .dts_ms = 0}));
  EXPECT_TRUE(sink.calls().empty());
  Publish(1);
  ExpectWholeFrom(1, sink, 1);
}

TEST_F(StreamTest, EachFrameIsPostedOncePerLoopHoweverManySinks) {
  std::vector<std::unique_ptr<RecordingSink>> sinks;
  std::vector<std::unique_ptr<Subscription>> subscriptions;
  for (int i = 0; i < 50; ++i) {
    sinks.push_back(std::make_unique<RecordingSink>());
    subscriptions.push_back(Join(other_, 0, *sinks.back()));
  }
  stream_->OnTracks(AudioAndVideo());
  RunAll();
  const size_t before = other_.posted();
  Publish(1);
  EXPECT_EQ(other_.posted() - before, 8U);
  RunAll();
  for (const auto& sink : sinks)
    ExpectWholeFrom(1, *sink, 1);
  EXPECT_EQ(stream_->stats().subscribers, 50U);
}

TEST_F(StreamTest, NoPostGoesToALoopThatNobodyIsLeftOn) {
  stream_->OnTracks(AudioAndVideo());
  RecordingSink sink;
  auto subscription = Join(other_, 0, sink);
  auto second = Join(other_, 0, sink);
  RunAll();
  subscription.reset();
  RunAll();
  EXPECT_EQ(stream_->stats().subscribers, 1U);
  second.reset();
  RunAll();
  const size_t before = other_.posted();
  Publish(1);
  EXPECT_EQ(other_.posted(), before);
  EXPECT_EQ(stream_->stats().subscribers, 0U);
}

TEST_F(StreamTest, DestroyingTheSubscriptionStopsCallsThatAreInFlight) {
  stream_->OnTracks(AudioAndVideo());
  Publish(1);
  RecordingSink sink;
  auto subscription = Join(other_, 0, sink);
  home_.RunAll();  // The backlog is posted.
  subscription.reset();
  RunAll();
  EXPECT_TRUE(sink.calls().empty());

  subscription = Join(other_, 0, sink);
  RunAll();
  const size_t calls = sink.calls().size();
  Publish(2);
  subscription.reset();
  RunAll();
  EXPECT_EQ(sink.calls().size(), calls);
}

TEST_F(StreamTest, SubscriptionsMayGoInsideACall) {
  for (ManualExecutor* loop : {&home_, &other_}) {
    RecordingSink leaves;
    RecordingSink pushed;
    RecordingSink stays;
    const StartAt next{.kind = StartAt::Kind::kNextSegment, .segments = 0};
    auto leaving = Subscribe(ref_, *loop, next, leaves);
    auto pushed_out = Subscribe(ref_, *loop, next, pushed);
    const auto staying = Subscribe(ref_, *loop, next, stays);
    stream_->OnTracks(AudioAndVideo());
    RunAll();
    leaves.on_call = [&](const RecordingSink::Call& call) {
      if (!call.frame) return;
      leaving.reset();
      pushed_out.reset();
    };
    const int64_t number = loop == &home_ ? 1 : 2;
    Publish(number);
    RunAll();
    EXPECT_EQ(leaves.frames().size(), 1U);
    EXPECT_TRUE(pushed.frames().empty());
    ExpectWholeFrom(number, stays, number);
  }
}

TEST_F(StreamTest, SubscriptionMayGoInTheMiddleOfItsBacklog) {
  stream_->OnTracks(AudioAndVideo());
  Publish(1);
  RecordingSink sink;
  auto subscription = Join(other_, 0, sink);
  sink.on_call = [&](const RecordingSink::Call& call) {
    if (call.frame) subscription.reset();
  };
  RunAll();
  EXPECT_EQ(sink.frames().size(), 1U);
}

TEST_F(StreamTest, EndIsToldOnceWithItsReasonToAllAndToLatecomers) {
  RecordingSink near;
  RecordingSink far;
  RecordingSink late;
  const auto near_subscription = Join(home_, 0, near);
  const auto far_subscription = Join(other_, 0, far);
  RunAll();
  stream_->OnTracks(AudioAndVideo());
  Publish(1);
  stream_->OnEnd(media::EndReason::kFinished);
  const auto late_subscription = Join(other_, 0, late);
  RunAll();
  stream_.reset();
  RecordingSink latest;
  const auto latest_subscription = Join(other_, 0, latest);
  RunAll();
  for (const RecordingSink* sink : {&near, &far, &late, &latest})
    EXPECT_EQ(sink->end(), media::EndReason::kFinished);
  EXPECT_EQ(far.calls().size(), 1U + 7U + 1U);
  EXPECT_EQ(late.calls().size(), 1U);
}

TEST_F(StreamTest, AStreamThatGoesWithoutAWordIsLost) {
  RecordingSink near;
  RecordingSink far;
  const auto near_subscription = Join(home_, 0, near);
  const auto far_subscription = Join(other_, 0, far);
  RunAll();
  stream_.reset();
  EXPECT_TRUE(near.calls().empty()) << "not inside the destructor";
  RunAll();
  EXPECT_EQ(near.end(), media::EndReason::kLost);
  EXPECT_EQ(far.end(), media::EndReason::kLost);
  EXPECT_EQ(far.calls().size(), 1U);
}

TEST_F(StreamTest, GapsAreToldToThoseWhoHaveBegunAndKeptInTheBacklog) {
  stream_->OnTracks(AudioAndVideo());
  RecordingSink live;
  const auto live_subscription = Join(home_, 0, live);
  RunAll();
  stream_->OnGap();
  EXPECT_TRUE(live.calls().empty());
  Publish(1);
  stream_->OnGap();
  Publish(5);
  RecordingSink late;
  const auto late_subscription = Join(other_, 9, late);
  RunAll();
  for (const RecordingSink* sink : {&live, &late}) {
    std::vector<size_t> gaps;
    for (size_t i = 0; i < sink->calls().size(); ++i)
      if (sink->calls()[i].kind == Kind::kGap) gaps.push_back(i);
    ASSERT_FALSE(gaps.empty());
    EXPECT_EQ(gaps.back(), sink->calls().size() - 8 - 1);
  }
}

TEST_F(StreamTest, BacklogCarriesTheTracksOfEachRun) {
  const auto first = AudioAndVideo("a");
  const auto second = AudioAndVideo("b");
  stream_->OnTracks(first);
  Publish(1);
  Publish(2);
  stream_->OnTracks(second);
  Publish(3);
  RecordingSink sink;
  const auto subscription = Join(other_, 9, sink);
  RunAll();
  EXPECT_EQ(sink.track_lists(), (std::vector{first, second}));
  EXPECT_EQ(sink.calls()[1 + 15].kind, Kind::kTracks) << "right before the run's first frame";
}

TEST_F(StreamTest, BacklogStaysWithinItsBudgetByDroppingTheOldest) {
  stream_ = std::make_unique<Stream>(kPath, home_,
                                     BacklogLimits{.segments = 12, .bytes = 3 * 8 * (1000 + 256)});
  ref_ = stream_->ref();
  stream_->OnTracks(AudioAndVideo());
  for (int64_t number = 1; number <= 10; ++number) {
    Publish(number, 1000);
    EXPECT_LE(stream_->stats().backlog_bytes, 3U * 8 * 1000);
  }
  EXPECT_EQ(stream_->stats().backlog_segments, 2);
  RecordingSink sink;
  const auto subscription = Join(other_, 100, sink);
  RunAll();
  ExpectWholeFrom(8, sink, 10);
}

TEST_F(StreamTest, AnOpenSegmentLargerThanTheBudgetIsNotKept) {
  stream_ = std::make_unique<Stream>(kPath, home_, BacklogLimits{.segments = 12, .bytes = 5000});
  ref_ = stream_->ref();
  RecordingSink live;
  const auto live_subscription = Join(home_, 0, live);
  RunAll();
  stream_->OnTracks(AudioAndVideo());
  stream_->OnFrame(MakeFrame({.mark = 1, .size = 4744}));
  EXPECT_EQ(stream_->stats().backlog_bytes, 4744U) << "exactly the budget fits";
  stream_->OnFrame(MakeFrame({.dts_ms = 10, .size = 1}));
  EXPECT_EQ(stream_->stats().backlog_bytes, 0U);
  for (int64_t i = 2; i < 1000; ++i)
    stream_->OnFrame(MakeFrame({.dts_ms = i * 10, .size = 1000}));
  EXPECT_EQ(stream_->stats().backlog_bytes, 0U);
  EXPECT_EQ(live.frames().size(), 1000U) << "who is there gets all";

  RecordingSink late;
  const auto late_subscription = Join(other_, 5, late);
  RunAll();
  EXPECT_TRUE(late.calls().empty());
  Publish(2);
  RunAll();
  ExpectWholeFrom(2, late, 2);
  EXPECT_EQ(stream_->stats().backlog_bytes, 800U);
}

TEST_F(StreamTest, TinyFramesCountForMoreThanTheirPayload) {
  stream_ = std::make_unique<Stream>(kPath, home_, BacklogLimits{.segments = 12, .bytes = 1 << 20});
  stream_->OnTracks(AudioAndVideo());
  stream_->OnFrame(MakeFrame({.mark = 1, .size = 1}));
  for (int64_t i = 1; i < 10'000; ++i) {
    stream_->OnFrame(MakeFrame({.dts_ms = i, .size = 1}));
    EXPECT_LE(stream_->stats().backlog_bytes, (1U << 20) / 257);
  }
}

TEST_F(StreamTest, AudioOnlyStreamsSegmentByAudio) {
  stream_->OnTracks(test::AudioOnly());
  for (int64_t i = 0; i < 8; ++i) {
    stream_->OnFrame(MakeFrame(
        {.track = 1, .dts_ms = i * 250, .mark = i % 4 == 0 ? std::optional(i / 4) : std::nullopt}));
  }
  RecordingSink sink;
  const auto subscription = Join(other_, 0, sink);
  RunAll();
  EXPECT_EQ(sink.frames().size(), 4U);
}

TEST_F(StreamTest, StatsCountWhatWentThrough) {
  stream_->OnTracks(AudioAndVideo());
  Publish(1);
  Publish(2);
  const Stream::Stats stats = stream_->stats();
  EXPECT_EQ(stats.frames, 16U);
  EXPECT_EQ(stats.bytes, 1600U);
  EXPECT_EQ(stats.backlog_bytes, 1600U);
  EXPECT_EQ(stats.backlog_segments, 1);
  EXPECT_EQ(stream_->path(), kPath);
}

TEST_F(StreamTest, PostsToAnEndedLoopDoNoHarm) {
  RecordingSink sink;
  auto subscription = Join(other_, 0, sink);
  home_.RunAll();
  other_.Drop();
  stream_->OnTracks(AudioAndVideo());
  Publish(1);
  other_.Drop();
  subscription.reset();
  home_.Drop();
  stream_.reset();
  EXPECT_TRUE(sink.calls().empty());
}

}  // namespace
}  // namespace weir::stream
