#include "http/server_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/http/conversation.h"

namespace weir::http {
namespace {

using ::testing::AllOf;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using namespace std::chrono_literals;

constexpr std::string_view kGet = "GET /a HTTP/1.1\r\nHost: weir.example\r\n\r\n";

int CountOf(std::string_view text, std::string_view what) {
  int count = 0;
  for (size_t at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1))
    ++count;
  return count;
}

TEST(ServerSession, AnswersARequestInFull) {
  Conversation talk;
  ASSERT_TRUE(talk.Send(kGet));
  EXPECT_EQ(talk.output.text,
            "HTTP/1.1 200 OK\r\n"
            "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
            "Server: Weir\r\n"
            "Content-Length: 2\r\n"
            "Connection: keep-alive\r\n\r\n"
            "/a");
  EXPECT_EQ(talk.output.writes, 2) << "head and body, the body not copied";
  ASSERT_EQ(talk.handler.requests.size(), 1U);
  EXPECT_EQ(talk.handler.requests[0].method, "GET");
  EXPECT_EQ(talk.handler.requests[0].host, "weir.example");
  EXPECT_EQ(talk.handler.requests[0].peer, "192.0.2.1:50123");
}

TEST(ServerSession, KeepsTheConnectionForMoreRequests) {
  Conversation talk;
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(talk.Send(kGet));
    EXPECT_THAT(talk.Take(), EndsWith("\r\n\r\n/a"));
  }
}

TEST(ServerSession, ClosesWhenAsked) {
  Conversation talk;
  const Status step = talk.Send("GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  ASSERT_FALSE(step);
  EXPECT_EQ(step.error().code, ErrorCode::kEnded);
  EXPECT_THAT(talk.output.text, HasSubstr("Connection: close\r\n\r\n/a"));
}

TEST(ServerSession, ClosesAfterHttp10UnlessKeptAlive) {
  Conversation closed;
  EXPECT_FALSE(closed.Send("GET /a HTTP/1.0\r\n\r\n"));
  EXPECT_THAT(closed.output.text, HasSubstr("\r\n\r\n/a"));
  Conversation kept;
  EXPECT_TRUE(kept.Send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
  EXPECT_THAT(kept.output.text, HasSubstr("Connection: keep-alive"));
}

TEST(ServerSession, FinishesThroughTheOutputWhenTheLastAnswerComesLater) {
  Conversation talk;
  ASSERT_TRUE(talk.Send("GET /wait HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
  talk.handler.waiting[0]->Respond(EchoHandler::Text("late"));
  EXPECT_THAT(talk.output.text, EndsWith("late"));
  ASSERT_TRUE(talk.output.finished);
  EXPECT_EQ(talk.output.finished->code, ErrorCode::kEnded);
}

TEST(ServerSession, AnswersPipelinedRequestsInOrder) {
  Conversation talk;
  ASSERT_TRUE(
      talk.Send("GET /wait1 HTTP/1.1\r\nHost: a\r\n\r\nGET /two HTTP/1.1\r\nHost: a\r\n\r\n"
                "GET /wait3 HTTP/1.1\r\nHost: a\r\n\r\n"));
  ASSERT_EQ(talk.handler.requests.size(), 3U);
  EXPECT_EQ(talk.output.text, "");
  talk.handler.waiting[1]->Respond(EchoHandler::Text("three"));
  EXPECT_EQ(talk.output.text, "");
  talk.handler.waiting[0]->Respond(EchoHandler::Text("one"));
  const std::string text = talk.Take();
  EXPECT_LT(text.find("\r\n\r\none"), text.find("\r\n\r\n/two"));
  EXPECT_LT(text.find("\r\n\r\n/two"), text.find("\r\n\r\nthree"));
}

TEST(ServerSession, LeavesWhatIsPipelinedBehindSixteenUnread) {
  Conversation talk;
  std::string requests;
  for (int i = 0; i < 20; ++i)
    requests += "GET /wait HTTP/1.1\r\nHost: a\r\n\r\n";
  ASSERT_TRUE(talk.Send(requests));
  EXPECT_EQ(talk.handler.requests.size(), 16U);
  talk.handler.waiting[0]->Respond({});
  EXPECT_EQ(talk.handler.requests.size(), 16U) << "no handler is called from inside Respond";
  EXPECT_EQ(talk.session->NextDeadline(), talk.now);
  ASSERT_TRUE(talk.Pass(0s));
  EXPECT_EQ(talk.handler.requests.size(), 17U);
  for (int i = 1; i < 16; ++i)
    talk.handler.waiting[static_cast<size_t>(i)]->Respond({});
  ASSERT_TRUE(talk.Pass(0s));
  EXPECT_EQ(talk.handler.requests.size(), 20U);
}

TEST(ServerSession, EndsWhoeverPipelinesWithoutEnd) {
  Conversation talk;
  const std::string wait = "GET /wait HTTP/1.1\r\nHost: a\r\n\r\n";
  Status step;
  size_t sent = 0;
  for (; step && sent < 1'000'000; sent += wait.size())
    step = talk.Send(wait);
  ASSERT_FALSE(step);
  EXPECT_EQ(step.error().code, ErrorCode::kLimitExceeded);
  EXPECT_LT(sent, 18'000U);
}

TEST(ServerSession, GivesHeadEverythingButTheBody) {
  Conversation talk;
  ASSERT_TRUE(talk.Send("HEAD /abc HTTP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_THAT(talk.output.text,
              AllOf(HasSubstr("Content-Length: 4\r\n"), EndsWith("keep-alive\r\n\r\n")));
}

TEST(ServerSession, ReadsABodyByLengthAndByChunks) {
  Conversation talk;
  ASSERT_TRUE(talk.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"));
  EXPECT_EQ(talk.handler.requests.at(0).body, "hello");
  ASSERT_TRUE(
      talk.Send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                "3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\nTrailer: t\r\n\r\n"));
  EXPECT_EQ(talk.handler.requests.at(1).body, "hello");
  EXPECT_EQ(talk.handler.requests.at(1).Field("Trailer"), "");
  ASSERT_TRUE(talk.Send(kGet));
  EXPECT_EQ(talk.handler.requests.size(), 3U);
}

TEST(ServerSession, TellsAClientThatAsksToSendItsBody) {
  Conversation talk;
  ASSERT_TRUE(
      talk.Send("PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
                "Content-Length: 2\r\n\r\n"));
  EXPECT_EQ(talk.Take(), "HTTP/1.1 100 Continue\r\n\r\n");
  ASSERT_TRUE(talk.Send("ok"));
  EXPECT_THAT(talk.output.text, EndsWith("/ok"));
}

struct Refused {
  std::string_view name;
  std::string request;
  int status;
};

std::string Fields(int count) {
  std::string fields;
  for (int i = 0; i < count; ++i)
    fields += "A: b\r\n";
  return fields;
}

class Refusals : public ::testing::TestWithParam<Refused> {};

TEST_P(Refusals, AreAnsweredAndEndTheConnection) {
  Conversation talk;
  ASSERT_TRUE(talk.Send(GetParam().request)) << "lingers, so that the answer can be read";
  EXPECT_THAT(talk.output.text, StartsWith("HTTP/1.1 " + std::to_string(GetParam().status)));
  EXPECT_THAT(talk.output.text,
              AllOf(HasSubstr("Connection: close"), HasSubstr("Content-Type: text/plain")));
  EXPECT_TRUE(talk.handler.requests.empty());
  const size_t written = talk.output.text.size();
  EXPECT_TRUE(talk.Send(kGet));
  EXPECT_EQ(talk.output.text.size(), written) << "nothing is answered after a refusal";
  const Status step = talk.Pass(1s);
  ASSERT_FALSE(step);
  EXPECT_EQ(step.error().code, ErrorCode::kEnded);
}

INSTANTIATE_TEST_SUITE_P(
    Requests, Refusals,
    ::testing::Values(
        Refused{"Garbage", "\x16\x03\x01\x02 hello\r\n\r\n", 400},
        Refused{"NoHost", "GET / HTTP/1.1\r\n\r\n", 400},
        Refused{"TwoHosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
        Refused{"HostWithPath", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
        Refused{"SpaceInName", "GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400},
        Refused{"LengthAndChunked",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n"
                "Transfer-Encoding: chunked\r\n\r\n",
                400},
        Refused{"TwoLengths",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n",
                400},
        Refused{"NegativeLength", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400},
        Refused{"BadChunk",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400},
        Refused{"EmptyLines", "\r\n\r\n\r\n\r\n", 400},
        Refused{"Version", "GET / HTTP/3.7\r\nHost: a\r\n\r\n", 505},
        Refused{"Connect", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", 501},
        Refused{"Expectation", "GET / HTTP/1.1\r\nHost: a\r\nExpect: miracles\r\n\r\n", 417},
        Refused{"LongTarget", "GET /" + std::string(4096, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n",
                414},
        Refused{"ManyFields", "GET / HTTP/1.1\r\nHost: a\r\n" + Fields(100) + "\r\n", 431},
        Refused{"LargeHead",
                "GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(16 * 1024, 'x') + "\r\n\r\n", 431},
        Refused{"LargeBody", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1048577\r\n\r\n", 413},
        Refused{"EndlessChunks",
                "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n100001\r\n" +
                    std::string(1048577, 'x'),
                413}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(ServerSession, TakesWhatIsJustWithinTheLimits) {
  Conversation talk;
  ASSERT_TRUE(talk.Send("GET /" + std::string(4095, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n"));
  ASSERT_TRUE(talk.Send("GET / HTTP/1.1\r\nHost: a\r\n" + Fields(99) + "\r\n"));
  const std::string start = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
  ASSERT_TRUE(talk.Send(start + std::string(16 * 1024 - start.size() - 4, 'x') + "\r\n\r\n"));
  ASSERT_TRUE(talk.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1048576\r\n\r\n" +
                        std::string(1048576, 'b')));
  EXPECT_EQ(talk.handler.requests.size(), 4U);
  EXPECT_EQ(CountOf(talk.output.text, "HTTP/1.1 200 OK"), 4);
}

TEST(ServerSession, RefusesAMegabyteOfFieldsEarly) {
  Conversation talk;
  ASSERT_TRUE(talk.Send("GET / HTTP/1.1\r\nHost: a\r\n"));
  const std::string field = "X-Filler: " + std::string(990, 'f') + "\r\n";
  size_t sent = 0;
  while (talk.output.text.empty() && sent < 1'000'000) {
    ASSERT_TRUE(talk.Send(field));
    sent += field.size();
  }
  EXPECT_LT(sent, 18'000U);
  EXPECT_THAT(talk.output.text, StartsWith("HTTP/1.1 431 "));
  for (; sent < 1'000'000; sent += field.size())
    ASSERT_TRUE(talk.Send(field));
}

TEST(ServerSession, DoesNotLingerForEver) {
  Conversation talk;
  ASSERT_TRUE(talk.Send("nonsense\r\n\r\n"));
  const std::string more(1 << 20, 'x');
  int megabytes = 0;
  while (megabytes < 10 && talk.Send(more))
    ++megabytes;
  EXPECT_EQ(megabytes, 4);
}

TEST(ServerSession, AnswersWhatCameBeforeAMalformedRequest) {
  Conversation talk;
  ASSERT_TRUE(talk.Send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n\x01\x02\x03"));
  EXPECT_EQ(talk.output.text, "");
  talk.handler.waiting[0]->Respond(EchoHandler::Text("first"));
  EXPECT_THAT(talk.output.text, AllOf(StartsWith("HTTP/1.1 200"), HasSubstr("HTTP/1.1 400")));
}

TEST(ServerSession, WaitsTenSecondsForAHead) {
  Conversation talk;
  ASSERT_TRUE(talk.Pass(50s));
  ASSERT_TRUE(talk.Send("GET / HT"));
  EXPECT_EQ(talk.session->NextDeadline(), talk.now + 10s);
  ASSERT_TRUE(talk.Pass(9s));
  ASSERT_TRUE(talk.Send("TP/1.1"));
  ASSERT_TRUE(talk.Pass(1s));
  EXPECT_THAT(talk.output.text, StartsWith("HTTP/1.1 408 "));
  EXPECT_FALSE(talk.Pass(1s));
}

TEST(ServerSession, WaitsThirtySecondsForABody) {
  Conversation talk;
  ASSERT_TRUE(talk.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel"));
  ASSERT_TRUE(talk.Pass(29s));
  EXPECT_EQ(talk.output.text, "");
  ASSERT_TRUE(talk.Pass(1s));
  EXPECT_THAT(talk.output.text, StartsWith("HTTP/1.1 408 "));
}

TEST(ServerSession, ClosesAnIdleConnectionWithoutAWord) {
  Conversation talk;
  ASSERT_TRUE(talk.Pass(59s));
  ASSERT_TRUE(talk.Send(kGet));
  (void)talk.Take();
  ASSERT_TRUE(talk.Pass(59s));
  const Status step = talk.Pass(1s);
  ASSERT_FALSE(step);
  EXPECT_EQ(step.error().code, ErrorCode::kEnded);
  EXPECT_EQ(talk.output.text, "");
}

TEST(ServerSession, CountsIdleTimeFromALateAnswer) {
  Conversation talk;
  ASSERT_TRUE(talk.Send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n"));
  ASSERT_TRUE(talk.Pass(70s));
  talk.handler.waiting[0]->Respond({});
  EXPECT_TRUE(talk.Pass(59s)) << "the answer was later than the last bytes";
  EXPECT_FALSE(talk.Pass(61s));
}

TEST(ServerSession, AnswersForAResponderThatTakesTooLong) {
  Conversation talk;
  bool gone = false;
  ASSERT_TRUE(talk.Send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n"));
  talk.handler.waiting[0]->OnGone([&] { gone = true; });
  ASSERT_TRUE(talk.Pass(119s));
  EXPECT_EQ(talk.output.text, "");
  ASSERT_TRUE(talk.Pass(1s));
  EXPECT_THAT(talk.Take(), StartsWith("HTTP/1.1 503 "));
  EXPECT_TRUE(gone);
  talk.handler.waiting[0]->Respond(EchoHandler::Text("too late"));
  EXPECT_EQ(talk.output.text, "");
}

TEST(ServerSession, AnswersForAResponderThatWasDropped) {
  Conversation talk;
  ASSERT_TRUE(talk.Send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n"));
  talk.handler.waiting.clear();
  EXPECT_THAT(talk.output.text, StartsWith("HTTP/1.1 500 "));
}

TEST(ServerSession, TellsWhoWaitsThatTheRequesterHasLeft) {
  Conversation talk;
  ASSERT_TRUE(
      talk.Send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\nGET /wait HTTP/1.1\r\nHost: a\r\n\r\n"));
  int gone = 0;
  // The first to be told drops everything, itself included.
  for (const auto& responder : talk.handler.waiting) {
    responder->OnGone([&] {
      ++gone;
      talk.handler.waiting.clear();
    });
  }
  talk.session.reset();
  EXPECT_EQ(gone, 2);
}

TEST(ServerSession, TakesAnAnswerAfterTheRequesterHasLeft) {
  Conversation talk;
  ASSERT_TRUE(talk.Send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n"));
  talk.session.reset();
  talk.handler.waiting[0]->Respond(EchoHandler::Text("nobody listens"));
  EXPECT_EQ(talk.output.text, "");
}

TEST(ServerSession, HandsALargeBodyOverInSlices) {
  Conversation talk;
  const std::string body(5 << 20, 'm');
  talk.handler.answer = [&](const Request&) { return EchoHandler::Text(body); };
  talk.output.slow = true;
  ASSERT_TRUE(talk.Send("GET /a HTTP/1.1\r\nHost: a\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\n"));
  size_t largest = 0;
  for (int i = 0; i < 20; ++i) {
    largest = std::max(largest, talk.output.unsent);
    talk.output.unsent = 0;
    ASSERT_TRUE(talk.session->OnWritable(talk.now));
  }
  EXPECT_LT(largest, size_t{2} << 20);
  EXPECT_EQ(CountOf(talk.output.text, "HTTP/1.1 200 OK"), 2);
  EXPECT_EQ(std::count(talk.output.text.begin(), talk.output.text.end(), 'm'), 10 << 20);
}

TEST(ServerSession, KeepsASlowReaderOnceTheLastAnswerIsFullyWritten) {
  Conversation talk;
  talk.handler.answer = [](const Request&) { return EchoHandler::Text(std::string(3 << 20, 'm')); };
  talk.output.slow = true;
  ASSERT_TRUE(talk.Send("GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
  Status step;
  int calls = 0;
  for (; step && calls < 10; ++calls) {
    talk.output.unsent = 0;
    step = talk.session->OnWritable(talk.now);
  }
  EXPECT_EQ(calls, 2);
  EXPECT_EQ(std::count(talk.output.text.begin(), talk.output.text.end(), 'm'), 3 << 20);
}

TEST(ServerSession, IgnoresAnOfferToUpgrade) {
  Conversation talk;
  ASSERT_TRUE(
      talk.Send("GET /a HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\n"
                "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n\r\n"));
  EXPECT_THAT(talk.Take(), EndsWith("/a"));
  ASSERT_TRUE(talk.Send(kGet));
  EXPECT_THAT(talk.Take(), EndsWith("/a"));
}

TEST(ServerSession, PassesOptionsAndOddMethodsToTheHandler) {
  Conversation talk;
  ASSERT_TRUE(
      talk.Send("OPTIONS /a HTTP/1.1\r\nHost: a\r\n\r\nPATCH /a HTTP/1.1\r\nHost: a\r\n\r\n"));
  EXPECT_EQ(talk.handler.requests.at(0).method, "OPTIONS");
  EXPECT_EQ(talk.handler.requests.at(1).method, "PATCH");
}

TEST(ServerSession, ServesRangesAndValidators) {
  Conversation talk;
  talk.handler.answer = [](const Request&) {
    return Response{.fields = {{"ETag", "\"v1\""}},
                    .body = SharedBytes(std::string("0123456789")),
                    .ranges = true};
  };
  ASSERT_TRUE(talk.Send("GET / HTTP/1.1\r\nHost: a\r\nRange: bytes=2-4\r\n\r\n"));
  EXPECT_THAT(talk.Take(),
              AllOf(StartsWith("HTTP/1.1 206 "), HasSubstr("Content-Range: bytes 2-4/10\r\n"),
                    HasSubstr("Content-Length: 3\r\n"), EndsWith("\r\n\r\n234")));
  ASSERT_TRUE(talk.Send("GET / HTTP/1.1\r\nHost: a\r\nIf-None-Match: \"v0\", W/\"v1\"\r\n\r\n"));
  EXPECT_THAT(talk.Take(), AllOf(StartsWith("HTTP/1.1 304 "), HasSubstr("ETag: \"v1\""),
                                 Not(HasSubstr("Content-Length")), EndsWith("\r\n\r\n")));
}

TEST(ServerSession, TheNextAnswerAfterADrainIsTheLast) {
  Conversation talk;
  ASSERT_TRUE(talk.Send(kGet));
  talk.Take();
  talk.drain.Begin();
  EXPECT_FALSE(talk.output.finished);
  const Status step = talk.Send(std::string(kGet) + std::string(kGet));
  ASSERT_FALSE(step);
  EXPECT_EQ(step.error().code, ErrorCode::kEnded);
  EXPECT_EQ(CountOf(talk.output.text, "HTTP/1.1 200"), 1);
  EXPECT_THAT(talk.output.text, EndsWith("Connection: close\r\n\r\n/a"));
}

TEST(ServerSession, AnswersWhatIsUnderWayWhenItIsDrained) {
  Conversation talk;
  ASSERT_TRUE(
      talk.Send("GET /wait1 HTTP/1.1\r\nHost: a\r\n\r\nGET /wait2 HTTP/1.1\r\nHost: a\r\n\r\n"));
  talk.drain.Begin();
  ASSERT_TRUE(talk.Send(kGet)) << "not read any more";
  talk.handler.waiting.at(0)->Respond(EchoHandler::Text("one"));
  EXPECT_THAT(talk.Take(), EndsWith("Connection: keep-alive\r\n\r\none"));
  EXPECT_FALSE(talk.output.finished);
  talk.handler.waiting.at(1)->Respond(EchoHandler::Text("two"));
  EXPECT_THAT(talk.Take(), EndsWith("Connection: close\r\n\r\ntwo"));
  ASSERT_TRUE(talk.output.finished);
  EXPECT_EQ(talk.handler.requests.size(), 2U);
}

TEST(ServerSession, ARequestHalfReadWhenItIsDrainedIsAnswered) {
  Conversation talk;
  ASSERT_TRUE(talk.Send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\nGET /late HTTP/1.1\r\n"));
  talk.drain.Begin();
  ASSERT_TRUE(talk.Send("Host: a\r\n\r\n"));
  talk.handler.waiting.at(0)->Respond(EchoHandler::Text("first"));
  EXPECT_THAT(talk.output.text, EndsWith("Connection: close\r\n\r\n/late"));
  EXPECT_EQ(CountOf(talk.output.text, "Connection: keep-alive"), 1);
  ASSERT_TRUE(talk.output.finished);
}

class AnyChunking : public ::testing::TestWithParam<size_t> {};

TEST_P(AnyChunking, GivesTheSameAnswers) {
  const std::string talkative =
      "GET /a HTTP/1.1\r\nHost: a\r\nEmpty:\r\nX:  padded \t\r\n\r\n"
      "\r\nPOST /b?c=d HTTP/1.1\r\nhost: A:80\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5\r\nhello\r\n0\r\n\r\n"
      "GET http://Other.Example:8080/c HTTP/1.1\r\nHost: a\r\n\r\n"
      "PUT /d HTTP/1.1\r\nHost: [::1]:3333\r\nContent-Length: 3\r\n\r\nxyz"
      "HEAD /e HTTP/1.1\r\nHost: a\r\n\r\n"
      "GET /f HTTP/1.1\r\nHost: a\r\n\r\nBROKEN";
  Conversation whole;
  ASSERT_TRUE(whole.Send(talkative));
  Conversation cut;
  ASSERT_TRUE(cut.SendCut(talkative, GetParam()));
  EXPECT_EQ(cut.output.text, whole.output.text);
  ASSERT_EQ(cut.handler.requests.size(), 6U);
  EXPECT_EQ(cut.handler.requests[0].Field("x"), "padded");
  EXPECT_EQ(cut.handler.requests[0].fields.size(), 3U);
  EXPECT_EQ(cut.handler.requests[1].host, "a");
  EXPECT_EQ(cut.handler.requests[1].authority, "A:80");
  EXPECT_EQ(cut.handler.requests[1].body, "hello");
  EXPECT_EQ(cut.handler.requests[2].host, "other.example");
  EXPECT_EQ(cut.handler.requests[2].authority, "Other.Example:8080");
  EXPECT_EQ(cut.handler.requests[2].target, "/c");
  EXPECT_EQ(cut.handler.requests[3].host, "[::1]");
}

INSTANTIATE_TEST_SUITE_P(Sizes, AnyChunking, ::testing::Values(1, 2, 3, 7, 64, 4096));

}  // namespace
}  // namespace weir::http
