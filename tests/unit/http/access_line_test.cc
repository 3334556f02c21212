#include "http/access_line.h"

#include <gmock/gmock.h>

namespace weir::http {
namespace {

constexpr UtcTime kNow(std::chrono::seconds(784'111'777));  // RFC 9110's own example

std::string LineOf(const AccessEntry& entry) {
  AccessLineWriter writer;
  std::string lines;
  writer.Append(entry, kNow, lines);
  return lines;
}

TEST(AccessLine, IsTheCombinedFormatAndTheTime) {
  AccessEntry entry = AccessEntryOf({.method = "GET",
                                     .target = "/app/s/llhls.m3u8?_HLS_msn=4",
                                     .fields = {{"user-agent", "hls.js/1.5"}},
                                     .version = Version::kHttp2,
                                     .peer = "[2001:db8::1]:5000"});
  entry.status = 200;
  entry.body_bytes = 612;
  entry.took = std::chrono::microseconds(12'034'567);
  EXPECT_EQ(LineOf(entry),
            "2001:db8::1 - - [06/Nov/1994:08:49:37 +0000] "
            "\"GET /app/s/llhls.m3u8?_HLS_msn=4 HTTP/2.0\" 200 612 \"-\" \"hls.js/1.5\" 12.034\n");
}

TEST(AccessLine, HasADashForWhatIsNotThere) {
  EXPECT_EQ(LineOf({.client = "192.0.2.1", .method = "HEAD", .target = "/", .status = 404}),
            "192.0.2.1 - - [06/Nov/1994:08:49:37 +0000] \"HEAD / HTTP/1.1\" 404 0 \"-\" \"-\" "
            "0.000\n");
}

TEST(AccessLine, CannotBeBrokenFromOutside) {
  const std::string line = LineOf({.client = "192.0.2.1",
                                   .method = "GET",
                                   .target = "/\" 200 1\n10.0.0.1 - - ",
                                   .user_agent = "a\\\"\r\n\x7f\xff"});
  EXPECT_THAT(line, ::testing::HasSubstr("/\\x22 200 1\\x0a10.0.0.1"));
  EXPECT_THAT(line, ::testing::HasSubstr("\"a\\x5c\\x22\\x0d\\x0a\\x7f\\xff\""));
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
}

TEST(AccessLine, IsBounded) {
  const AccessEntry entry = AccessEntryOf({.method = "GET",
                                           .target = "/a/b/" + std::string(4000, 'c'),
                                           .fields = {{"User-Agent", std::string(4000, 'd')}}});
  EXPECT_LT(LineOf(entry).size(), 1500U);
}

TEST(AccessLine, TellsEachSecondItsOwnTime) {
  AccessLineWriter writer;
  std::string lines;
  for (const int seconds : {0, 0, 1, 86'400})
    writer.Append({}, kNow + std::chrono::seconds(seconds), lines);
  EXPECT_THAT(lines, ::testing::MatchesRegex(".*08:49:37.*08:49:37.*08:49:38.*07/Nov.*08:49:37.*"));
}

TEST(LoggedTarget, KeepsOnlyTheDirectivesOfTheQuery) {
  EXPECT_EQ(LoggedTarget("/app/s/llhls.m3u8"), "/app/s/llhls.m3u8");
  EXPECT_EQ(LoggedTarget("/app/s/x.m3u8?policy=P&_HLS_msn=4&signature=S&_HLS_part=2"),
            "/app/s/x.m3u8?_HLS_msn=4&_HLS_part=2");
  EXPECT_EQ(LoggedTarget("/app/s/x.m3u8?token=secret"), "/app/s/x.m3u8");
  EXPECT_EQ(LoggedTarget("/?"), "/");
  EXPECT_EQ(LoggedTarget("*"), "*");
  EXPECT_EQ(LoggedTarget(""), "");
}

TEST(LoggedTarget, MasksATokenInThePath) {
  EXPECT_EQ(LoggedTarget("/t~c2VjcmV0/app/s/x.m3u8?_HLS_msn=4"), "/*/app/s/x.m3u8?_HLS_msn=4");
  EXPECT_EQ(LoggedTarget("/secret/more/app/s/x.m3u8"), "/*/*/app/s/x.m3u8");
  EXPECT_EQ(LoggedTarget("/t~c2VjcmV0/app/x.m3u8"), "/*/app/x.m3u8");
  EXPECT_EQ(LoggedTarget("/t~c2VjcmV0"), "/*");
  EXPECT_EQ(LoggedTarget("/a/b/"), "/a/b/");
}

}  // namespace
}  // namespace weir::http
