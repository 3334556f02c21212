#include "edge/pull/pulled_stream.h"

#include <gtest/gtest.h>

#include "support/manual_executor.h"
#include "support/recording_sink.h"
#include "unit/protocols/relay/fake_origins.h"
#include "unit/stream/sample_stream.h"

namespace weir::edge {
namespace {

using namespace std::chrono_literals;
using stream::test::AudioAndVideo;
using stream::test::kPath;
using stream::test::OneSegment;
using weir::test::RecordingSink;

service::OriginUrl UrlOf(std::string host) {
  service::OriginUrl url;
  url.scheme = "ovt";
  url.host = std::move(host);
  url.port = 9000;
  url.app = "live";
  url.stream = "one";
  return url;
}

PullPlan PlanOf(const std::vector<std::string>& hosts) {
  PullPlan plan;
  for (const std::string& host : hosts)
    plan.urls.push_back(UrlOf(host));
  return plan;
}

/// The program and the loop around a PulledStream, with a made-up time.
class Surroundings : public PulledStream::Host, public PullObserver {
 public:
  explicit Surroundings(const PullPlan& plan)
      : pulled(std::make_unique<PulledStream>(kPath, plan,
                                              PulledStream::Context{.home = home,
                                                                    .links = origins,
                                                                    .registry = registry,
                                                                    .options = options,
                                                                    .observer = *this},
                                              *this)) {}

  // PulledStream::Host
  Clock::time_point now() const override { return time; }

  void SetAlarm(Clock::time_point due) override { alarm = due; }

  double Random() override { return 0.999; }

  void OnLive(const stream::StreamRef& /*stream*/) override { ++lives; }

  void OnFailed(const Error& reason) override { failure = reason; }

  // PullObserver
  void OnOpened(stream::Stream& stream) override {
    ++opened;
    subscription = stream::Subscribe(
        stream.ref(), home, {.kind = stream::StartAt::Kind::kSegmentsBack, .segments = 9}, sink);
  }

  void OnClosed(const stream::StreamPath& /*path*/) override {
    ++closed;
    subscription.reset();
  }

  void OnControl(const stream::StreamPath& /*path*/,
                 const relay::ControlMessage& message) override {
    controls.push_back(message);
  }

  relay::StreamStats OnUsage(const stream::StreamPath& /*path*/) override { return usage; }

  /// Lets time pass, with every alarm kept.
  void Wait(Clock::duration span) {
    const Clock::time_point until = time + span;
    while (alarm <= until && !pulled->gone()) {
      time = std::max(time, alarm);
      alarm = Clock::time_point::max();
      pulled->OnAlarm();
    }
    time = until;
    home.RunAll();
  }

  media::MediaSink& origin() { return *origins.last().sink; }

  void Describe(const char* run, int64_t first_number = 0) {
    media::TrackList tracks = *AudioAndVideo(run);
    tracks.run->first_number = first_number;
    origin().OnTracks(std::make_shared<const media::TrackList>(std::move(tracks)));
  }

  void Play(int64_t number) {
    for (const auto& frame : OneSegment(number))
      origin().OnFrame(frame);
    home.RunAll();
  }

  /// Numbers of the video segments the packager got, "G" for gaps, "T" for tracks, "E" for the end.
  std::string Packaged() const {
    std::string text;
    for (const RecordingSink::Call& call : sink.calls()) {
      if (call.tracks) text += "T";
      if (call.kind == RecordingSink::Call::Kind::kGap) text += "G";
      if (call.reason) text += "E";
      if (call.frame && call.frame->track == 0 && call.frame->mark)
        text += std::to_string(call.frame->mark->number);
    }
    return text;
  }

  Clock::time_point time{1h};
  Clock::time_point alarm = Clock::time_point::max();
  weir::test::ManualExecutor home;
  stream::Registry registry;
  PullerOptions options;
  relay::test::FakeOrigins origins;
  RecordingSink sink;
  std::unique_ptr<stream::Subscription> subscription;
  relay::StreamStats usage;
  std::vector<relay::ControlMessage> controls;
  std::optional<Error> failure;
  int opened = 0;
  int closed = 0;
  int lives = 0;
  std::unique_ptr<PulledStream> pulled;
};

TEST(PulledStream, ComesFromTheFirstUrlWithABacklog) {
  Surroundings around(PlanOf({"a", "b"}));
  const auto& opened = around.origins.last();
  EXPECT_EQ(opened.origin.host, "a");
  EXPECT_EQ(opened.request.path.text(), "default/live/one");
  EXPECT_EQ(opened.request.start, relay::Subscribe::Start::kSegmentsBack);
  EXPECT_EQ(opened.request.number, around.options.start_segments);
  EXPECT_EQ(around.opened, 0);
  around.Describe("run-a");
  EXPECT_EQ(around.opened, 1);
  EXPECT_TRUE(around.registry.Find(kPath));
  around.Play(1);
  EXPECT_EQ(around.Packaged(), "T1");
}

TEST(PulledStream, IsThereForAskersOnceItsBacklogHasCome) {
  Surroundings around(PlanOf({"a"}));
  around.Describe("run-a");
  around.Play(1);
  EXPECT_EQ(around.lives, 0);
  EXPECT_FALSE(around.pulled->ref());
  around.origin().OnPresent();
  EXPECT_EQ(around.lives, 1);
  EXPECT_TRUE(around.pulled->ref());
  around.origin().OnEnd(media::EndReason::kLost);
  around.Wait(1s);
  around.Describe("run-a");
  EXPECT_TRUE(around.pulled->ref()) << "it stays there while its origin is away";
  around.origin().OnPresent();
  EXPECT_EQ(around.lives, 1);
}

TEST(PulledStream, IsThereWithItsFirstTracksWhereThereIsNoBacklog) {
  Surroundings around(PlanOf({"a"}));
  around.origin().OnPresent();
  EXPECT_EQ(around.lives, 0);
  around.Describe("run-a");
  EXPECT_EQ(around.lives, 1);
}

TEST(PulledStream, WaitsForTheBacklogNoLongerThanAskersLike) {
  Surroundings around(PlanOf({"a"}));
  around.Describe("run-a");
  for (int64_t number = 1; number <= 2; ++number) {
    around.Wait(PulledStream::kBacklogPatience / 2 - 1ms);
    around.Play(number);
  }
  EXPECT_EQ(around.lives, 0);
  around.Wait(2ms);
  EXPECT_EQ(around.lives, 1);
}

TEST(PulledStream, IsThereWhenItIsConcludedInItsBacklog) {
  Surroundings around(PlanOf({"a"}));
  around.Describe("run-a");
  around.origin().OnEnd(media::EndReason::kConcluded);
  EXPECT_EQ(around.lives, 1);
  EXPECT_TRUE(around.pulled->ref());
}

TEST(PulledStream, SaysAtOnceThatNoUrlHasIt) {
  Surroundings around(PlanOf({"a", "b"}));
  around.origin().OnEnd(media::EndReason::kNotFound);
  EXPECT_FALSE(around.failure);
  around.Wait(1ms);
  EXPECT_EQ(around.origins.last().origin.host, "b");
  around.origin().OnEnd(media::EndReason::kRefused);
  ASSERT_TRUE(around.failure);
  EXPECT_EQ(around.failure->code, ErrorCode::kNotFound);
  EXPECT_TRUE(around.pulled->gone());
  EXPECT_EQ(around.opened, 0);
}

TEST(PulledStream, KeepsTryingWhereAnOriginCannotBeReachedUntilPatienceEnds) {
  Surroundings around(PlanOf({"a", "b"}));
  around.origin().OnEnd(media::EndReason::kLost);
  around.Wait(1ms);
  around.origin().OnEnd(media::EndReason::kNotFound);
  EXPECT_FALSE(around.failure);
  around.Wait(250ms);
  EXPECT_EQ(around.origins.last().origin.host, "a");
  around.Wait(9'748ms);
  EXPECT_FALSE(around.failure);
  around.Wait(1ms);
  ASSERT_TRUE(around.failure);
  EXPECT_EQ(around.failure->code, ErrorCode::kUnavailable);
}

TEST(PulledStream, TriesTheNextUrlWhenAnOriginDoesNotAnswer) {
  Surroundings around(PlanOf({"a", "b"}));
  around.Wait(2999ms);
  EXPECT_EQ(around.origins.last().origin.host, "a");
  around.Wait(1ms);
  EXPECT_EQ(around.origins.last().origin.host, "b");
  EXPECT_EQ(around.origins.open(), 1U);
}

TEST(PulledStream, GoesToTheNextUrlWhenNothingComesAnyMore) {
  Surroundings around(PlanOf({"a", "b"}));
  around.Describe("run-a");
  around.Play(1);
  around.Wait(2s);
  around.Play(2);
  around.Wait(2999ms);
  EXPECT_EQ(around.origins.last().origin.host, "a");
  around.Wait(1ms);
  EXPECT_EQ(around.origins.last().origin.host, "b");
}

TEST(PulledStream, GoesOnWithoutASeamWhenTheSameRunComesBack) {
  Surroundings around(PlanOf({"a"}));
  around.Describe("run-a");
  for (int64_t number = 1; number <= 3; ++number)
    around.Play(number);
  around.origin().OnEnd(media::EndReason::kLost);
  EXPECT_EQ(around.origins.open(), 0U);
  around.Wait(250ms);
  ASSERT_EQ(around.origins.open(), 1U);
  EXPECT_EQ(around.origins.last().request.start, relay::Subscribe::Start::kAfterSegment);
  EXPECT_EQ(around.origins.last().request.number, 1);
  around.Describe("run-a");
  for (int64_t number = 2; number <= 4; ++number)
    around.Play(number);
  EXPECT_EQ(around.Packaged(), "T1234");
  EXPECT_EQ(around.sink.frames().size(), 4 * 8U - 1);
}

TEST(PulledStream, TellsAGapWhereTheOriginNoLongerHasWhatIsMissing) {
  Surroundings around(PlanOf({"a"}));
  around.Describe("run-a");
  around.Play(1);
  around.origin().OnEnd(media::EndReason::kLost);
  around.Wait(250ms);
  around.Describe("run-a");
  around.Play(7);
  EXPECT_EQ(around.Packaged(), "T1G7");
}

TEST(PulledStream, PassesANewRunOnInTheSameStream) {
  Surroundings around(PlanOf({"a"}));
  around.Describe("run-a");
  around.Play(1);
  around.origin().OnEnd(media::EndReason::kFinished);
  around.Wait(20ms);
  EXPECT_EQ(around.Packaged(), "T1");
  around.Wait(230ms);
  around.Describe("run-b");
  around.Play(5);
  EXPECT_EQ(around.Packaged(), "T1T5");
  EXPECT_EQ(around.opened, 1);
  EXPECT_EQ(around.closed, 0);
}

TEST(PulledStream, LetsGoOfWhatItsOriginHasStopped) {
  Surroundings around(PlanOf({"a", "b"}));
  around.Describe("run-a");
  around.Play(1);
  around.origin().OnEnd(media::EndReason::kStopped);
  EXPECT_EQ(around.closed, 1);
  EXPECT_TRUE(around.pulled->gone());
  ASSERT_TRUE(around.failure);
  EXPECT_EQ(around.failure->code, ErrorCode::kNotFound);
}

TEST(PulledStream, BeginsAnewWithAPersistentStreamThatWasStopped) {
  PullPlan plan = PlanOf({"a"});
  plan.persistent = true;
  Surroundings around(plan);
  around.Describe("run-a");
  around.Play(100);
  around.origin().OnEnd(media::EndReason::kStopped);
  EXPECT_EQ(around.closed, 1);
  EXPECT_FALSE(around.pulled->gone());
  around.Wait(250ms);
  ASSERT_EQ(around.origins.open(), 1U);
  EXPECT_EQ(around.origins.last().request.start, relay::Subscribe::Start::kSegmentsBack);
  around.Describe("run-b", 3);
  EXPECT_EQ(around.opened, 2);
}

TEST(PulledStream, AsksAfreshWhereANewRunHasLowerNumbers) {
  Surroundings around(PlanOf({"a"}));
  around.Describe("run-a");
  around.Play(100);
  around.origin().OnEnd(media::EndReason::kFinished);
  around.Wait(250ms);
  around.Describe("run-b", 3);
  around.Wait(1ms);
  ASSERT_EQ(around.origins.open(), 1U);
  EXPECT_EQ(around.origins.last().request.start, relay::Subscribe::Start::kSegmentsBack);
  around.Describe("run-b", 3);
  around.Play(3);
  EXPECT_EQ(around.Packaged(), "T100T3");
}

TEST(PulledStream, BacksOffUpToTwoSecondsWhileItsOriginIsAway) {
  Surroundings around(PlanOf({"a"}));
  around.usage = {.protocols = {{.name = "hls", .viewers = 1}}};
  around.Describe("run-a");
  around.Play(1);
  around.origin().OnEnd(media::EndReason::kLost);
  std::vector<Clock::time_point> tries;
  const Clock::time_point until = around.time + 2min;
  while (around.time < until) {
    const size_t before = around.origins.channels.size();
    around.Wait(1ms);
    if (around.origins.channels.size() == before) continue;
    tries.push_back(around.time);
    around.origin().OnEnd(media::EndReason::kNotFound);
  }
  EXPECT_FALSE(around.pulled->gone());
  ASSERT_GT(tries.size(), 50U);
  EXPECT_LE(tries[1] - tries[0], 500ms);
  for (size_t i = 1; i < tries.size(); ++i)
    EXPECT_LE(tries[i] - tries[i - 1], 2001ms);
}

TEST(PulledStream, IsOverWhenItWasConcluded) {
  Surroundings around(PlanOf({"a"}));
  around.Describe("run-a");
  around.Play(1);
  around.origin().OnEnd(media::EndReason::kConcluded);
  around.Wait(30s);
  EXPECT_EQ(around.Packaged(), "T1E");
  EXPECT_EQ(around.sink.end(), media::EndReason::kConcluded);
  EXPECT_EQ(around.origins.channels.size(), 1U);
  around.Wait(31s);
  EXPECT_TRUE(around.pulled->gone());
}

TEST(PulledStream, IsLetGoWhenNobodyUsedItForAMinute) {
  Surroundings around(PlanOf({"a"}));
  around.Describe("run-a");
  around.usage = {.protocols = {{.name = "hls", .viewers = 2, .bytes_out = 10}}};
  const auto run_for = [&](int seconds) {
    for (int i = 0; i < seconds && !around.pulled->gone(); ++i) {
      around.Play(i + 1);
      around.Wait(1s);
    }
  };
  run_for(90);
  EXPECT_FALSE(around.pulled->gone());
  around.usage = {.protocols = {{.name = "hls", .viewers = 0, .bytes_out = 10}}};
  run_for(58);
  EXPECT_FALSE(around.pulled->gone());
  run_for(4);
  EXPECT_TRUE(around.pulled->gone());
  EXPECT_EQ(around.closed, 1);
  EXPECT_EQ(around.origins.open(), 0U);
  EXPECT_FALSE(around.registry.Find(kPath));
}

TEST(PulledStream, ATouchCountsAsUse) {
  Surroundings around(PlanOf({"a"}));
  around.Describe("run-a");
  for (int i = 0; i < 100; ++i) {
    around.Play(i + 1);
    if (i == 50) around.pulled->Touch();
    around.Wait(1s);
  }
  EXPECT_FALSE(around.pulled->gone());
}

TEST(PulledStream, APersistentOneIsNeverLetGo) {
  PullPlan plan = PlanOf({"a"});
  plan.persistent = true;
  Surroundings around(plan);
  around.origin().OnEnd(media::EndReason::kNotFound);
  around.Wait(1min);
  EXPECT_FALSE(around.pulled->gone());
  EXPECT_EQ(around.origins.open(), 1U);
}

TEST(PulledStream, SendsItsViewersUpEveryTwoSeconds) {
  Surroundings around(PlanOf({"a"}));
  around.Describe("run-a");
  around.usage = {.protocols = {{.name = "hls", .viewers = 3, .bytes_out = 9}}};
  for (int i = 1; i <= 4; ++i) {
    around.Play(i);
    around.Wait(1s);
  }
  const auto& stats = around.origins.last().stats;
  ASSERT_EQ(stats.size(), 2U);
  EXPECT_EQ(stats[0], around.usage);
}

TEST(PulledStream, PassesOrdersOn) {
  Surroundings around(PlanOf({"a"}));
  around.Describe("run-a");
  const relay::ControlMessage order{.action = relay::ControlMessage::Action::kEndViewers,
                                    .reason = "stopped"};
  around.origins.last().sink->OnControl(order);
  EXPECT_EQ(around.controls, std::vector<relay::ControlMessage>{order});
}

TEST(PulledStream, IsRefusedWhereItsNameIsTaken) {
  Surroundings around(PlanOf({"a"}));
  stream::Stream other(kPath, around.home, {});
  ASSERT_TRUE(around.registry.Claim(kPath, other.ref()));
  around.Describe("run-a");
  ASSERT_TRUE(around.failure);
  EXPECT_EQ(around.failure->code, ErrorCode::kRefused);
  EXPECT_EQ(around.registry.Find(kPath), other.ref());
}

TEST(PulledStream, ReturnsToTheFirstUrlWhenItAnswersAgain) {
  PullPlan plan = PlanOf({"a", "b"});
  plan.failback = true;
  Surroundings around(plan);
  around.origin().OnEnd(media::EndReason::kLost);
  around.Wait(1ms);
  around.Describe("run-b");
  relay::ChannelSink* second = around.origins.last().sink;
  const auto play = [&](int64_t number) {
    for (const auto& frame : OneSegment(number))
      second->OnFrame(frame);
  };
  play(1);
  around.Wait(2s);
  play(2);
  around.Wait(1s);
  ASSERT_EQ(around.origins.open(), 2U);  // the probe
  EXPECT_EQ(around.origins.last().origin.host, "a");
  around.Describe("run-a");
  play(3);
  around.Wait(2s);
  EXPECT_EQ(around.origins.open(), 1U);
  EXPECT_EQ(around.origins.last().origin.host, "a");
  around.Describe("run-a", 5);
  around.Play(5);
  EXPECT_EQ(around.Packaged(), "T123T5");
}

}  // namespace
}  // namespace weir::edge
