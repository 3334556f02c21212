#include "origin/pull/pull.h"

#include <gmock/gmock.h>

#include "stream/registry.h"
#include "support/fake_gate.h"
#include "unit/protocols/relay/fake_origins.h"
#include "unit/stream/sample_stream.h"

namespace weir::pull {
namespace {

using namespace std::chrono_literals;
using media::EndReason;
using relay::Subscribe;
using stream::test::kPath;
using weir::test::RecordingSink;

Plan PlanOf(const std::vector<std::string>& hosts) {
  Plan plan;
  for (const std::string& host : hosts)
    plan.urls.push_back(*service::ParseOriginUrl("ovt://" + host + ":9000/live/one"));
  return plan;
}

/// The loop around a Pull, with a made-up time.
class Surroundings : public Pull::Host {
 public:
  explicit Surroundings(const Plan& plan, bool hold_answers = false) {
    gate.hold_answers = hold_answers;
    pull = std::make_unique<Pull>(kPath, plan, origins, gate, *this);
  }

  // Pull::Host
  Clock::time_point now() const override { return time; }

  UtcTime utc() const override { return UtcTime(1'700'000'000s); }

  void SetAlarm(Clock::time_point due) override { alarm = due; }

  double Random() override { return 0.999; }

  size_t Takers() override { return takers; }

  relay::StreamStats Audience() override { return {.protocols = {{.name = "hls", .viewers = 3}}}; }

  std::string OwnRun() override { return own_run; }

  void OnLive() override { ++lives; }

  void OnOver(const Error& reason) override {
    EXPECT_FALSE(over);
    over = reason;
  }

  /// Lets time pass, with every alarm kept.
  void Wait(Clock::duration span) {
    const Clock::time_point until = time + span;
    while (alarm <= until && !over) {
      time = std::max(time, alarm);
      alarm = Clock::time_point::max();
      pull->OnAlarm();
    }
    time = until;
  }

  /// Lets pass what lies between two tries.
  void UntilOpen() {
    while (origins.open() == 0 && !over)
      Wait(10ms);
    ASSERT_FALSE(over);
  }

  relay::test::FakeOrigins::Opened& last() { return origins.last(); }

  const std::string& host() { return last().origin.host; }

  void Describe(const char* run) {
    media::TrackList tracks = *stream::test::AudioAndVideo(run);
    tracks.run->target_duration = 2s;
    last().sink->OnTracks(std::make_shared<const media::TrackList>(std::move(tracks)));
  }

  void Play(int64_t number) {
    for (const auto& frame : stream::test::OneSegment(number))
      last().sink->OnFrame(frame);
  }

  /// Of the newest publication: start of video segments, "G" for gaps, "T" for tracks, "E" the end.
  std::string Published() const {
    std::string text;
    for (const RecordingSink::Call& call : gate.publishers.back()->sink.calls()) {
      if (call.tracks) text += "T";
      if (call.kind == RecordingSink::Call::Kind::kGap) text += "G";
      if (call.reason) text += "E";
      if (call.frame && call.frame->track == 0 && call.frame->key)
        text += std::to_string(call.frame->dts / MediaTime(1s));
    }
    return text;
  }

  Clock::time_point time{1h};
  Clock::time_point alarm = Clock::time_point::max();
  relay::test::FakeOrigins origins;
  weir::test::FakeGate gate;
  size_t takers = 0;
  std::string own_run;
  int lives = 0;
  std::optional<Error> over;
  std::unique_ptr<Pull> pull;
};

TEST(Pull, IsPublishedOnceItsTracksHaveCome) {
  Surroundings around(PlanOf({"a", "b"}));
  EXPECT_EQ(around.host(), "a");
  EXPECT_EQ(around.last().request.path.text(), "default/live/one");
  EXPECT_EQ(around.last().request.start, Subscribe::Start::kSegmentsBack);
  EXPECT_TRUE(around.gate.requests.empty());
  around.Describe("run-a");
  EXPECT_EQ(around.lives, 1);
  ASSERT_EQ(around.gate.requests.size(), 1U);
  const service::PublishRequest& request = around.gate.requests[0];
  EXPECT_EQ(request.protocol, "ovt");
  EXPECT_EQ(request.vhost, "default");
  EXPECT_EQ(request.app, "app");
  EXPECT_EQ(request.stream, "stream");
  EXPECT_EQ(request.url, "ovt://a:9000/live/one");
  EXPECT_EQ(request.peer, "a:9000");
  around.Play(1);
  EXPECT_EQ(around.Published(), "T1");
  EXPECT_FALSE(around.gate.publishers[0]->sink.track_lists()[0]->run);
}

TEST(Pull, TriesEveryUrlInOrderAndGivesUpAfterOnePass) {
  Surroundings around(PlanOf({"a", "b"}));
  around.last().sink->OnEnd(EndReason::kNotFound);
  EXPECT_FALSE(around.over);
  around.Wait(1ms);
  EXPECT_EQ(around.host(), "b");
  around.last().sink->OnEnd(EndReason::kLost);
  ASSERT_TRUE(around.over);
  EXPECT_EQ(around.over->code, ErrorCode::kUnavailable);
  EXPECT_EQ(around.lives, 0);
  EXPECT_EQ(around.origins.open(), 0U);
  EXPECT_TRUE(around.gate.requests.empty());
}

TEST(Pull, GoesOverAllUrlsAsOftenAsThePlanSays) {
  Plan plan = PlanOf({"a", "b"});
  plan.passes = 3;
  Surroundings around(plan);
  std::string tried;
  while (!around.over) {
    tried += around.host();
    around.last().sink->OnEnd(EndReason::kNotFound);
    around.Wait(2s);
  }
  EXPECT_EQ(tried, "ababab");
}

TEST(Pull, PausesBetweenPassesOnly) {
  Plan plan = PlanOf({"a", "b"});
  plan.passes = 3;
  Surroundings around(plan);
  around.last().sink->OnEnd(EndReason::kNotFound);
  around.Wait(0ms);
  EXPECT_EQ(around.origins.channels.size(), 2U);
  around.last().sink->OnEnd(EndReason::kNotFound);
  around.Wait(49ms);
  EXPECT_EQ(around.origins.channels.size(), 2U);
  around.Wait(201ms);
  EXPECT_EQ(around.origins.channels.size(), 3U);
}

TEST(Pull, LeavesAnOriginThatDoesNotAnswer) {
  Surroundings around(PlanOf({"a", "b"}));
  around.Wait(2999ms);
  EXPECT_EQ(around.host(), "a");
  around.Wait(1ms);
  EXPECT_EQ(around.host(), "b");
  EXPECT_EQ(around.origins.open(), 1U);
  around.Wait(3s);
  EXPECT_TRUE(around.over);
}

TEST(Pull, IsGivenUpInTimeForWhoWaitsWhateverThePlan) {
  Plan plan = PlanOf({"a"});
  plan.no_input_failover = 1h;
  plan.persistent = true;
  Surroundings around(plan);
  around.Wait(Pull::kFirstPatience - 1ms);
  EXPECT_FALSE(around.over);
  around.Wait(1ms);
  ASSERT_TRUE(around.over);
  EXPECT_EQ(around.over->code, ErrorCode::kUnavailable);
}

TEST(Pull, GoesToTheNextUrlWhenNothingComesAnyMore) {
  Surroundings around(PlanOf({"a", "b"}));
  around.Describe("run-a");
  around.Play(1);
  around.Wait(2s);
  around.Play(2);
  around.Wait(2999ms);
  EXPECT_EQ(around.host(), "a");
  around.Wait(1ms);
  EXPECT_EQ(around.host(), "b");
  EXPECT_FALSE(around.over);
}

TEST(Pull, JoinsTheSameRunWithoutASeam) {
  Surroundings around(PlanOf({"a"}));
  around.Describe("run-a");
  around.Play(1);
  around.Play(2);
  around.Play(3);
  around.last().sink->OnEnd(EndReason::kLost);
  around.Wait(250ms);
  ASSERT_EQ(around.origins.channels.size(), 2U);
  EXPECT_EQ(around.last().request.start, Subscribe::Start::kAfterSegment);
  EXPECT_EQ(around.last().request.number, 1);
  around.Describe("run-a");
  around.Play(2);
  around.Play(3);
  around.Play(4);
  EXPECT_EQ(around.Published(), "T123T4");
  EXPECT_EQ(around.gate.requests.size(), 1U);
  EXPECT_EQ(around.lives, 1);
}

TEST(Pull, GoesOnWithTheNextSegmentOfAnotherRun) {
  Surroundings around(PlanOf({"a", "b"}));
  around.Describe("run-a");
  around.Play(1);
  around.last().sink->OnEnd(EndReason::kFinished);
  around.Wait(1ms);
  EXPECT_EQ(around.host(), "b");
  EXPECT_EQ(around.last().request.start, Subscribe::Start::kAfterSegment);
  around.Describe("run-b");
  around.Wait(1ms);
  EXPECT_EQ(around.host(), "b");
  EXPECT_EQ(around.last().request.start, Subscribe::Start::kNextSegment);
  around.Wait(4s);  // a segment may pass before the next one begins
  ASSERT_EQ(around.origins.channels.size(), 3U);
  around.Describe("run-b");
  around.Play(70);
  EXPECT_EQ(around.Published(), "T1TG70");
}

TEST(Pull, ComesToAnEndWhereOriginsAnswerButSendNothing) {
  Surroundings around(PlanOf({"a"}));
  around.Describe("run-a");
  around.Play(1);
  around.last().sink->OnEnd(EndReason::kLost);
  around.Wait(250ms);
  around.Describe("run-a");
  around.Wait(3s);
  ASSERT_TRUE(around.over);
  EXPECT_EQ(around.Published(), "T1TE");
  EXPECT_EQ(around.gate.publishers[0]->sink.end(), EndReason::kLost);
  EXPECT_TRUE(around.gate.publishers[0]->destroyed);
}

TEST(Pull, NoticesAtOnceThatItComesFromItself) {
  Surroundings around(PlanOf({"a"}));
  around.own_run = "run-a";
  around.Describe("run-a");
  ASSERT_TRUE(around.over);
  EXPECT_EQ(around.lives, 0);
  EXPECT_EQ(around.origins.open(), 0U);
}

TEST(Pull, IsOverWhenTheNameIsTaken) {
  Surroundings around(PlanOf({"a"}));
  around.gate.refusal = {.code = ErrorCode::kRefused, .detail = std::string(stream::kNameTaken)};
  around.Describe("run-a");
  ASSERT_TRUE(around.over);
  EXPECT_EQ(around.over->detail, stream::kNameTaken);
}

TEST(Pull, WaitsForTheGate) {
  Surroundings around(PlanOf({"a"}), /*hold_answers=*/true);
  around.Describe("run-a");
  around.Play(1);
  EXPECT_EQ(around.lives, 0);
  around.gate.AnswerHeld();
  EXPECT_EQ(around.lives, 1);
  around.Play(2);
  EXPECT_EQ(around.Published(), "T2");
}

TEST(Pull, DoesNotWantAnAnswerThatComesTooLate) {
  Surroundings around(PlanOf({"a"}), /*hold_answers=*/true);
  around.Describe("run-a");
  around.pull->End();
  around.gate.AnswerHeld();
  EXPECT_EQ(around.lives, 0);
  EXPECT_TRUE(around.gate.publishers[0]->destroyed);

  Surroundings gone(PlanOf({"a"}), /*hold_answers=*/true);
  gone.Describe("run-a");
  gone.pull.reset();
  gone.gate.AnswerHeld();
  EXPECT_TRUE(gone.gate.publishers[0]->destroyed);
}

TEST(Pull, EndsWhenNobodyUsesIt) {
  Plan plan = PlanOf({"a"});
  plan.unused_deletion = 10s;
  plan.no_input_failover = 1h;
  Surroundings around(plan);
  around.Describe("run-a");
  around.takers = 1;
  around.Wait(60s);
  EXPECT_FALSE(around.over);
  around.takers = 0;
  around.Wait(7s);
  EXPECT_FALSE(around.over);
  around.Wait(4s);
  ASSERT_TRUE(around.over);
  EXPECT_EQ(around.over->code, ErrorCode::kEnded);
  EXPECT_TRUE(around.gate.publishers[0]->destroyed);
}

TEST(Pull, TellsTheOtherOriginWhoWatches) {
  Plan plan = PlanOf({"a"});
  plan.no_input_failover = 1h;
  Surroundings around(plan);
  around.Describe("run-a");
  around.Wait(2s);
  ASSERT_EQ(around.last().stats.size(), 1U);
  EXPECT_EQ(around.last().stats[0].protocols[0].viewers, 3);
  around.Wait(4s);
  EXPECT_EQ(around.last().stats.size(), 3U);
}

TEST(Pull, StaysForEverOnceItWorkedWhereItIsPersistent) {
  Plan plan = PlanOf({"a", "b"});
  plan.persistent = true;
  plan.unused_deletion = 1s;
  Surroundings around(plan);
  around.Describe("run-a");
  around.Play(1);
  around.last().sink->OnEnd(EndReason::kLost);
  for (int i = 0; i < 50; ++i) {
    around.Wait(2s);
    if (around.last().sink != nullptr) around.last().sink->OnEnd(EndReason::kNotFound);
  }
  EXPECT_FALSE(around.over);
  EXPECT_FALSE(around.gate.publishers[0]->destroyed);
  around.UntilOpen();
  around.Describe("run-a");
  around.Play(2);
  EXPECT_EQ(around.Published(), "T1TG2");
}

TEST(Pull, InsistsFromTheBeginningWhereItHasWorkedBefore) {
  Plan plan = PlanOf({"a"});
  plan.persistent = plan.has_worked = true;
  Surroundings around(plan);
  around.Wait(10min);
  around.UntilOpen();
  around.gate.refusal = {.code = ErrorCode::kRefused, .detail = std::string(stream::kNameTaken)};
  around.Describe("run-a");
  EXPECT_EQ(around.origins.open(), 0U);
  around.UntilOpen();
  around.gate.refusal.reset();
  around.Describe("run-a");
  EXPECT_EQ(around.gate.publishers.size(), 1U);
  EXPECT_EQ(around.lives, 0);  // nobody waits
}

TEST(Pull, IsOverWithItsOriginsStream) {
  for (const EndReason reason : {EndReason::kStopped, EndReason::kConcluded}) {
    Surroundings around(PlanOf({"a", "b"}));
    around.Describe("run-a");
    around.last().sink->OnEnd(reason);
    ASSERT_TRUE(around.over);
    EXPECT_EQ(around.gate.publishers[0]->sink.end(), reason);
  }
}

TEST(Pull, BeginsAnewAfterItsOriginStoppedItWhereItIsPersistent) {
  Plan plan = PlanOf({"a", "b"});
  plan.persistent = true;
  Surroundings around(plan);
  around.Describe("run-a");
  around.Play(1);
  around.last().sink->OnEnd(EndReason::kStopped);
  EXPECT_FALSE(around.over);
  EXPECT_EQ(around.gate.publishers[0]->sink.end(), EndReason::kStopped);
  EXPECT_TRUE(around.gate.publishers[0]->destroyed);
  around.Wait(250ms);
  EXPECT_EQ(around.host(), "a");
  EXPECT_EQ(around.last().request.start, Subscribe::Start::kSegmentsBack);
  around.Describe("run-c");
  around.Play(5);
  ASSERT_EQ(around.gate.publishers.size(), 2U);
  EXPECT_EQ(around.Published(), "T5");
}

TEST(Pull, LetsViewersGoByTheOriginsOrderAndConcludes) {
  Surroundings around(PlanOf({"a"}));
  around.Describe("run-a");
  around.last().sink->OnControl({.action = relay::ControlMessage::Action::kConclude, .reason = {}});
  ASSERT_EQ(around.gate.publishers[0]->sink.events.size(), 1U);
  EXPECT_EQ(around.gate.publishers[0]->sink.events[0].kind, media::Event::Kind::kConclude);
  around.last().sink->OnControl(
      {.action = relay::ControlMessage::Action::kEndViewers, .reason = {}});
  EXPECT_EQ(around.gate.publishers[0]->sink.end(), EndReason::kStopped);
  around.Wait(250ms);
  around.Describe("run-a");
  EXPECT_EQ(around.gate.publishers.size(), 2U);
  EXPECT_FALSE(around.over);
}

TEST(Pull, IsOverWhenTheServerStopsThePublisher) {
  Plan plan = PlanOf({"a"});
  plan.persistent = true;
  Surroundings around(plan);
  around.Describe("run-a");
  around.gate.publishers[0]->stop({.code = ErrorCode::kEnded, .detail = "ended by the API"});
  ASSERT_TRUE(around.over);
  EXPECT_EQ(around.over->detail, "ended by the API");
  EXPECT_TRUE(around.gate.publishers[0]->destroyed);
  EXPECT_EQ(around.origins.open(), 0U);
}

TEST(Pull, IsEndedWhileItTriesOrPlays) {
  Surroundings trying(PlanOf({"a"}));
  trying.pull->End();
  EXPECT_EQ(trying.origins.open(), 0U);
  EXPECT_FALSE(trying.over);

  Surroundings playing(PlanOf({"a"}));
  playing.Describe("run-a");
  playing.pull->End();
  EXPECT_EQ(playing.gate.publishers[0]->sink.end(), EndReason::kStopped);
  EXPECT_TRUE(playing.gate.publishers[0]->destroyed);
  EXPECT_FALSE(playing.over);
}

TEST(Pull, PassesNewTracksAndGapsOn) {
  Surroundings around(PlanOf({"a"}));
  around.Describe("run-a");
  around.Play(1);
  around.last().sink->OnGap();
  around.Play(4);
  around.Describe("run-b");
  around.Play(1);  // whose times may begin anew
  EXPECT_EQ(around.Published(), "T1G4T1");
}

}  // namespace
}  // namespace weir::pull
