#include "service/access/admission_message.h"

#include <chrono>
#include <string>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace weir::service {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

// 2021-05-12T13:45:00.007Z
constexpr UtcTime kNow{std::chrono::milliseconds(1'620'827'100'007)};

AccessRequest Request() {
  return {.direction = Direction::kOutgoing,
          .protocol = "llhls",
          .urls = {"http://live.example.com:3333/app/stream/llhls.m3u8"},
          .query = "a=1",
          .peer = "[2001:db8::1]:29291",
          .real_address = "192.0.2.1",
          .user_agent = "Player \"1\""};
}

TEST(AdmissionMessage, AsksInTheWordsOfOvenMediaEngine) {
  EXPECT_EQ(json::parse(WriteOpening(Request(), kNow)), json::parse(R"({
    "client": {"address": "2001:db8::1", "port": 29291, "real_ip": "192.0.2.1",
               "user_agent": "Player \"1\""},
    "request": {"direction": "outgoing", "protocol": "llhls", "status": "opening",
                "url": "http://live.example.com:3333/app/stream/llhls.m3u8?a=1",
                "time": "2021-05-12T13:45:00.007Z"}})"));
}

TEST(AdmissionMessage, TellsTheEndWithTheNewUrl) {
  AccessRequest request = Request();
  request.direction = Direction::kIncoming;
  request.protocol = "rtmp";
  request.urls = {"rtmp://example.com:1935/app/stream"};
  request.query = "";
  request.user_agent = "";
  const json closing = json::parse(WriteClosing(request, "rtmp://example.com:1935/app/x", kNow));
  EXPECT_EQ(closing["request"]["status"], "closing");
  EXPECT_EQ(closing["request"]["direction"], "incoming");
  EXPECT_EQ(closing["request"]["url"], "rtmp://example.com:1935/app/stream");
  EXPECT_EQ(closing["request"]["new_url"], "rtmp://example.com:1935/app/x");
  EXPECT_FALSE(closing["client"].contains("user_agent"));
  EXPECT_FALSE(json::parse(WriteClosing(request, "", kNow))["request"].contains("new_url"));
}

TEST(AdmissionMessage, ReplacesWhatIsNoText) {
  AccessRequest request = Request();
  request.user_agent = "\xff\xfe";
  EXPECT_FALSE(json::parse(WriteOpening(request, kNow), nullptr, false).is_discarded());
}

TEST(AdmissionMessage, ReadsTheAnswer) {
  const auto full = ReadAdmissionAnswer(
      200, R"({"allowed":true,"new_url":"rtmp://h:1/a/s","lifetime":3000,"reason":"r","x":[]})");
  ASSERT_TRUE(full);
  EXPECT_TRUE(full->allowed);
  EXPECT_EQ(full->new_url, "rtmp://h:1/a/s");
  EXPECT_EQ(full->lifetime, std::chrono::seconds(3));
  EXPECT_EQ(full->reason, "r");
  const auto least = ReadAdmissionAnswer(200, R"({"allowed":false})");
  ASSERT_TRUE(least);
  EXPECT_FALSE(least->allowed);
  EXPECT_EQ(least->lifetime.count(), 0);
  const auto odd =
      ReadAdmissionAnswer(200, R"({"allowed":true,"new_url":7,"lifetime":18446744073709551615})");
  ASSERT_TRUE(odd);
  EXPECT_EQ(odd->new_url, "");
  EXPECT_GT(odd->lifetime, std::chrono::hours(24));
}

TEST(AdmissionMessage, TakesNoOtherAnswer) {
  for (const char* body : {"", "{}", "[]", "true", R"({"allowed":"true"})", R"({"allowed":1})",
                           R"({"allowed":null})", R"({"allowed":true)"})
    EXPECT_FALSE(ReadAdmissionAnswer(200, body)) << body;
  for (const int status : {201, 204, 302, 403, 500})
    EXPECT_FALSE(ReadAdmissionAnswer(status, R"({"allowed":true})")) << status;
}

TEST(NewUrl, MayNameAnotherHostAppAndStream) {
  const auto place = ReadNewUrl("rtmp://Other.example.com:1935/app%202/s?x=1",
                                "rtmp://example.com:1935/app/stream?y=2");
  ASSERT_TRUE(place);
  EXPECT_EQ(place->host, "other.example.com");
  EXPECT_EQ(place->app, "app 2");
  EXPECT_EQ(place->stream, "s");
  EXPECT_TRUE(ReadNewUrl("http://[::1]/a/s/llhls.m3u8", "http://[::1]:3333/b/t/llhls.m3u8"))
      << "a port that is left out is the same";
}

TEST(NewUrl, MayNotChangeTheRest) {
  const std::string url = "http://example.com:3333/app/stream/llhls.m3u8";
  const auto reason = [&](std::string_view new_url) {
    const auto place = ReadNewUrl(new_url, url);
    return place ? std::string("fine") : place.error().detail;
  };
  EXPECT_EQ(reason("http://example.com:3333/app/b/llhls.m3u8"), "fine");
  EXPECT_THAT(reason("https://example.com:3333/app/b/llhls.m3u8"), HasSubstr("scheme"));
  EXPECT_THAT(reason("http://example.com:80/app/b/llhls.m3u8"), HasSubstr("port"));
  EXPECT_THAT(reason("http://example.com:3333/app/b/other.m3u8"), HasSubstr("file"));
  for (const char* text :
       {"", "app/b/llhls.m3u8", "http://", "http:///a/b/llhls.m3u8",
        "http://example.com:3333/a//llhls.m3u8", "http://example.com:3333/../b/llhls.m3u8",
        "http://example.com:3333/%2e%2e/b/llhls.m3u8", "http://example.com:3333/a%2fb/c/llhls.m3u8",
        "http://example.com:3333/a/b%zz/llhls.m3u8", "http://example.com:3333/a b/c/llhls.m3u8"})
    EXPECT_NE(reason(text), "fine") << text;
}

}  // namespace
}  // namespace weir::service
