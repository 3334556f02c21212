#include "http/client_session.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>

#include "support/recording_output.h"

namespace weir::http {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;
using testing::RecordingOutput;

constexpr Clock::time_point kNow{std::chrono::hours(1)};

/// A session and what it answered.
struct Conversation final : ClientSession::Owner {
  explicit Conversation(const ResponseLimits& the_limits = {}) : limits(the_limits) {}

  void OnResponse(ClientResponse response, bool may_send) override {
    answers.push_back(std::move(response));
    reusable = may_send;
  }

  /// Feeds `bytes` in pieces until an error.
  Status Feed(std::string_view bytes, size_t piece = std::string_view::npos) {
    Status status;
    while (!bytes.empty() && status) {
      const std::string_view now = bytes.substr(0, piece);
      bytes.remove_prefix(now.size());
      status = session.OnBytes({reinterpret_cast<const uint8_t*>(now.data()), now.size()}, kNow);
    }
    return status;
  }

  const ResponseLimits limits;
  RecordingOutput output;
  std::vector<ClientResponse> answers;
  bool reusable = false;
  ClientSession session{*this, output, limits, seconds(15), kNow};
};

constexpr std::string_view kAnswer =
    "HTTP/1.1 200 OK\r\nContent-Type:  application/json \r\nContent-Length: 16\r\n\r\n"
    "{\"allowed\":true}";

TEST(RenderRequest, IsWellFormed) {
  EXPECT_EQ(RenderRequest({.method = "POST", .fields = {{"X-Evil", "a\r\nb"}}, .body = "{}"},
                          "example.com:81", "/hook?x"),
            "POST /hook?x HTTP/1.1\r\nHost: example.com:81\r\nUser-Agent: Weir\r\n"
            "X-Evil: a  b\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\n{}");
  EXPECT_THAT(RenderRequest({.method = "POST"}, "h", "/"), HasSubstr("Content-Length: 0\r\n"));
  EXPECT_THAT(RenderRequest({}, "h", "/"), ::testing::Not(HasSubstr("Content-Length")));
}

TEST(ClientSession, ReadsAnAnswerInAnyPieces) {
  for (size_t piece = 1; piece <= kAnswer.size(); ++piece) {
    Conversation talk;
    talk.session.Send("request", false);
    EXPECT_EQ(talk.output.text(), "request");
    ASSERT_TRUE(talk.Feed(kAnswer, piece)) << piece;
    ASSERT_EQ(talk.answers.size(), 1u) << piece;
    EXPECT_EQ(talk.answers[0].status, 200);
    EXPECT_EQ(talk.answers[0].Field("content-type"), "application/json");
    EXPECT_EQ(talk.answers[0].body, "{\"allowed\":true}");
    EXPECT_TRUE(talk.reusable);
  }
}

TEST(ClientSession, AsksAgainAndAgain) {
  Conversation talk;
  for (size_t i = 1; i <= 3; ++i) {
    talk.session.Send("request", false);
    EXPECT_FALSE(talk.session.NextDeadline());
    ASSERT_TRUE(talk.Feed(kAnswer, 7));
    EXPECT_EQ(talk.answers.size(), i);
    EXPECT_EQ(talk.session.NextDeadline(), kNow + seconds(15));
  }
  EXPECT_TRUE(talk.session.OnDeadline(kNow + seconds(14)));
  EXPECT_FALSE(talk.session.OnDeadline(kNow + seconds(15)));
}

TEST(ClientSession, ReadsChunksAndPassesOverInterimAnswersAndTrailers) {
  Conversation talk;
  talk.session.Send("request", false);
  ASSERT_TRUE(
      talk.Feed("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
                "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n"
                "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nX-Trailer: z\r\n\r\n",
                5));
  ASSERT_EQ(talk.answers.size(), 1u);
  EXPECT_EQ(talk.answers[0].status, 201);
  EXPECT_EQ(talk.answers[0].body, "abcde");
  EXPECT_EQ(talk.answers[0].Field("Link"), "");
  EXPECT_EQ(talk.answers[0].Field("X-Trailer"), "");
}

TEST(ClientSession, InterimAnswersHaveNoBodyWhateverTheySay) {
  constexpr std::string_view kAnswers =
      "HTTP/1.1 103 Early Hints\r\nContent-Length: 99\r\n\r\n"
      "HTTP/1.1 103 Early Hints\r\nTransfer-Encoding: chunked\r\n\r\n"
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  for (size_t piece = 1; piece <= kAnswers.size(); ++piece) {
    Conversation talk;
    talk.session.Send("request", false);
    ASSERT_TRUE(talk.Feed(kAnswers, piece)) << piece;
    ASSERT_EQ(talk.answers.size(), 1u) << piece;
    EXPECT_EQ(talk.answers[0].status, 200);
    EXPECT_EQ(talk.answers[0].body, "ok");
  }
}

TEST(ClientSession, KnowsAnswersWithoutABody) {
  Conversation talk;
  talk.session.Send("HEAD", true);
  ASSERT_TRUE(talk.Feed("HTTP/1.1 200 OK\r\nContent-Length: 9999999999\r\n\r\n"));
  ASSERT_EQ(talk.answers.size(), 1u);
  EXPECT_EQ(talk.answers[0].body, "");
  talk.session.Send("GET", false);
  ASSERT_TRUE(talk.Feed("HTTP/1.1 204 No Content\r\n\r\n"));
  EXPECT_EQ(talk.answers.size(), 2u);
}

TEST(ClientSession, IsOverWhereTheServerSaysSo) {
  for (const char* head : {"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n",
                           "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n"}) {
    Conversation talk;
    talk.session.Send("request", false);
    std::string answer(head);
    answer += "ok";
    const Status over = talk.Feed(answer);
    EXPECT_EQ(over.error().code, ErrorCode::kEnded) << head;
    EXPECT_EQ(talk.answers.at(0).body, "ok");
    EXPECT_FALSE(talk.reusable);
  }
}

TEST(ClientSession, MoreThanTheAnswerMakesTheConnectionUseless) {
  Conversation talk;
  talk.session.Send("request", false);
  std::string more(kAnswer);
  more += "HTTP/1.1 200 OK\r\n";
  EXPECT_FALSE(talk.Feed(more));
  EXPECT_EQ(talk.answers.size(), 1u);
  EXPECT_FALSE(talk.reusable);
  Conversation unasked;
  EXPECT_FALSE(unasked.Feed(kAnswer));
  EXPECT_TRUE(unasked.answers.empty());
}

TEST(ClientSession, ABodyMayLastToTheEndOfTheConnection) {
  Conversation talk;
  talk.session.Send("request", false);
  ASSERT_TRUE(talk.Feed("HTTP/1.1 200 OK\r\n\r\nabc"));
  EXPECT_TRUE(talk.answers.empty());
  const auto answer = talk.session.AtEnd(true);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "abc");
}

TEST(ClientSession, AnEndBeforeTheAnswerIsAnError) {
  for (const std::string_view cut :
       {kAnswer.substr(0, 0), kAnswer.substr(0, 20), kAnswer.substr(0, kAnswer.size() - 1)}) {
    Conversation talk;
    talk.session.Send("request", false);
    ASSERT_TRUE(talk.Feed(cut));
    EXPECT_EQ(talk.session.answering(), !cut.empty());
    EXPECT_EQ(talk.session.AtEnd(true).error().code, ErrorCode::kUnavailable);
  }
  Conversation broken;
  broken.session.Send("request", false);
  ASSERT_TRUE(broken.Feed("HTTP/1.1 200 OK\r\n\r\nabc"));
  EXPECT_FALSE(broken.session.AtEnd(false)) << "a reset is no end of a body";
}

TEST(ClientSession, HoldsTheServerToItsLimits) {
  const ResponseLimits limits{.head_bytes = 100, .fields = 3, .body_bytes = 10};
  const std::string ok = "HTTP/1.1 200 OK\r\n";
  const auto error_of = [&](const std::string& bytes) {
    std::optional<ErrorCode> first;
    for (const size_t piece : {size_t{1}, size_t{3}, bytes.size()}) {
      Conversation talk(limits);
      talk.session.Send("request", false);
      const Status fed = talk.Feed(bytes, piece);
      EXPECT_TRUE(talk.answers.empty());
      const auto code = fed ? std::nullopt : std::optional(fed.error().code);
      EXPECT_FALSE(talk.session.AtEnd(true));
      if (piece == 1) first = code;
      EXPECT_EQ(code, first) << bytes;
    }
    return first;
  };
  EXPECT_EQ(error_of(ok + "A: " + std::string(100, 'x') + "\r\n\r\n"), ErrorCode::kLimitExceeded);
  EXPECT_EQ(error_of(ok + "A: 1\r\nB: 2\r\nC: 3\r\nD: 4\r\n\r\n"), ErrorCode::kLimitExceeded);
  EXPECT_EQ(error_of(ok + "Content-Length: 11\r\n\r\n"), ErrorCode::kLimitExceeded);
  EXPECT_EQ(error_of(ok + "Transfer-Encoding: chunked\r\n\r\nb\r\n01234567890\r\n0\r\n\r\n"),
            ErrorCode::kLimitExceeded);
  EXPECT_EQ(error_of(ok + "\r\n01234567890"), ErrorCode::kLimitExceeded);
  EXPECT_EQ(error_of("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
                     "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
                     "HTTP/1.1 100 Continue\r\n\r\n"),
            ErrorCode::kLimitExceeded);
}

TEST(ClientSession, RefusesWhatIsNoAnswer) {
  for (const char* bytes : {"GET / HTTP/1.1\r\n\r\n", "hello\r\n\r\n", "HTTP/2.0 200 OK\r\n\r\n",
                            "HTTP/1.1 101 Switching\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
                            "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
                            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: "
                            "chunked\r\n\r\n1\r\na\r\n0\r\n\r\n"}) {
    Conversation talk;
    talk.session.Send("request", false);
    EXPECT_FALSE(talk.Feed(bytes)) << bytes;
    EXPECT_TRUE(talk.answers.empty()) << bytes;
  }
}

}  // namespace
}  // namespace weir::http
