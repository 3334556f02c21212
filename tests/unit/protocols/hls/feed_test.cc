#include "protocols/hls/feed.h"

#include <functional>
#include <future>
#include <string>

#include <gtest/gtest.h>

#include "net/loop_group.h"
#include "protocols/hls/feed_state.h"
#include "support/manual_executor.h"
#include "unit/protocols/hls/view_fixture.h"

namespace weir::hls {
namespace {

using namespace std::chrono_literals;
using test::ManualExecutor;

/// Writes down what it is told.
class Listener final : public FeedSink {
 public:
  void OnState(const FeedState& now) override {
    told += "state ";
    state = now;
  }

  void OnRunOpened(const RunOpened& opened) override {
    told += "run ";
    state.Apply(opened);
  }

  void OnPart(const PartAdded& part) override {
    told += "part ";
    state.Apply(part);
  }

  void OnSegment(const SegmentClosed& segment) override {
    told += "segment ";
    state.Apply(segment);
  }

  void OnExpired(const SegmentExpired& expired) override {
    told += "expired ";
    state.Apply(expired);
  }

  void OnEnd(media::EndReason reason) override {
    told += "end ";
    state.Apply(reason);
  }

  void OnGone() override { told += "gone "; }

  std::string told;
  FeedState state;
};

struct Loops {
  ManualExecutor home;
  ManualExecutor one;
  ManualExecutor two;

  void RunAll() {
    while (home.RunOne() || one.RunOne() || two.RunOne()) {
    }
  }
};

std::string Describe(const FeedState& state) {
  std::string text = std::to_string(state.runs.size()) + " runs";
  for (const auto& [id, track] : state.tracks) {
    text += "; track " + std::to_string(id);
    for (const auto& [number, segment] : track.segments) {
      text += " " + std::to_string(number) + (segment.closed ? "c" : "o");
      for (const FeedPart& part : segment.parts)
        text += part.playlist != nullptr ? "+" : "-";
    }
    if (track.current != nullptr)
      text += " " + std::string(track.current->Get(m3u8::Skip::kNothing)->bytes.text());
  }
  return text;
}

TEST(Feed, TellsAnEarlyAndALateListenerTheSame) {
  Loops loops;
  auto feed = std::make_unique<Feed>(loops.home);
  FakePackager packager(*feed);
  Listener early;
  const auto first = Attach(feed->ref(), loops.one, early);
  loops.RunAll();
  packager.Open("run1", 7);
  packager.Segment(7);
  packager.Segment(8);
  packager.Part(kVideo, 9, 0);
  Listener late;
  const auto second = Attach(feed->ref(), loops.two, late);
  loops.RunAll();
  packager.Part(kVideo, 9, 1);
  feed->OnExpired({.track = kVideo, .number = 7});
  loops.RunAll();
  EXPECT_EQ(Describe(early.state), Describe(late.state));
  EXPECT_EQ(Describe(late.state),
            "1 runs; track 0 8c++++ 9o++ playlist v9.1; track 1 7c++++ 8c++++ playlist a8");
  EXPECT_EQ(late.told, "state part expired ");
}

TEST(Feed, PostsOncePerLoopAndEvent) {
  Loops loops;
  Feed feed(loops.home);
  FakePackager packager(feed);
  packager.Open("run1", 1);
  Listener listeners[3];
  std::vector<std::unique_ptr<FeedSubscription>> subscriptions;
  for (Listener& listener : listeners)
    subscriptions.push_back(Attach(feed.ref(), loops.one, listener));
  loops.RunAll();
  const size_t before = loops.one.posted();
  packager.Part(kVideo, 1, 0);
  EXPECT_EQ(loops.one.posted(), before + 1);
  loops.RunAll();
  for (const Listener& listener : listeners)
    EXPECT_EQ(listener.told, "state part ");
}

TEST(Feed, StopsTellingAtOnceWhenASubscriptionEnds) {
  Loops loops;
  Feed feed(loops.home);
  FakePackager packager(feed);
  Listener listener;
  auto subscription = Attach(feed.ref(), loops.one, listener);
  loops.RunAll();
  packager.Open("run1", 1);
  subscription.reset();
  loops.RunAll();
  EXPECT_EQ(listener.told, "state ");
  packager.Part(kVideo, 1, 0);
  EXPECT_EQ(loops.one.pending(), 0U);
}

TEST(Feed, TellsItsEndOnceWhateverComesFirst) {
  Loops loops;
  auto feed = std::make_unique<Feed>(loops.home);
  const FeedRef ref = feed->ref();
  Listener before;
  const auto first = Attach(ref, loops.one, before);
  loops.RunAll();
  feed.reset();
  Listener after;
  const auto second = Attach(ref, loops.two, after);
  loops.RunAll();
  EXPECT_EQ(before.told, "state gone ");
  EXPECT_EQ(after.told, "gone ");
}

TEST(Feed, MayBeDestroyedWithItsListenersOnTheirLastCall) {
  struct SelfEnding final : FeedSink {
    void OnState(const FeedState& /*state*/) override {}

    void OnRunOpened(const RunOpened& /*opened*/) override {}

    void OnPart(const PartAdded& /*part*/) override {}

    void OnSegment(const SegmentClosed& /*segment*/) override {}

    void OnExpired(const SegmentExpired& /*expired*/) override {}

    void OnEnd(media::EndReason /*reason*/) override {}

    void OnGone() override { subscription.reset(); }

    std::unique_ptr<FeedSubscription> subscription;
  };

  Loops loops;
  auto feed = std::make_unique<Feed>(loops.home);
  SelfEnding sink;
  sink.subscription = Attach(feed->ref(), loops.one, sink);
  loops.RunAll();
  feed.reset();
  loops.RunAll();
  EXPECT_EQ(sink.subscription, nullptr);
}

/// Runs `task` on `loop` and waits for it.
void RunOn(net::EventLoop& loop, const std::function<void()>& task) {
  std::promise<void> done;
  loop.Post([&] {
    task();
    done.set_value();
  });
  done.get_future().wait();
}

TEST(Feed, CrossesThreads) {
  net::LoopGroup loops(3);
  loops.Start();
  std::unique_ptr<Feed> feed;
  RunOn(loops.at(0), [&] { feed = std::make_unique<Feed>(loops.at(0)); });
  const FeedRef ref = feed->ref();
  Listener listeners[2];
  std::unique_ptr<FeedSubscription> subscriptions[2];
  for (const size_t i : {size_t{0}, size_t{1}}) {
    RunOn(loops.at(i + 1),
          [&, i] { subscriptions[i] = Attach(ref, loops.at(i + 1), listeners[i]); });
  }
  RunOn(loops.at(0), [&] {
    FakePackager packager(*feed);
    packager.Open("run1", 1);
    for (int64_t number = 1; number <= 50; ++number)
      packager.Segment(number);
    (void)feed->usage();
  });
  RunOn(loops.at(1), [&] {
    subscriptions[0]->AddBytes(1);
    subscriptions[0].reset();
  });
  RunOn(loops.at(0), [&] { feed.reset(); });
  RunOn(loops.at(2), [&] { subscriptions[1].reset(); });
  loops.Stop();
  EXPECT_EQ(listeners[1].state.tracks[kVideo].segments.size(), 50U);
  EXPECT_TRUE(listeners[1].told.ends_with("gone "));
}

TEST(Feed, AddsUpWhatViewersUse) {
  Loops loops;
  Feed feed(loops.home);
  EXPECT_EQ(feed.usage().last_used, std::nullopt);
  Listener listeners[2];
  auto one = Attach(feed.ref(), loops.one, listeners[0]);
  auto two = Attach(feed.ref(), loops.two, listeners[1]);
  loops.RunAll();
  one->AddBytes(100);
  two->AddBytes(11);
  one->Touch(kStart + 2s);
  two->Touch(kStart + 1s);
  EXPECT_EQ(feed.usage().bytes_out, 111U);
  EXPECT_EQ(feed.usage().last_used, kStart + 2s);
  one.reset();
  loops.RunAll();
  EXPECT_EQ(feed.usage().bytes_out, 111U);
  EXPECT_EQ(feed.usage().last_used, kStart + 2s);
}

/// Adds events up.
struct Applier final : PublishedSink {
  explicit Applier(FeedState& to) : state(to) {}

  void OnRunOpened(const RunOpened& opened) override { state.Apply(opened); }

  void OnPart(const PartAdded& part) override { state.Apply(part); }

  void OnSegment(const SegmentClosed& segment) override { state.Apply(segment); }

  void OnExpired(const SegmentExpired& expired) override { state.Apply(expired); }

  void OnEnd(media::EndReason reason) override { state.Apply(reason); }

  FeedState& state;
};

TEST(FeedState, KeepsPlaylistsForThreeTargetDurations) {
  FeedState state;
  Applier applier(state);
  FakePackager packager(applier);
  packager.Open("run1", 1);
  for (int64_t number = 1; number <= 6; ++number)
    packager.Segment(number, 1);
  packager.Part(kVideo, 7, 0);
  EXPECT_EQ(Describe(state),
            "1 runs; track 0 1c- 2c- 3c+ 4c+ 5c+ 6c+ 7o+ playlist v7.0; "
            "track 1 1c- 2c+ 3c+ 4c+ 5c+ 6c+ playlist a6");
  EXPECT_NE(state.tracks[kVideo].segments[1].media, nullptr);
}

TEST(FeedState, KeepsARunAsLongAsItsSegments) {
  FeedState state;
  Applier applier(state);
  FakePackager packager(applier);
  packager.Open("run1", 1);
  packager.Segment(1);
  state.Apply(media::EndReason::kLost);
  packager.Open("run2", 90);
  EXPECT_EQ(state.ended, std::nullopt);
  EXPECT_FALSE(state.IsPlayable());
  packager.Part(kVideo, 90, 0);
  EXPECT_FALSE(state.IsPlayable()) << "the audio has nothing yet";
  packager.Part(kAudio, 90, 0);
  EXPECT_TRUE(state.IsPlayable());
  state.Apply(SegmentExpired{.track = kVideo, .number = 1});
  EXPECT_NE(state.FindRun("run1"), nullptr);
  state.Apply(SegmentExpired{.track = kAudio, .number = 1});
  EXPECT_EQ(state.FindRun("run1"), nullptr);
  EXPECT_NE(state.FindRun("run2"), nullptr);
}

}  // namespace
}  // namespace weir::hls
