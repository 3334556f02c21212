#include <deque>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocols/hls/demand_desk.h"
#include "protocols/hls/ts_variant.h"
#include "protocols/hls/view.h"
#include "support/manual_executor.h"
#include "unit/protocols/hls/view_fixture.h"

namespace weir::hls {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr media::TrackId kVideoTs = kVideo | kTsRendition;

/// Answers when the test says so.
class FakeDemandSource final : public DemandSource {
 public:
  void OnDemand(const Demand& demand, Done done) override {
    demands.push_back(demand);
    waiting.push_back(std::move(done));
  }

  void Answer(Result<ResourcePtr> result) {
    const Done done = std::move(waiting.front());
    waiting.pop_front();
    done(std::move(result));
  }

  std::vector<Demand> demands;
  std::deque<Done> waiting;
};

TEST(DemandDesk, AsksOnceForAllWhoWantTheSame) {
  DemandDesk desk;
  FakeDemandSource source;
  desk.SetSource(&source);
  int answers = 0;
  for (int i = 0; i < 3; ++i)
    desk.Ask({.number = 7}, [&](const Result<ResourcePtr>& result) { answers += result ? 1 : 0; });
  desk.Ask({.number = 8}, [](const Result<ResourcePtr>&) {});
  EXPECT_EQ(source.demands.size(), 2U);
  source.Answer(TextResource("seven"));
  EXPECT_EQ(answers, 3);
  desk.Ask({.number = 7}, [](const Result<ResourcePtr>&) {});
  EXPECT_EQ(source.demands.size(), 3U);
}

TEST(DemandDesk, RefusesWhatIsTooMuchAndWhatNobodyMakes) {
  DemandDesk desk;
  std::vector<ErrorCode> errors;
  const auto keep = [&errors](const Result<ResourcePtr>& result) {
    errors.push_back(result.error().code);
  };
  desk.Ask({.number = 1}, keep);
  EXPECT_EQ(errors, std::vector{ErrorCode::kNotFound});
  FakeDemandSource source;
  desk.SetSource(&source);
  for (size_t i = 0; i <= DemandDesk::kOpenMax; ++i)
    desk.Ask({.number = static_cast<int64_t>(i)}, keep);
  EXPECT_EQ(source.demands.size(), DemandDesk::kOpenMax);
  EXPECT_EQ(errors.back(), ErrorCode::kUnavailable);
}

TEST(DemandDesk, MayGoBeforeItsSourceAnswers) {
  FakeDemandSource source;
  bool answered = false;
  {
    DemandDesk desk;
    desk.SetSource(&source);
    desk.Ask({.number = 1}, [&](const Result<ResourcePtr>&) { answered = true; });
  }
  source.Answer(TextResource("late"));
  EXPECT_FALSE(answered);
}

/// A feed with an MPEG-TS rendition, and a view of it on another loop.
class OnDemandTest : public ::testing::Test, public View::Owner {
 protected:
  OnDemandTest() {
    feed_.SetDemandSource(&source_);
    packager_.Open("run1", 10);
    packager_.Segment(10);
    feed_.OnSegment({.track = kVideoTs,
                     .number = 10,
                     .parts = 0,
                     .media = nullptr,
                     .playlist = nullptr,
                     .legacy = TextResource("ts playlist"),
                     .on_demand = true});
    view_.Follow(feed_.ref());
    Run();
  }

  void OnViewGone(View& /*gone*/) override {}

  void Run() {
    while (home_.pending() + loop_.pending() > 0) {
      home_.RunAll();
      loop_.RunAll();
    }
  }

  Requester& Ask(int64_t number) {
    Requester& requester = requesters_.emplace_back();
    view_.OnAsk({.type = Ask::Type::kSegment, .track = kVideoTs, .run = "run1", .number = number},
                Reply(requester.responder(), {}, policy_), kStart);
    Run();
    return requester;
  }

  test::ManualExecutor home_;
  test::ManualExecutor loop_;
  FakeDemandSource source_;
  CommonFields policy_{CachePolicy{CacheAges{}}};
  std::deque<Requester> requesters_;
  Feed feed_{home_};
  FakePackager packager_{feed_};
  View view_{*this, loop_, [] { return UtcTime{}; }};
};

TEST_F(OnDemandTest, WhoeverAsksForAFileThatMustBeMadeWaitsForIt) {
  Requester& first = Ask(10);
  Requester& second = Ask(10);
  EXPECT_FALSE(first.answered());
  ASSERT_EQ(source_.demands.size(), 1U);
  EXPECT_EQ(
      source_.demands[0],
      (Demand{.type = Demand::Type::kTsSegment, .track = kVideoTs, .run = "run1", .number = 10}));
  source_.Answer(TextResource("ts segment"));
  Run();
  EXPECT_EQ(first.text(), "200 ts segment");
  EXPECT_EQ(second.text(), "200 ts segment");
  EXPECT_EQ(view_.parked(), 0U);
  // Kept with the segment: no other crossing of loops.
  EXPECT_EQ(Ask(10).text(), "200 ts segment");
  EXPECT_EQ(source_.demands.size(), 1U);
}

TEST_F(OnDemandTest, WhatCannotBeMadeIsAnError) {
  Requester& never = Ask(10);
  source_.Answer(Fail(ErrorCode::kNotFound, "gone"));
  Run();
  EXPECT_THAT(never.text(), StartsWith("404 "));
  Requester& busy = Ask(10);
  EXPECT_EQ(source_.demands.size(), 2U);
  source_.Answer(Fail(ErrorCode::kUnavailable, "too much"));
  Run();
  EXPECT_THAT(busy.text(), StartsWith("503 "));
}

TEST_F(OnDemandTest, AViewerWhoLeavesIsForgotten) {
  Ask(10).Leave();
  EXPECT_EQ(view_.parked(), 0U);
  source_.Answer(TextResource("ts segment"));
  Run();
}

TEST_F(OnDemandTest, NobodyWaitsForEver) {
  Requester& waiting = Ask(10);
  view_.OnDeadline(kStart + std::chrono::seconds(7));
  EXPECT_THAT(waiting.text(), StartsWith("503 "));
}

TEST_F(OnDemandTest, ASegmentThatIsNoneIsNotAskedFor) {
  EXPECT_THAT(Ask(9).text(), StartsWith("404 "));
  EXPECT_TRUE(source_.demands.empty());
}

TEST_F(OnDemandTest, APlaylistOfMpegTsIsAnsweredAtOnce) {
  Requester& requester = requesters_.emplace_back();
  view_.OnAsk({.type = Ask::Type::kChunklist, .track = kVideoTs},
              Reply(requester.responder(), {}, policy_), kStart);
  EXPECT_EQ(requester.text(), "200 ts playlist");
}

TEST_F(OnDemandTest, AStreamWithoutMpegTsSaysSo) {
  Requester& requester = requesters_.emplace_back();
  view_.OnAsk({.type = Ask::Type::kTsMultivariant}, Reply(requester.responder(), {}, policy_),
              kStart);
  EXPECT_THAT(requester.text(), HasSubstr("404 not offered as MPEG-TS"));
}

}  // namespace
}  // namespace weir::hls
