#include "service/origin_url.h"

#include <gtest/gtest.h>

namespace weir::service {
namespace {

TEST(OriginUrl, IsReadWithAllItsParts) {
  const auto url = ParseOriginUrl("OVT://origin.example:9001/app/stream?k=v?w");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->scheme, "ovt");
  EXPECT_EQ(url->host, "origin.example");
  EXPECT_EQ(url->port, 9001);
  EXPECT_EQ(url->app, "app");
  EXPECT_EQ(url->stream, "stream");
  EXPECT_EQ(url->query, "k=v?w");
  EXPECT_EQ(url->text(), "ovt://origin.example:9001/app/stream");
}

TEST(OriginUrl, IsReadWithoutSchemeAndPort) {
  const auto url = ParseOriginUrl("10.0.0.1/app/stream?x=a://b");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->text(), "ovt://10.0.0.1:9000/app/stream");
  EXPECT_EQ(url->query, "x=a://b");
}

TEST(OriginUrl, TakesIpv6InBrackets) {
  const auto url = ParseOriginUrl("ovt://[2001:db8::1]:9/app/stream");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->host, "2001:db8::1");
  EXPECT_EQ(url->port, 9);
  EXPECT_EQ(url->text(), "ovt://[2001:db8::1]:9/app/stream");
  EXPECT_EQ(ParseOriginUrl("[::1]/a/b")->port, 9000);
}

TEST(OriginUrl, KnowsThePortsOfSchemes) {
  EXPECT_EQ(ParseOriginUrl("rtsp://h/a/s")->port, 554);
  EXPECT_EQ(ParseOriginUrl("rtmp://h/a/s")->port, 1935);
  EXPECT_EQ(ParseOriginUrl("moq://h/a/s").error().code, ErrorCode::kUnsupported);
  EXPECT_TRUE(ParseOriginUrl("moq://h:1/a/s"));
}

TEST(OriginUrl, RefusesWhatMakesNoSense) {
  for (const char* text : {"",
                           "/",
                           "ovt://",
                           "ovt:///app/stream",
                           "://h/a/s",
                           "h",
                           "h/",
                           "h/app",
                           "h/app/",
                           "h//stream",
                           "h/app/stream/file",
                           "h:/a/s",
                           "h:0/a/s",
                           "h:65536/a/s",
                           "h:9x/a/s",
                           "h:-1/a/s",
                           "[::1/a/s",
                           "[]/a/s",
                           "[::1]x/a/s",
                           "::1/a/s",
                           "user:pass@h/a/s"})
    EXPECT_FALSE(ParseOriginUrl(text)) << text;
}

TEST(OriginUrl, HasABound) {
  const std::string longest = "h/app/" + std::string(8'192 - 6, 's');
  EXPECT_TRUE(ParseOriginUrl(longest));
  EXPECT_EQ(ParseOriginUrl(longest + "s").error().code, ErrorCode::kLimitExceeded);
  std::string host(255, 'h');
  EXPECT_TRUE(ParseOriginUrl(host.append("/a/s")));
  host.insert(0, 1, 'h');
  EXPECT_FALSE(ParseOriginUrl(host));
}

}  // namespace
}  // namespace weir::service
