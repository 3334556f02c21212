#include "http/http2_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/http/http2_conversation.h"

namespace weir::http {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// A frame as RFC 9113, 4.1 has it.
std::string Frame(uint8_t type, uint8_t flags, uint32_t id, std::string_view payload) {
  std::string frame;
  for (const int shift : {16, 8, 0})
    frame += static_cast<char>(payload.size() >> shift & 0xff);
  frame += static_cast<char>(type);
  frame += static_cast<char>(flags);
  for (const int shift : {24, 16, 8, 0})
    frame += static_cast<char>(id >> shift & 0xff);
  return frame += payload;
}

/// GET / at "a", each field a literal that is not remembered (RFC 7541, 6.2.2) but for the indexed
/// ones.
const std::string kGetBlock =
    "\x82\x87\x84\x01\x01"
    "a";

std::string Opening() {
  return std::string(kPreface) + Frame(NGHTTP2_SETTINGS, 0, 0, "");
}

/// What the GOAWAY frames among what a server wrote say.
std::vector<int> Goaways(std::string_view frames) {
  const auto number = [&](size_t at, size_t size) {
    size_t value = 0;
    for (size_t i = 0; i < size; ++i)
      value = value << 8 | static_cast<uint8_t>(frames[at + i]);
    return value;
  };
  std::vector<int> codes;
  while (frames.size() >= 9) {
    if (frames[3] == NGHTTP2_GOAWAY) codes.push_back(static_cast<int>(number(13, 4)));
    frames.remove_prefix(9 + number(0, 3));
  }
  return codes;
}

TEST(Http2Session, AnswersARequestInFull) {
  Http2Conversation talk;
  talk.client.Settings();
  const Http2Answer answer = talk.Get("/a?b=c", {{"accept", "x"}});
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.fields,
              ElementsAre(std::pair("date", "Sun, 06 Nov 1994 08:49:37 GMT"),
                          std::pair("server", "Weir"), std::pair("content-length", "6")));
  EXPECT_EQ(answer.body, "/a?b=c");
  EXPECT_EQ(answer.closed, NGHTTP2_NO_ERROR);
  ASSERT_EQ(talk.handler.requests.size(), 1U);
  const Request& request = talk.handler.requests[0];
  EXPECT_EQ(request.method, "GET");
  EXPECT_EQ(request.target, "/a?b=c");
  EXPECT_EQ(request.host, "weir.example");
  EXPECT_THAT(request.fields, ElementsAre(std::pair("accept", "x")));
  EXPECT_EQ(request.peer, "192.0.2.1:50123");
  EXPECT_EQ(request.version, Version::kHttp2);
  EXPECT_TRUE(request.secure);
}

TEST(Http2Session, SpeaksHttp11WithWhoDidNotAgreeOnH2) {
  EchoHandler handler;
  TextOutput output;
  const auto session = MakeServerFactory(handler)(
      output, {.address = "192.0.2.1:50123", .alpn = "http/1.1"}, kStart);
  const std::string get = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";
  ASSERT_TRUE(session->OnBytes({reinterpret_cast<const uint8_t*>(get.data()), get.size()}, kStart));
  EXPECT_THAT(output.text, ::testing::StartsWith("HTTP/1.1 200 OK"));
}

TEST(Http2Session, TakesTheHostOfAHostFieldToo) {
  Http2Conversation talk;
  talk.client.Settings();
  talk.client.AskWith({{":method", "GET"}, {":scheme", "https"}, {":path", "/"}, {"host", "B:1"}});
  ASSERT_TRUE(talk.Pump());
  EXPECT_EQ(talk.handler.requests.at(0).host, "b");
  EXPECT_EQ(talk.handler.requests.at(0).authority, "B:1");
}

TEST(Http2Session, KeepsThePortOfTheAuthority) {
  Http2Conversation talk;
  talk.client.Settings();
  talk.client.AskWith({{":method", "GET"},
                       {":scheme", "https"},
                       {":authority", "Weir.example:8443"},
                       {":path", "/"}});
  ASSERT_TRUE(talk.Pump());
  EXPECT_EQ(talk.handler.requests.at(0).host, "weir.example");
  EXPECT_EQ(talk.handler.requests.at(0).authority, "Weir.example:8443");
}

TEST(Http2Session, AnswersInAnyOrder) {
  Http2Conversation talk;
  talk.client.Settings();
  const int32_t first = talk.client.Ask("/wait1");
  const int32_t second = talk.client.Ask("/wait2");
  const int32_t third = talk.client.Ask("/three");
  ASSERT_TRUE(talk.Pump());
  EXPECT_EQ(talk.client.answers[third].body, "/three");
  talk.handler.waiting.at(1)->Respond(EchoHandler::Text("two"));
  ASSERT_TRUE(talk.Pump());
  EXPECT_EQ(talk.client.answers[second].body, "two");
  EXPECT_EQ(talk.client.answers[first].status, 0);
  talk.handler.waiting.at(0)->Respond(EchoHandler::Text("one"));
  ASSERT_TRUE(talk.Pump());
  EXPECT_EQ(talk.client.answers[first].body, "one");
}

class Http2AnyChunking : public ::testing::TestWithParam<size_t> {};

TEST_P(Http2AnyChunking, GivesTheSameAnswers) {
  Http2Conversation talk;
  talk.client.Settings();
  const int32_t get = talk.client.Ask("/a", {{"x", std::string(3000, 'x')}});
  Fields post = Http2Client::Head("POST", "/b");
  post.emplace_back("content-length", "40000");
  const std::string body(40'000, 'b');
  const int32_t put = talk.client.AskWith(post, body);
  const int32_t head = talk.client.Ask("/c", {}, "HEAD");
  ASSERT_TRUE(talk.Pump(GetParam()));
  EXPECT_EQ(talk.client.answers[get].body, "/a");
  EXPECT_EQ(talk.client.answers[put].body, "/b" + body);
  EXPECT_EQ(talk.client.answers[head].Field("content-length"), "2");
  EXPECT_EQ(talk.client.answers[head].body, "");
  EXPECT_EQ(talk.handler.requests.at(0).Field("X"), std::string(3000, 'x'));
}

INSTANTIATE_TEST_SUITE_P(Sizes, Http2AnyChunking, ::testing::Values(1, 2, 3, 9, 64, 4096));

TEST(Http2Session, ServesRangesValidatorsAndHead) {
  Http2Conversation talk;
  talk.client.Settings();
  talk.handler.answer = [](const Request&) {
    return Response{.fields = {{"ETag", "\"v1\""}, {"Content-Type", "text/plain"}},
                    .body = SharedBytes(std::string("0123456789")),
                    .ranges = true};
  };
  const Http2Answer part = talk.Get("/", {{"range", "bytes=2-4"}});
  EXPECT_EQ(part.status, 206);
  EXPECT_EQ(part.Field("content-range"), "bytes 2-4/10");
  EXPECT_EQ(part.Field("content-length"), "3");
  EXPECT_EQ(part.body, "234");
  const Http2Answer same = talk.Get("/", {{"if-none-match", "W/\"v1\""}});
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(same.Field("etag"), "\"v1\"");
  EXPECT_EQ(same.Field("content-length"), "");
  EXPECT_EQ(same.body, "");
  EXPECT_TRUE(same.ended);
  const Http2Answer head = talk.Get("/", {}, "HEAD");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.Field("content-length"), "10");
  EXPECT_EQ(head.Field("content-type"), "text/plain");
  EXPECT_EQ(head.body, "");
  EXPECT_TRUE(head.ended);
  EXPECT_EQ(talk.Get("/", {{"range", "bytes=10-"}}).status, 416);
}

TEST(Http2Session, SendsNoControlCharacters) {
  Http2Conversation talk;
  talk.client.Settings();
  talk.handler.answer = [](const Request&) {
    return Response{.fields = {{"X-Echo", "a\r\nset-cookie: b"}}, .body = {}};
  };
  EXPECT_EQ(talk.Get("/").Field("x-echo"), "a  set-cookie: b");
}

TEST(Http2Session, IgnoresATrailer) {
  Http2Conversation talk;
  talk.client.Settings();
  const int32_t id = talk.client.AskWith(Http2Client::Head("POST", "/"), "hello", false);
  ASSERT_TRUE(talk.Pump());
  EXPECT_THAT(talk.handler.requests, IsEmpty());
  talk.client.Trailer(id, {{"x-checksum", "1"}});
  ASSERT_TRUE(talk.Pump());
  EXPECT_EQ(talk.client.answers[id].body, "/hello");
  EXPECT_THAT(talk.handler.requests.at(0).fields, IsEmpty());
}

TEST(Http2Session, TellsAClientThatAsksToSendItsBody) {
  Http2Conversation talk;
  talk.client.Settings();
  Fields fields = Http2Client::Head("PUT", "/");
  fields.emplace_back("expect", "100-continue");
  const int32_t id = talk.client.AskWith(fields, std::nullopt, false);
  ASSERT_TRUE(talk.Pump());
  EXPECT_THAT(talk.client.statuses, ElementsAre(100));
  talk.client.Reset(id);
  ASSERT_TRUE(talk.Pump());
}

// --- Bodies and windows ---

TEST(Http2Session, SendsBodiesInFullFramesWithoutCopyingThem) {
  Http2Conversation talk;
  const SharedBytes body(std::string(64 * 1024, 'm'));
  talk.handler.answer = [&](const Request&) { return Response{.body = body}; };
  talk.client.Settings({{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 1 << 20}});
  talk.client.OpenWindow(0, 1 << 20);
  const int32_t id = talk.client.Ask("/");
  const int before = talk.output.writes;
  ASSERT_TRUE(talk.Pump());
  EXPECT_EQ(talk.client.answers[id].body, body.text());
  EXPECT_EQ(talk.client.largest_data, 16U * 1024);
  EXPECT_LE(talk.output.writes - before, 2 * 4 + 2) << "heads and slices by turns";
}

TEST(Http2Session, StopsAtTheWindowsOfTheClient) {
  Http2Conversation talk({}, /*read_bodies=*/false);
  talk.handler.answer = [](const Request&) {
    return EchoHandler::Text(std::string(1'000'000, 'm'));
  };
  talk.client.Settings({{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 1000}});
  ASSERT_TRUE(talk.Pump());
  const int32_t id = talk.client.Ask("/");
  ASSERT_TRUE(talk.Pump());
  EXPECT_EQ(talk.client.answers[id].body.size(), 1000U);
  talk.client.OpenWindow(id, 500'000);
  ASSERT_TRUE(talk.Pump());
  EXPECT_EQ(talk.client.answers[id].body.size(), 65'535U) << "the connection's window";
  talk.client.OpenWindow(0, 1'000'000);
  ASSERT_TRUE(talk.Pump());
  EXPECT_EQ(talk.client.answers[id].body.size(), 501'000U);
  talk.client.OpenWindow(id, 500'000);
  ASSERT_TRUE(talk.Pump());
  EXPECT_EQ(talk.client.answers[id].body.size(), 1'000'000U);
  EXPECT_TRUE(talk.client.answers[id].ended);
}

TEST(Http2Session, HoldsBackWhileTheOutputIsFull) {
  Http2Conversation talk;
  talk.handler.answer = [](const Request&) { return EchoHandler::Text(std::string(4 << 20, 'm')); };
  talk.client.Settings({{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 16 << 20}});
  talk.client.OpenWindow(0, 16 << 20);
  talk.output.slow = true;
  const int32_t id = talk.client.Ask("/");
  ASSERT_TRUE(talk.Pump());
  size_t largest = 0;
  for (int i = 0; i < 40 && !talk.client.answers[id].ended; ++i) {
    largest = std::max(largest, talk.output.unsent);
    talk.output.unsent = 0;
    ASSERT_TRUE(talk.session->OnWritable(talk.now));
    ASSERT_TRUE(talk.Pump());
  }
  EXPECT_EQ(talk.client.answers[id].body.size(), size_t{4} << 20);
  EXPECT_LT(largest, net::kLowWater + 32 * 1024);
}

TEST(Http2Session, LetsAClientResetWhatIsHeldBack) {
  Http2Conversation talk;
  talk.handler.answer = [](const Request&) { return EchoHandler::Text(std::string(4 << 20, 'm')); };
  talk.client.Settings({{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 16 << 20}});
  talk.client.OpenWindow(0, 16 << 20);
  talk.output.slow = true;
  const int32_t id = talk.client.Ask("/");
  ASSERT_TRUE(talk.Pump());
  talk.client.Reset(id);
  ASSERT_TRUE(talk.Pump());
  talk.output.unsent = 0;
  talk.output.slow = false;
  ASSERT_TRUE(talk.session->OnWritable(talk.now));
  ASSERT_TRUE(talk.Pump());
  EXPECT_LT(talk.client.answers[id].body.size(), net::kLowWater + 32 * 1024);
  talk.handler.answer = {};
  EXPECT_EQ(talk.Get("/next").body, "/next");
}

TEST(Http2Session, TakesABodyLargerThanItsFirstWindow) {
  Http2Conversation talk;
  talk.client.Settings();
  const std::string body(1'000'000, 'u');
  const int32_t id = talk.client.AskWith(Http2Client::Head("POST", "/"), body);
  ASSERT_TRUE(talk.Pump());
  EXPECT_TRUE(talk.handler.requests.at(0).body == body);
  EXPECT_EQ(talk.client.answers[id].status, 200);
}

// --- What cannot be taken ---

struct Http2Refused {
  std::string_view name;
  Fields fields;
  int status;
};

Fields With(Fields fields, const std::string& name, const std::string& value) {
  fields.emplace_back(name, value);
  return fields;
}

Fields WithMany(Fields fields, int count) {
  for (int i = 0; i < count; ++i)
    fields.emplace_back("a", "b");
  return fields;
}

const Fields kGet = Http2Client::Head("GET", "/");

class Http2Refusals : public ::testing::TestWithParam<Http2Refused> {};

TEST_P(Http2Refusals, AreAnsweredAndTheConnectionGoesOn) {
  Http2Conversation talk;
  talk.client.Settings();
  const int32_t id = talk.client.AskWith(GetParam().fields);
  ASSERT_TRUE(talk.Pump());
  EXPECT_EQ(talk.client.answers[id].status, GetParam().status);
  EXPECT_TRUE(talk.client.answers[id].ended);
  EXPECT_THAT(talk.handler.requests, IsEmpty());
  EXPECT_EQ(talk.Get("/a").body, "/a");
}

INSTANTIATE_TEST_SUITE_P(
    Requests, Http2Refusals,
    ::testing::Values(
        Http2Refused{"LongTarget", Http2Client::Head("GET", "/" + std::string(4096, 'a')), 414},
        Http2Refused{"ManyFields", WithMany(kGet, 101), 431},
        Http2Refused{"LargeHead", With(kGet, "x", std::string(16 * 1024, 'x')), 431},
        Http2Refused{"TwoHosts", With(kGet, "host", "other.example"), 400},
        Http2Refused{"HostWithPath",
                     {{":method", "GET"},
                      {":scheme", "https"},
                      {":authority", "a"},
                      {":path", "/"},
                      {"host", "a@b"}},
                     400},
        Http2Refused{"OddHost",
                     {{":method", "GET"}, {":scheme", "https"}, {":path", "/"}, {"host", "a!b"}},
                     400},
        Http2Refused{"Expectation", With(kGet, "expect", "miracles"), 417},
        Http2Refused{"Connect", {{":method", "CONNECT"}, {":authority", "a:443"}}, 501}),
    [](const auto& test) { return std::string(test.param.name); });

class Http2Malformed : public ::testing::TestWithParam<Fields> {};

TEST_P(Http2Malformed, RequestsAreResetAndTheConnectionGoesOn) {
  Http2Conversation talk;
  talk.client.Settings();
  const int32_t id = talk.client.AskWith(GetParam());
  ASSERT_TRUE(talk.Pump());
  EXPECT_EQ(talk.client.answers[id].closed, NGHTTP2_PROTOCOL_ERROR);
  EXPECT_THAT(talk.handler.requests, IsEmpty());
  EXPECT_EQ(talk.Get("/a").body, "/a");
}

INSTANTIATE_TEST_SUITE_P(
    Requests, Http2Malformed,
    ::testing::Values(
        Fields{{":method", "GET"}, {":scheme", "https"}, {":authority", "a"}},
        Fields{{":scheme", "https"}, {":authority", "a"}, {":path", "/"}},
        Fields{{":method", "GET"}, {":authority", "a"}, {":path", "/"}},
        Fields{{":method", "GET"}, {":scheme", "https"}, {":authority", "a"}, {":path", ""}},
        Fields{{":method", "GET"},
               {":scheme", "https"},
               {":authority", "a"},
               {":path", "/"},
               {":path", "/b"}},
        Fields{{":method", "GET"},
               {":scheme", "https"},
               {":authority", "a"},
               {":path", "/"},
               {":status", "200"}},
        Fields{{":method", "GET"},
               {":scheme", "https"},
               {":authority", "a"},
               {":path", "/"},
               {"connection", "close"}},
        Fields{{":method", "GET"},
               {":scheme", "https"},
               {":authority", "a"},
               {":path", "/"},
               {"transfer-encoding", "chunked"}},
        Fields{{":method", "GET"},
               {":scheme", "https"},
               {":authority", "a"},
               {":path", "/"},
               {"x", "a\x01"}},
        Fields{{":method", "CONNECT"},
               {":protocol", "websocket"},
               {":scheme", "https"},
               {":authority", "a"},
               {":path", "/"}}));

TEST(Http2Session, RefusesABodyThatIsTooLarge) {
  Http2Conversation talk;
  talk.client.Settings();
  const int32_t id =
      talk.client.AskWith(Http2Client::Head("POST", "/"), std::string(1'100'000, 'x'));
  ASSERT_TRUE(talk.Pump());
  EXPECT_EQ(talk.client.answers[id].status, 413);
  ASSERT_TRUE(talk.Pass(1s));
  EXPECT_EQ(talk.client.answers[id].closed, NGHTTP2_NO_ERROR) << "it need not send the rest";
  EXPECT_EQ(talk.Get("/a").body, "/a");
}

TEST(Http2Session, RefusesABodyByItsPromisedLength) {
  Http2Conversation talk;
  talk.client.Settings();
  const int32_t id = talk.client.AskWith(
      With(Http2Client::Head("POST", "/"), "content-length", "1048577"), std::nullopt, false);
  ASSERT_TRUE(talk.Pump());
  EXPECT_EQ(talk.client.answers[id].status, 413);
}

TEST(Http2Session, DoesNotTakeARefusedBodyForEver) {
  Http2Conversation talk;
  talk.client.Settings();
  const int32_t id =
      talk.client.AskWith(Http2Client::Head("POST", "/"), std::string(20'000'000, 'x'));
  ASSERT_TRUE(talk.Pump());
  EXPECT_EQ(talk.client.answers[id].status, 413);
  EXPECT_TRUE(talk.client.answers[id].closed);
}

TEST(Http2Session, HoldsTheBodiesOfFewRequestsAtOnce) {
  Http2Conversation talk;
  talk.client.Settings();
  std::vector<int32_t> ids;
  for (int i = 0; i < 5; ++i) {
    ids.push_back(talk.client.AskWith(Http2Client::Head("POST", "/"), std::string(600'000, 'x'),
                                      /*ends=*/false));
    ASSERT_TRUE(talk.Pump());
  }
  EXPECT_EQ(talk.client.answers[ids[2]].status, 0);
  EXPECT_EQ(talk.client.answers[ids[3]].status, 503);
  EXPECT_EQ(talk.client.answers[ids[4]].status, 503);
  for (const int32_t id : ids)
    talk.client.Reset(id);
  ASSERT_TRUE(talk.Pump());
  const int32_t next =
      talk.client.AskWith(Http2Client::Head("POST", "/"), std::string(1'000'000, 'x'));
  ASSERT_TRUE(talk.Pump());
  EXPECT_EQ(talk.client.answers[next].status, 200);
}

TEST(Http2Session, RefusesStreamsAboveTheLimit) {
  Http2Conversation talk;
  talk.client.Settings();
  ASSERT_TRUE(talk.Pump());
  std::string frames;
  for (uint32_t i = 0; i < 130; ++i) {
    const std::string block =
        "\x82\x87\x04\x05/wait\x01\x01"
        "a";
    frames += Frame(NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS | NGHTTP2_FLAG_END_STREAM, 2 * i + 1,
                    block);
  }
  const Status step = talk.Send(frames);
  EXPECT_FALSE(step) << "it had acknowledged the limit";
  EXPECT_LE(talk.handler.requests.size(), 128U);
}

// --- Ends ---

TEST(Http2Session, TellsWhoWaitsThatTheRequesterHasLeft) {
  Http2Conversation talk;
  talk.client.Settings();
  const int32_t first = talk.client.Ask("/wait");
  talk.client.Ask("/wait");
  ASSERT_TRUE(talk.Pump());
  int gone = 0;
  for (const auto& responder : talk.handler.waiting)
    responder->OnGone([&] { ++gone; });
  talk.client.Reset(first);
  ASSERT_TRUE(talk.Pump());
  EXPECT_EQ(gone, 1);
  talk.handler.waiting[0]->Respond(EchoHandler::Text("nobody listens"));
  talk.session.reset();
  EXPECT_EQ(gone, 2);
  talk.handler.waiting[1]->Respond(EchoHandler::Text("nobody listens"));
}

TEST(Http2Session, LetsWhoIsToldAnswerSomebodyElse) {
  Http2Conversation talk;
  talk.client.Settings();
  const int32_t first = talk.client.Ask("/wait1");
  const int32_t second = talk.client.Ask("/wait2");
  ASSERT_TRUE(talk.Pump());
  talk.handler.waiting[0]->OnGone([&] {
    talk.handler.waiting[1]->Respond(EchoHandler::Text("instead"));
    talk.handler.waiting.clear();
  });
  talk.client.Reset(first);
  ASSERT_TRUE(talk.Pump());
  EXPECT_EQ(talk.client.answers[second].body, "instead");
}

TEST(Http2Session, HandsNothingOnThatWasResetAtOnce) {
  Http2Conversation talk;
  std::string frames = Opening();
  for (uint32_t id = 1; id < 100; id += 2) {
    frames +=
        Frame(NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS | NGHTTP2_FLAG_END_STREAM, id, kGetBlock);
    frames += Frame(NGHTTP2_RST_STREAM, 0, id, std::string("\0\0\0\x08", 4));
  }
  ASSERT_TRUE(talk.Send(frames));
  EXPECT_THAT(talk.handler.requests, IsEmpty());
}

TEST(Http2Session, EndsWhoOnlyResets) {
  Http2Conversation talk;
  ASSERT_TRUE(talk.Send(Opening()));
  Status step;
  uint32_t id = 1;
  for (; step && id < 200'000; id += 2) {
    step = talk.Send(
        Frame(NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS | NGHTTP2_FLAG_END_STREAM, id, kGetBlock) +
        Frame(NGHTTP2_RST_STREAM, 0, id, std::string("\0\0\0\x08", 4)));
  }
  ASSERT_FALSE(step);
  EXPECT_EQ(step.error().code, ErrorCode::kLimitExceeded);
  EXPECT_EQ(id, 2 * 101 + 1U);
  EXPECT_THAT(Goaways(talk.output.text), ElementsAre(NGHTTP2_ENHANCE_YOUR_CALM));
}

TEST(Http2Session, BearsResetsBetweenAnswers) {
  Http2Conversation talk;
  talk.client.Settings();
  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(talk.Get("/a").status, 200);
    talk.client.Reset(talk.client.Ask("/wait"));
    ASSERT_TRUE(talk.Pump());
  }
}

TEST(Http2Session, EndsWhoMakesItResetAllStreams) {
  Http2Conversation talk;
  talk.client.Settings();
  Status step;
  int asked = 0;
  for (; step && asked < 1000; ++asked) {
    talk.client.AskWith({{":method", "GET"}});
    step = talk.Pump();
  }
  ASSERT_FALSE(step);
  EXPECT_EQ(step.error().code, ErrorCode::kLimitExceeded);
  EXPECT_LE(asked, 102);
}

struct Flood {
  std::string_view name;
  std::string frame;
};

class Http2Floods : public ::testing::TestWithParam<Flood> {};

TEST_P(Http2Floods, EndTheConnection) {
  Http2Conversation talk;
  ASSERT_TRUE(talk.Send(Opening()));
  ASSERT_TRUE(talk.Send(Frame(NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS, 1,
                              "\x83\x87\x84\x01\x01"
                              "a")));
  Status step;
  int sent = 0;
  for (; step && sent < 5000; ++sent)
    step = talk.Send(GetParam().frame);
  ASSERT_FALSE(step);
  EXPECT_EQ(step.error().code, ErrorCode::kLimitExceeded) << step.error().detail;
  EXPECT_GT(sent, 900);
  EXPECT_LT(sent, 1100);
  EXPECT_LT(talk.output.text.size(), 40'000U);
}

INSTANTIATE_TEST_SUITE_P(Frames, Http2Floods,
                         ::testing::Values(Flood{"Ping", Frame(NGHTTP2_PING, 0, 0, "12345678")},
                                           Flood{"Settings", Frame(NGHTTP2_SETTINGS, 0, 0, "")},
                                           Flood{"Priority", Frame(NGHTTP2_PRIORITY, 0, 3,
                                                                   std::string("\0\0\0\0\1", 5))},
                                           Flood{"EmptyData", Frame(NGHTTP2_DATA, 0, 1, "")},
                                           Flood{"TinyWindowUpdate",
                                                 Frame(NGHTTP2_WINDOW_UPDATE, 0, 0,
                                                       std::string("\0\0\0\1", 4))}),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(Http2Session, EndsAFloodOfOneRead) {
  Http2Conversation talk;
  std::string flood = Opening();
  for (int i = 0; i < 5000; ++i)
    flood += Frame(NGHTTP2_PING, 0, 0, "12345678");
  const Status step = talk.Send(flood);
  ASSERT_FALSE(step);
  EXPECT_EQ(step.error().code, ErrorCode::kLimitExceeded);
}

TEST(Http2Session, BearsAPingNowAndThen) {
  Http2Conversation talk;
  talk.client.Settings();
  const int32_t id = talk.client.Ask("/wait");
  for (int i = 0; i < 5000; ++i) {
    ASSERT_TRUE(talk.Pass(10ms));
    if (i % 10 == 0) talk.client.Ping();
    ASSERT_TRUE(talk.Pump());
  }
  talk.handler.waiting.at(0)->Respond(EchoHandler::Text("here"));
  ASSERT_TRUE(talk.Pump());
  EXPECT_EQ(talk.client.answers[id].body, "here");
}

TEST(Http2Session, EndsContinuationsWithoutEnd) {
  Http2Conversation talk;
  ASSERT_TRUE(talk.Send(Opening() + Frame(NGHTTP2_HEADERS, 0, 1, kGetBlock)));
  const std::string field = std::string("\0\1x\x7f\x80\x7d", 6) + std::string(16'127, 'y');
  Status step;
  size_t sent = 0;
  while (step && sent < size_t{50} << 20) {
    const std::string frame = Frame(NGHTTP2_CONTINUATION, 0, 1, field);
    step = talk.Send(frame);
    sent += frame.size();
  }
  ASSERT_FALSE(step);
  EXPECT_EQ(step.error().code, ErrorCode::kLimitExceeded) << step.error().detail;
  EXPECT_LT(sent, 100'000U);
  EXPECT_THAT(Goaways(talk.output.text), ElementsAre(NGHTTP2_ENHANCE_YOUR_CALM));
}

TEST(Http2Session, EndsAFieldRepeatedFromTheTableThousandsOfTimes) {
  Http2Conversation talk;
  std::string block = kGetBlock + std::string("\x40\1x\x7f\xa1\x1e", 6) + std::string(4000, 'y');
  block += std::string(10'000, '\xbe');  // the table's first entry
  const Status step =
      talk.Send(Opening() + Frame(NGHTTP2_HEADERS,
                                  NGHTTP2_FLAG_END_HEADERS | NGHTTP2_FLAG_END_STREAM, 1, block));
  ASSERT_FALSE(step);
  EXPECT_EQ(step.error().code, ErrorCode::kLimitExceeded);
  EXPECT_THAT(talk.handler.requests, IsEmpty());
}

class Http2Garbage : public ::testing::TestWithParam<std::string> {};

TEST_P(Http2Garbage, EndsTheConnection) {
  Http2Conversation talk;
  const Status step = talk.Send(GetParam());
  ASSERT_FALSE(step);
  EXPECT_EQ(step.error().code, ErrorCode::kMalformed);
  EXPECT_THAT(step.error().detail, HasSubstr("HTTP/2"));
}

INSTANTIATE_TEST_SUITE_P(
    Bytes, Http2Garbage,
    ::testing::Values(
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n", std::string(100, '\0'),
        std::string(kPreface) + Frame(NGHTTP2_PING, 0, 0, "12345678"),
        Opening() + Frame(NGHTTP2_PING, 0, 0, "short"),
        Opening() + Frame(NGHTTP2_DATA, 0, 1, "idle stream"),
        Opening() + Frame(NGHTTP2_CONTINUATION, 0, 1, "no headers"),
        Opening() + Frame(NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS, 2, kGetBlock),
        Opening() + Frame(NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS, 1, "\xff\xff\xff\xff\xff"),
        Opening() + Frame(NGHTTP2_PUSH_PROMISE, NGHTTP2_FLAG_END_HEADERS, 1, "\0\0\0\2"),
        Opening() + Frame(NGHTTP2_SETTINGS, 0, 0, std::string("\0\4\xff\xff\xff\xff", 6)),
        Opening() + Frame(NGHTTP2_DATA, 0, 1, std::string(20'000, 'x'))));

TEST(Http2Session, GoesWhenTheClientSaysSo) {
  Http2Conversation talk;
  const Status step = talk.Send(Opening() + Frame(NGHTTP2_GOAWAY, 0, 0, std::string(8, '\0')));
  ASSERT_FALSE(step);
  EXPECT_EQ(step.error().code, ErrorCode::kEnded);
}

TEST(Http2Session, FinishesThroughTheOutputWhenTheLastAnswerComesLater) {
  Http2Conversation talk;
  talk.client.Settings();
  const int32_t id = talk.client.Ask("/wait");
  ASSERT_TRUE(talk.Pump());
  ASSERT_TRUE(talk.Send(Frame(NGHTTP2_GOAWAY, 0, 0, std::string(8, '\0'))));
  talk.handler.waiting[0]->Respond(EchoHandler::Text("last"));
  ASSERT_TRUE(talk.output.finished);
  EXPECT_EQ(talk.output.finished->code, ErrorCode::kEnded);
  talk.client.Receive(talk.output.text);
  EXPECT_EQ(talk.client.answers[id].body, "last");
}

TEST(Http2Session, AnswersWhatIsUnderWayWhenItIsDrained) {
  Http2Conversation talk;
  talk.client.Settings();
  const int32_t parked = talk.client.Ask("/wait");
  ASSERT_TRUE(talk.Pump());
  const int32_t late = talk.client.Ask("/late");
  const std::string on_its_way = talk.client.Take();
  talk.drain.Begin();
  talk.client.Receive(std::exchange(talk.output.text, {}));
  EXPECT_THAT(talk.client.goaways, ElementsAre(NGHTTP2_NO_ERROR));
  ASSERT_TRUE(talk.Send(on_its_way));
  ASSERT_TRUE(talk.Pass(1s));
  EXPECT_EQ(talk.client.answers[late].body, "/late");
  EXPECT_THAT(talk.client.goaways, ElementsAre(NGHTTP2_NO_ERROR, NGHTTP2_NO_ERROR));
  EXPECT_EQ(talk.client.last_id, late);
  EXPECT_FALSE(talk.output.finished);
  talk.handler.waiting.at(0)->Respond(EchoHandler::Text("last"));
  talk.client.Receive(std::exchange(talk.output.text, {}));
  EXPECT_EQ(talk.client.answers[parked].body, "last");
  ASSERT_TRUE(talk.output.finished);
  EXPECT_EQ(talk.output.finished->code, ErrorCode::kEnded);
}

TEST(Http2Session, GoesSoonWhenItIsDrainedAndIdle) {
  Http2Conversation talk;
  talk.client.Settings();
  EXPECT_EQ(talk.Get("/a").status, 200);
  talk.drain.Begin();
  const Status step = talk.Pass(1s);
  ASSERT_FALSE(step);
  EXPECT_EQ(step.error().code, ErrorCode::kEnded);
  talk.session.reset();
  talk.drain.Begin();
}

// --- Patience ---

TEST(Http2Session, WaitsTenSecondsForTheOpening) {
  Http2Conversation talk;
  ASSERT_TRUE(talk.Send("PRI"));
  ASSERT_TRUE(talk.Pass(9s));
  EXPECT_FALSE(talk.Pass(1s));
}

TEST(Http2Session, WaitsTenSecondsForAHead) {
  Http2Conversation talk;
  ASSERT_TRUE(talk.Send(Opening() + Frame(NGHTTP2_HEADERS, 0, 1, kGetBlock)));
  ASSERT_TRUE(talk.Pass(9s));
  ASSERT_TRUE(talk.Send(Frame(NGHTTP2_CONTINUATION, 0, 1, std::string("\0\1x\1y", 5))));
  const Status step = talk.Pass(1s);
  ASSERT_FALSE(step);
  EXPECT_EQ(step.error().code, ErrorCode::kLimitExceeded);
}

TEST(Http2Session, WaitsThirtySecondsForABody) {
  Http2Conversation talk;
  talk.client.Settings();
  const int32_t id = talk.client.AskWith(Http2Client::Head("POST", "/"), "part", false);
  ASSERT_TRUE(talk.Pump());
  ASSERT_TRUE(talk.Pass(29s));
  EXPECT_EQ(talk.client.answers[id].status, 0);
  ASSERT_TRUE(talk.Pass(1s));
  EXPECT_EQ(talk.client.answers[id].status, 408);
  ASSERT_TRUE(talk.Pass(1s));
  EXPECT_TRUE(talk.client.answers[id].closed);
}

TEST(Http2Session, AnswersForAResponderThatTakesTooLong) {
  Http2Conversation talk;
  talk.client.Settings();
  const int32_t id = talk.client.Ask("/wait");
  ASSERT_TRUE(talk.Pump());
  bool gone = false;
  talk.handler.waiting[0]->OnGone([&] { gone = true; });
  ASSERT_TRUE(talk.Pass(119s));
  EXPECT_EQ(talk.client.answers[id].status, 0);
  ASSERT_TRUE(talk.Pass(1s));
  EXPECT_EQ(talk.client.answers[id].status, 503);
  EXPECT_TRUE(gone);
}

TEST(Http2Session, SaysGoodbyeToAnIdleClient) {
  Http2Conversation talk;
  talk.client.Settings();
  ASSERT_TRUE(talk.Pass(9s));
  EXPECT_EQ(talk.Get("/a").status, 200);
  ASSERT_TRUE(talk.Pass(59s));
  const Status step = talk.Pass(1s);
  ASSERT_FALSE(step);
  EXPECT_EQ(step.error().code, ErrorCode::kEnded);
  EXPECT_THAT(talk.client.goaways, ElementsAre(NGHTTP2_NO_ERROR));
}

TEST(Http2Session, CountsIdleTimeFromALateAnswer) {
  Http2Conversation talk;
  talk.client.Settings();
  talk.client.Ask("/wait");
  ASSERT_TRUE(talk.Pump());
  ASSERT_TRUE(talk.Pass(70s));
  talk.handler.waiting[0]->Respond(EchoHandler::Text("late"));
  EXPECT_TRUE(talk.Pass(59s));
  EXPECT_FALSE(talk.Pass(61s));
}

TEST(Http2Session, ResetsAnAnswerThatNobodyTakes) {
  Http2Conversation talk({}, /*read_bodies=*/false);
  talk.handler.answer = [](const Request&) { return EchoHandler::Text(std::string(200'000, 'm')); };
  talk.client.Settings();
  const int32_t id = talk.client.Ask("/");
  ASSERT_TRUE(talk.Pump());
  ASSERT_TRUE(talk.Pass(59s));
  EXPECT_FALSE(talk.client.answers[id].closed);
  ASSERT_TRUE(talk.Pass(1s));
  EXPECT_EQ(talk.client.answers[id].closed, NGHTTP2_CANCEL);
}

TEST(Http2Session, BearsASlowReader) {
  Http2Conversation talk({}, /*read_bodies=*/false);
  talk.handler.answer = [](const Request&) { return EchoHandler::Text(std::string(300'000, 'm')); };
  talk.client.Settings();
  const int32_t id = talk.client.Ask("/");
  ASSERT_TRUE(talk.Pump());
  for (int i = 0; i < 20 && !talk.client.answers[id].ended; ++i) {
    ASSERT_TRUE(talk.Pass(25s));
    talk.client.OpenWindow(0, 16 * 1024);
    talk.client.OpenWindow(id, 16 * 1024);
    ASSERT_TRUE(talk.Pump());
  }
  EXPECT_EQ(talk.client.answers[id].body.size(), 300'000U);
  EXPECT_TRUE(talk.client.answers[id].ended);
}

}  // namespace
}  // namespace weir::http
