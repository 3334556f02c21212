#include "protocols/hls/view.h"

#include <deque>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/manual_executor.h"
#include "unit/protocols/hls/view_fixture.h"

namespace weir::hls {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

/// A view that is fed by hand, and asked.
class ViewTest : public ::testing::Test, public View::Owner {
 protected:
  void OnViewGone(View& /*gone*/) override { ++gone_; }

  Requester& Send(Ask ask, ReplyTerms terms = {}) {
    Requester& requester = requesters_.emplace_back();
    view_.OnAsk(std::move(ask), Reply(requester.responder(), std::move(terms), policy_), now_);
    return requester;
  }

  Requester& Multivariant() { return Playlist("llhls"); }

  Requester& Playlist(std::string name, Directives directives = {}) {
    return Send(
        {.type = Ask::Type::kMultivariant, .playlist = std::move(name), .directives = directives});
  }

  Requester& Chunklist(Directives directives = {}, media::TrackId track = kVideo) {
    return Send({.type = Ask::Type::kChunklist,
                 .track = track,
                 .kind = track == kVideo ? media::MediaKind::kVideo : media::MediaKind::kAudio,
                 .directives = directives});
  }

  Requester& At(int64_t msn, int part) { return Chunklist({.msn = msn, .part = part}); }

  Requester& Part(int64_t number, int part, std::string run = "run1") {
    return Send({.type = Ask::Type::kPart, .run = std::move(run), .number = number, .part = part});
  }

  Requester& Segment(int64_t number, std::string run = "run1") {
    return Send({.type = Ask::Type::kSegment, .run = std::move(run), .number = number});
  }

  Requester& Init(std::string run = "run1") {
    return Send({.type = Ask::Type::kInit, .run = std::move(run)});
  }

  /// Segments 10 and 11 whole, two parts of 12.
  void Publish() {
    packager_.Open("run1", 10);
    packager_.Segment(10);
    packager_.Segment(11);
    for (const media::TrackId track : {kVideo, kAudio}) {
      packager_.Part(track, 12, 0);
      packager_.Part(track, 12, 1);
    }
  }

  void Pass(Clock::duration time) {
    const Clock::time_point end = now_ + time;
    for (auto due = view_.NextDeadline(); due && *due <= end; due = view_.NextDeadline()) {
      now_ = *due;
      view_.OnDeadline(now_);
    }
    now_ = end;
    utc_ += std::chrono::duration_cast<UtcTime::duration>(time);
  }

  test::ManualExecutor home_;
  test::ManualExecutor loop_;
  CommonFields policy_{CachePolicy{CacheAges{}}};
  std::deque<Requester> requesters_;
  int gone_ = 0;
  Clock::time_point now_ = kStart;
  UtcTime utc_{784'111'777s};
  View view_{*this, loop_, [this] { return utc_; }};
  FakePackager packager_{view_};
};

TEST_F(ViewTest, HoldsTheMultivariantUntilEveryTrackHasAPart) {
  Requester& early = Multivariant();
  packager_.Open("run1", 10);
  packager_.Part(kVideo, 10, 0);
  EXPECT_EQ(early.text(), "-");
  packager_.Part(kAudio, 10, 0);
  EXPECT_EQ(early.text(), "200 multivariant run1");
  EXPECT_EQ(Multivariant().text(), "200 multivariant run1");
  EXPECT_EQ(view_.parked(), 0U);
}

TEST_F(ViewTest, HasTheMultivariantPlaylistsThatThereAreAndNoOther) {
  Requester& early = Playlist("none");
  EXPECT_EQ(early.text(), "-");
  Publish();
  EXPECT_THAT(early.text(), StartsWith("404 "));
  EXPECT_EQ(Playlist("master").text(), "200 multivariant run1");
  EXPECT_EQ(Playlist("other").text(), "200 other multivariant run1");
  EXPECT_EQ(Playlist("other", {.legacy = true}).text(), "200 legacy other multivariant run1");
  EXPECT_THAT(Playlist("").text(), StartsWith("404 "));
}

TEST_F(ViewTest, HoldsAChunklistUntilItHasASegment) {
  Requester& before_all = Chunklist();
  packager_.Open("run1", 10);
  Requester& before_part = Chunklist();
  Requester& audio = Chunklist({}, kAudio);
  packager_.Part(kVideo, 10, 0);
  EXPECT_EQ(before_all.text(), "-") << "a player without low latency could do nothing with it";
  EXPECT_EQ(At(10, 0).text(), "200 playlist v10.0");
  packager_.Close(kVideo, 10, 1);
  EXPECT_EQ(before_all.text(), "200 playlist v10");
  EXPECT_EQ(before_part.text(), "200 playlist v10");
  EXPECT_EQ(audio.text(), "-");
}

TEST_F(ViewTest, AnswersDirectivesWithThePlaylistOfTheirMoment) {
  Publish();
  EXPECT_EQ(Chunklist().text(), "200 playlist v12.1");
  EXPECT_EQ(At(12, 1).text(), "200 playlist v12.1");
  EXPECT_EQ(At(12, 0).text(), "200 playlist v12.0");
  EXPECT_EQ(At(11, 3).text(), "200 playlist v11.3");
  EXPECT_EQ(Chunklist({.msn = 11}).text(), "200 playlist v11");
  EXPECT_EQ(At(11, 4).text(), "200 playlist v12.0")
      << "behind the last part: the next segment's first";
  EXPECT_EQ(At(11, 400).text(), "200 playlist v12.0");
  EXPECT_EQ(Chunklist({.msn = 12, .part = 1}, kAudio).text(), "200 playlist a12.1");
}

/// A chunklist with a delta, whose only segment is `uri`.
ChunklistPtr SkippableChunklist(const std::string& uri) {
  const m3u8::Segment segment{.map_uri = "map", .parts = {}, .uri = uri};
  const m3u8::MediaPlaylist playlist{
      .skip_boundary = 36s,
      .old = std::make_shared<const m3u8::SharedLines>(
          m3u8::SharedLines{std::make_shared<const std::string>("old\n")}),
      .newest_old = &segment,
      .segments = {&segment},
      .preload_hint = {},
      .reports = {},
      .date_ranges = {},
      .removed_date_ranges = {}};
  return std::make_shared<const hls::Chunklist>(m3u8::LowLatencyText(playlist));
}

TEST_F(ViewTest, AnswersWithADeltaWhereThatIsAskedForAndOffered) {
  Publish();
  const Directives next{.msn = 12, .part = 2, .skip = m3u8::Skip::kSegments};
  Requester& delta = Chunklist(next);
  Requester& whole = At(12, 2);
  EXPECT_EQ(Chunklist({.skip = m3u8::Skip::kSegments}).text(), "200 playlist v12.1")
      << "not offered";
  view_.OnPart({.track = kVideo,
                .number = 12,
                .part = 2,
                .media = TextResource("part v12.2"),
                .playlist = SkippableChunklist("now")});
  EXPECT_THAT(delta.text(), HasSubstr("#EXT-X-SKIP:SKIPPED-SEGMENTS=1\n"));
  EXPECT_THAT(delta.text(), Not(HasSubstr("old\n")));
  EXPECT_THAT(whole.text(), HasSubstr("old\n"));
  EXPECT_THAT(whole.text(), Not(HasSubstr("EXT-X-SKIP:")));
  EXPECT_EQ(delta.Field("Cache-Control"), "public, max-age=12");
  EXPECT_NE(delta.Field("ETag"), whole.Field("ETag"));
  EXPECT_EQ(Chunklist(next).text(), delta.text());
  EXPECT_EQ(Chunklist({.skip = m3u8::Skip::kDateRanges}).text(), delta.text());
  EXPECT_EQ(Chunklist({.skip = m3u8::Skip::kSegments}).Field("Cache-Control"), "public, max-age=1");
}

TEST_F(ViewTest, HoldsDirectivesUntilTheirMoment) {
  Publish();
  Requester& next_part = At(12, 2);
  Requester& whole = Chunklist({.msn = 12});
  Requester& next_segment = At(13, 0);
  Requester& behind = At(12, 7);
  Requester& second = At(14, 1);
  packager_.Part(kVideo, 12, 2);
  EXPECT_EQ(next_part.text(), "200 playlist v12.2");
  EXPECT_EQ(whole.text(), "-");
  packager_.Close(kVideo, 12, 3);
  EXPECT_EQ(whole.text(), "200 playlist v12");
  EXPECT_EQ(behind.text(), "-");
  packager_.Part(kVideo, 13, 0);
  EXPECT_EQ(next_segment.text(), "200 playlist v13.0");
  EXPECT_EQ(behind.text(), "200 playlist v13.0");
  EXPECT_EQ(second.text(), "-");
  packager_.Close(kVideo, 13, 1);
  packager_.Part(kVideo, 14, 0);
  packager_.Part(kVideo, 14, 1);
  EXPECT_EQ(second.text(), "200 playlist v14.1");
}

TEST_F(ViewTest, RefusesTheFarFutureAtOnce) {
  Publish();
  EXPECT_EQ(Chunklist({.msn = 14}).text(), "-");
  Requester& far = Chunklist({.msn = 15});
  EXPECT_THAT(far.text(), StartsWith("400 "));
  EXPECT_EQ(far.Field("Cache-Control"), "max-age=1");
  // The Advance Part Limit: six parts of 0.5 s. Two exist.
  EXPECT_EQ(At(12, 7).text(), "-");
  EXPECT_THAT(At(12, 8).text(), StartsWith("400 "));
  EXPECT_EQ(At(13, 5).text(), "-");
  EXPECT_THAT(At(13, 6).text(), StartsWith("400 "));
}

TEST_F(ViewTest, DoesNotJudgeTheFutureWhileNothingComes) {
  Publish();
  Pass(2s);
  EXPECT_THAT(Chunklist({.msn = 15}).text(), StartsWith("400 "));
  Pass(1s);
  Requester& next = At(13, 0);
  Requester& far = At(15, 0);
  Requester& farther = At(99, 0);
  EXPECT_EQ(far.text(), "-") << "another edge may have it";
  packager_.Close(kVideo, 12, 2);
  packager_.Segment(13);
  packager_.Segment(14);
  EXPECT_EQ(next.text(), "200 playlist v13.0");
  EXPECT_THAT(At(99, 0).text(), StartsWith("400 "));
  packager_.Part(kVideo, 15, 0);
  EXPECT_EQ(far.text(), "200 playlist v15.0");
  EXPECT_EQ(farther.text(), "-");
  Pass(6s);
  EXPECT_THAT(farther.text(), StartsWith("503 "));
}

TEST_F(ViewTest, JudgesWhatCameBeforeTheRunOnceItOpens) {
  Requester& far = Chunklist({.msn = 99});
  Requester& near = At(11, 0);
  EXPECT_EQ(far.text(), "-");
  packager_.Open("run1", 10);
  EXPECT_THAT(far.text(), StartsWith("400 "));
  EXPECT_EQ(near.text(), "-");
}

TEST_F(ViewTest, AnswersWhatIsTooOldWithTheCurrentPlaylist) {
  Publish();
  Requester& old = At(3, 0);
  EXPECT_EQ(old.text(), "200 playlist v12.1");
  EXPECT_EQ(old.Field("Cache-Control"), "public, max-age=1") << "it is not the answer for ever";
  packager_.Close(kVideo, 12, 2);
  for (int64_t number = 13; number < 20; ++number)
    packager_.Segment(number, 1);
  Requester& forgotten = At(11, 1);
  EXPECT_EQ(forgotten.text(), "200 playlist v19");
  EXPECT_EQ(forgotten.Field("Cache-Control"), "public, max-age=1");
}

TEST_F(ViewTest, GoesOnOverAGap) {
  Publish();
  Requester& waiting = At(13, 0);
  packager_.Close(kVideo, 12, 2);
  packager_.Close(kVideo, 13, 0);
  EXPECT_EQ(waiting.text(), "-");
  packager_.Part(kVideo, 14, 0);
  EXPECT_EQ(waiting.text(), "200 playlist v14.0");
  EXPECT_THAT(Segment(13).text(), StartsWith("404 "));
}

TEST_F(ViewTest, GoesOnWithAnotherRunWhoseNumbersJump) {
  Publish();
  Requester& waiting = At(12, 2);
  Requester& whole = Chunklist({.msn = 13});
  view_.OnEnd(media::EndReason::kLost);
  EXPECT_EQ(waiting.text(), "-") << "it may be back";
  packager_.Open("run2", 50);
  EXPECT_EQ(waiting.text(), "-") << "nothing new to tell";
  EXPECT_EQ(At(13, 0).text(), "-");
  EXPECT_EQ(At(50, 0).text(), "-");
  packager_.Part(kVideo, 50, 0);
  EXPECT_EQ(waiting.text(), "200 playlist v50.0");
  EXPECT_EQ(whole.text(), "200 playlist v50.0");
  EXPECT_EQ(view_.parked(), 0U);
  EXPECT_EQ(Segment(11, "run1").text(), "200 segment v11");
  EXPECT_THAT(Segment(11, "run2").text(), StartsWith("404 "));
  EXPECT_EQ(Init("run1").text(), "200 init v run1");
  EXPECT_EQ(Init("run2").text(), "200 init v run2");
  EXPECT_THAT(Part(12, 2, "run1").text(), StartsWith("404 ")) << "the old run gets no more parts";
}

TEST_F(ViewTest, ServesTheEndOfAConcludedStreamToAll) {
  Publish();
  Requester& waiting = At(13, 0);
  Requester& part = Part(12, 2);
  packager_.Close(kVideo, 12, 2);
  view_.OnEnd(media::EndReason::kConcluded);
  EXPECT_EQ(waiting.text(), "200 playlist v12");
  EXPECT_EQ(waiting.Field("Cache-Control"), "public, max-age=12");
  EXPECT_THAT(part.text(), StartsWith("404 "));
  EXPECT_EQ(Chunklist({.msn = 999}).text(), "200 playlist v12");
  EXPECT_EQ(Multivariant().text(), "200 multivariant run1");
  EXPECT_EQ(view_.parked(), 0U);
}

TEST_F(ViewTest, ServesWholeSegmentsToOldPlayers) {
  packager_.Open("run1", 10);
  packager_.Part(kVideo, 10, 0);
  Requester& waiting = Chunklist({.legacy = true});
  packager_.Part(kVideo, 10, 1);
  EXPECT_EQ(waiting.text(), "-");
  packager_.Close(kVideo, 10, 2);
  EXPECT_EQ(waiting.text(), "200 legacy v10");
  packager_.Part(kVideo, 11, 0);
  EXPECT_EQ(Chunklist({.msn = 99, .legacy = true}).text(), "200 legacy v10");
  packager_.Part(kAudio, 10, 0);
  EXPECT_EQ(Playlist("llhls", {.legacy = true}).text(), "200 legacy multivariant run1");
}

TEST_F(ViewTest, HoldsAHintedPartUntilItIsWhole) {
  Publish();
  EXPECT_EQ(Part(12, 1).text(), "200 part v12.1");
  Requester& hinted = Part(12, 2);
  Requester& next_segment = Part(13, 0);
  EXPECT_EQ(hinted.text(), "-");
  packager_.Part(kVideo, 12, 2);
  EXPECT_EQ(hinted.text(), "200 part v12.2");
  packager_.Close(kVideo, 12, 3);
  packager_.Part(kVideo, 13, 0);
  EXPECT_EQ(next_segment.text(), "200 part v13.0");
}

TEST_F(ViewTest, ForgivesAPlaylistFromAnEdgeThatIsOnePartAhead) {
  Publish();
  Requester& ahead = Part(12, 3);
  EXPECT_EQ(ahead.text(), "-");
  Requester& ahead_in_next = Part(13, 1);
  EXPECT_EQ(ahead_in_next.text(), "-");
  packager_.Part(kVideo, 12, 2);
  packager_.Part(kVideo, 12, 3);
  EXPECT_EQ(ahead.text(), "200 part v12.3");
}

TEST_F(ViewTest, Answers404ForAPartThatWillNeverBe) {
  Publish();
  Requester& hinted = Part(12, 2);
  packager_.Close(kVideo, 12, 2);
  EXPECT_THAT(hinted.text(), StartsWith("404 "));
  EXPECT_EQ(hinted.Field("Cache-Control"), "max-age=2");
  EXPECT_THAT(Part(11, 4).text(), StartsWith("404 "));
  EXPECT_EQ(Part(5, 0).Field("Cache-Control"), "max-age=2");
  Requester& far = Part(14, 0);
  EXPECT_THAT(far.text(), StartsWith("404 "));
  EXPECT_EQ(far.Field("Cache-Control"), "max-age=1");
  EXPECT_EQ(Part(13, 2).Field("Cache-Control"), "max-age=1");
}

TEST_F(ViewTest, ServesSegmentsOnceTheyAreWhole) {
  Publish();
  EXPECT_EQ(Segment(11).text(), "200 segment v11");
  Requester& open = Segment(12);
  EXPECT_EQ(open.text(), "-");
  EXPECT_EQ(Segment(13).Field("Cache-Control"), "max-age=1");
  EXPECT_EQ(Segment(2).Field("Cache-Control"), "max-age=2");
  packager_.Close(kVideo, 12, 2);
  EXPECT_EQ(open.text(), "200 segment v12");
  view_.OnExpired({.track = kVideo, .number = 11});
  EXPECT_THAT(Segment(11).text(), StartsWith("404 "));
}

TEST_F(ViewTest, KnowsNoOtherRunsAndTracks) {
  Publish();
  EXPECT_THAT(Segment(11, "run0").text(), StartsWith("404 "));
  EXPECT_EQ(Segment(11, "run0").Field("Cache-Control"), "max-age=1");
  EXPECT_THAT(Init("run0").text(), StartsWith("404 "));
  EXPECT_THAT(Chunklist({}, 7).text(), StartsWith("404 "));
  EXPECT_THAT(Send({.type = Ask::Type::kChunklist, .kind = media::MediaKind::kAudio}).text(),
              StartsWith("404 "))
      << "track 0 is video";
}

TEST_F(ViewTest, EndsEveryWaitAfterThreeTargetDurations) {
  Publish();
  Requester& playlist = At(12, 2);
  Requester& part = Part(12, 2);
  Pass(3s);
  Requester& later = At(12, 2);
  Pass(3s - 1ms);
  EXPECT_EQ(playlist.text(), "-");
  Pass(1ms);
  for (const Requester* expired : {&playlist, &part}) {
    EXPECT_THAT(expired->text(), StartsWith("503 "));
    EXPECT_EQ(expired->Field("Cache-Control"), "max-age=1");
    EXPECT_EQ(expired->Field("Retry-After"), "1");
  }
  EXPECT_EQ(later.text(), "-");
  Pass(3s);
  EXPECT_THAT(later.text(), StartsWith("503 "));
  EXPECT_EQ(view_.parked(), 0U);
}

TEST_F(ViewTest, BoundsTheWaitForAStreamThatDoesNotStart) {
  Requester& early = Multivariant();
  Pass(View::kPatience - 1ms);
  EXPECT_EQ(early.text(), "-");
  Pass(1ms);
  EXPECT_THAT(early.text(), StartsWith("503 "));
}

TEST_F(ViewTest, KeepsTheDeadlineOfARequestThatIsParkedAnew) {
  Publish();
  Requester& first = At(12, 5);
  Pass(5s);
  packager_.Close(kVideo, 12, 2);  // first now waits for 13.0
  Requester& second = At(13, 0);
  Pass(1s);
  EXPECT_THAT(first.text(), StartsWith("503 "));
  EXPECT_EQ(second.text(), "-");
}

TEST_F(ViewTest, ForgetsWhoLeaves) {
  Publish();
  Requester& leaver = At(12, 2);
  Requester& stayer = At(12, 2);
  Requester& other = Part(13, 0);
  EXPECT_EQ(view_.parked(), 3U);
  leaver.Leave();
  other.Leave();
  EXPECT_EQ(view_.parked(), 1U);
  packager_.Part(kVideo, 12, 2);
  EXPECT_EQ(leaver.answers(), 0);
  EXPECT_EQ(stayer.answers(), 1);
  Pass(60s);
  EXPECT_EQ(view_.NextDeadline(), std::nullopt);
}

TEST_F(ViewTest, WakesTenThousandSomeInEachTurn) {
  Publish();
  for (uint64_t i = 0; i < 10'000; ++i) {
    Send({.type = Ask::Type::kChunklist, .directives = {.msn = 12, .part = 2}});
  }
  EXPECT_EQ(view_.parked(), 10'000U);
  packager_.Part(kAudio, 12, 2);
  EXPECT_EQ(view_.parked(), 10'000U) << "another track's news is none of theirs";
  packager_.Part(kVideo, 12, 2);
  EXPECT_EQ(view_.parked(), 10'000U - View::kAnswersPerTurn);
  EXPECT_TRUE(requesters_.front().answered());
  EXPECT_FALSE(requesters_.back().answered());
  requesters_.back().Leave();
  ASSERT_TRUE(loop_.RunOne());
  EXPECT_EQ(view_.parked(), 10'000U - 2 * View::kAnswersPerTurn - 1);
  packager_.Part(kVideo, 12, 3);  // does not hold up those who wait for the one before
  loop_.RunAll();
  EXPECT_EQ(view_.parked(), 0U);
  EXPECT_FALSE(requesters_.back().answered());
  requesters_.pop_back();
  for (const Requester& requester : requesters_) {
    EXPECT_EQ(requester.answers(), 1);
    EXPECT_EQ(requester.response().body.data(), requesters_.front().response().body.data())
        << "one body for all";
  }
}

TEST_F(ViewTest, RefusesThoseWhoseTurnHasNotCome) {
  Publish();
  for (size_t i = 0; i < 3 * View::kAnswersPerTurn; ++i)
    At(12, 2);
  packager_.Part(kVideo, 12, 2);
  view_.OnGone();
  EXPECT_EQ(view_.parked(), 0U);
  EXPECT_THAT(requesters_.front().text(), StartsWith("200 "));
  EXPECT_THAT(requesters_.back().text(), StartsWith("404 "));
  loop_.RunAll();
  EXPECT_EQ(requesters_.back().answers(), 1);
}

TEST_F(ViewTest, AnswersAllWhenTheStreamCannotBeHad) {
  Requester& one = Multivariant();
  Requester& two = Part(3, 3);
  view_.Fail({.code = ErrorCode::kNotFound, .detail = "no"});
  EXPECT_THAT(one.text(), StartsWith("404 "));
  EXPECT_EQ(one.Field("Cache-Control"), "max-age=1");
  EXPECT_EQ(one.Field("Retry-After"), "1");
  EXPECT_THAT(two.text(), StartsWith("404 "));
  Requester& three = Multivariant();
  view_.Fail({.code = ErrorCode::kUnavailable, .detail = "no"});
  EXPECT_THAT(three.text(), StartsWith("503 "));
  EXPECT_EQ(three.Field("Cache-Control"), "no-store");
  Requester& four = Multivariant();
  view_.Fail({.code = ErrorCode::kRefused, .detail = "no"});
  EXPECT_THAT(four.text(), StartsWith("403 "));
}

TEST_F(ViewTest, AnswersAllWhenItsFeedIsGone) {
  Publish();
  Requester& waiting = At(12, 2);
  view_.OnGone();
  EXPECT_THAT(waiting.text(), StartsWith("404 "));
  EXPECT_EQ(gone_, 1);
}

TEST_F(ViewTest, AnswersAllAtItsOwnEnd) {
  Requester requester;
  {
    View view(*this, loop_, [] { return UtcTime(); });
    view.OnAsk({}, Reply(requester.responder(), {}, policy_), now_);
  }
  EXPECT_THAT(requester.text(), StartsWith("503 "));
}

TEST_F(ViewTest, TakesUpAFeedThatIsAlreadyRunning) {
  Feed feed(home_);
  FakePackager packager(feed);
  packager.Open("run1", 10);
  packager.Segment(10);
  Requester& waiting = Multivariant();
  view_.Follow(feed.ref());
  home_.RunAll();
  loop_.RunAll();
  EXPECT_EQ(waiting.text(), "200 multivariant run1");
  packager.Part(kVideo, 11, 0);
  Requester& next = At(11, 0);
  loop_.RunAll();
  EXPECT_EQ(next.text(), "200 playlist v11.0");
}

TEST_F(ViewTest, ReportsUseAndBytes) {
  Feed feed(home_);
  FakePackager packager(feed);
  packager.Open("run1", 10);
  packager.Segment(10);
  Send({.playlist = "llhls"});
  view_.Follow(feed.ref());
  home_.RunAll();
  loop_.RunAll();
  EXPECT_EQ(feed.usage().last_used, now_);
  const uint64_t before = feed.usage().bytes_out;
  EXPECT_GT(before, 0U);
  Send({.type = Ask::Type::kPart, .run = "run1", .number = 10});
  EXPECT_EQ(feed.usage().bytes_out, before + std::string("part v10.0").size());
  Send({.type = Ask::Type::kPart, .run = "run1", .number = 10}, {.head = true});
  EXPECT_EQ(feed.usage().bytes_out, before + std::string("part v10.0").size());
  now_ += 1s;
  Send({.type = Ask::Type::kChunklist});
  EXPECT_EQ(feed.usage().last_used, now_);
  EXPECT_EQ(view_.NextDeadline(), std::nullopt);
}

TEST_F(ViewTest, GivesEveryAnswerTheFieldsOfItsKind) {
  Publish();

  struct Row {
    Ask ask;
    const char* type;
    const char* cache;
  };

  const Row rows[] = {
      {{.type = Ask::Type::kMultivariant, .playlist = "llhls"},
       "application/vnd.apple.mpegurl",
       "public, max-age=1, stale-if-error=2"},
      {{.type = Ask::Type::kChunklist}, "application/vnd.apple.mpegurl", "public, max-age=1"},
      {{.type = Ask::Type::kChunklist, .directives = {.legacy = true}},
       "application/vnd.apple.mpegurl",
       "public, max-age=1"},
      {{.type = Ask::Type::kChunklist, .directives = {.msn = 12, .part = 0}},
       "application/vnd.apple.mpegurl",
       "public, max-age=12"},
      {{.type = Ask::Type::kInit, .run = "run1"}, "video/mp4", "public, max-age=86400, immutable"},
      {{.type = Ask::Type::kSegment, .run = "run1", .number = 11},
       "video/mp4",
       "public, max-age=86400, immutable"},
      {{.type = Ask::Type::kPart, .run = "run1", .number = 12},
       "video/mp4",
       "public, max-age=86400, immutable"},
  };
  for (const Row& row : rows) {
    const bool playlist = std::string(row.type) != "video/mp4";
    Requester& plain = Send(row.ask, {.audience = {.allow_origin = "*"}});
    EXPECT_EQ(plain.response().status, 200);
    EXPECT_EQ(plain.Field("Content-Type"), row.type);
    EXPECT_EQ(plain.Field("Cache-Control"), row.cache);
    EXPECT_EQ(plain.Field("Access-Control-Allow-Origin"), "*");
    EXPECT_THAT(plain.Field("Access-Control-Expose-Headers"), HasSubstr("Date"));
    EXPECT_EQ(plain.Field("Vary"), playlist ? "Accept-Encoding" : "");
    EXPECT_EQ(plain.Field("ETag"), "\"" + std::string(plain.response().body.text()) + "\"");
    EXPECT_EQ(plain.response().ranges, !playlist);
    EXPECT_EQ(plain.Field("Content-Encoding"), "");

    Requester& packed = Send(
        row.ask, {.audience = {.allow_origin = "https://a", .vary_origin = true}, .gzip = true});
    EXPECT_EQ(packed.Field("Content-Encoding"), playlist ? "gzip" : "");
    EXPECT_EQ(packed.Field("Vary"), playlist ? "Accept-Encoding, Origin" : "Origin");
    EXPECT_EQ(packed.Field("ETag"), (playlist ? "W/" : "") + plain.Field("ETag"));
    EXPECT_THAT(std::string(packed.response().body.text()), StartsWith(playlist ? "gzip of " : ""));
  }
  EXPECT_EQ(Chunklist().Field("Last-Modified"), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(Chunklist().Field("Surrogate-Control"), "public, max-age=1");
  EXPECT_EQ(At(12, 0).Field("Last-Modified"), "");
  Requester& refused =
      Send({.type = Ask::Type::kPart, .run = "none"}, {.audience = {.allow_origin = "*"}});
  EXPECT_EQ(refused.Field("Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(refused.Field("Content-Type"), "text/plain; charset=utf-8");
}

}  // namespace
}  // namespace weir::hls
