#include "http/url.h"

#include <string>

#include <gtest/gtest.h>

namespace weir::http {
namespace {

TEST(Url, HasItsParts) {
  const auto url = ParseUrl("https://Control.Example.com:8443/hook/a?b=1&c#d");
  ASSERT_TRUE(url);
  EXPECT_TRUE(url->secure);
  EXPECT_EQ(url->host, "control.example.com");
  EXPECT_EQ(url->port, 8443);
  EXPECT_EQ(url->target, "/hook/a?b=1&c");
  EXPECT_EQ(url->Authority(), "control.example.com:8443");
}

TEST(Url, FillsInWhatIsLeftOut) {
  const auto plain = ParseUrl("HTTP://example.com");
  ASSERT_TRUE(plain);
  EXPECT_FALSE(plain->secure);
  EXPECT_EQ(plain->port, 80);
  EXPECT_EQ(plain->target, "/");
  EXPECT_EQ(plain->Authority(), "example.com");
  EXPECT_EQ(ParseUrl("https://example.com:/x")->port, 443);
  EXPECT_EQ(ParseUrl("http://example.com?x=1")->target, "/?x=1");
  EXPECT_EQ(ParseUrl("http://example.com:443/")->Authority(), "example.com:443");
}

TEST(Url, TakesNumericAddresses) {
  const auto v6 = ParseUrl("http://[2001:DB8::1]:8080/x");
  ASSERT_TRUE(v6);
  EXPECT_EQ(v6->host, "2001:db8::1");
  EXPECT_EQ(v6->port, 8080);
  EXPECT_EQ(v6->Authority(), "[2001:db8::1]:8080");
  EXPECT_EQ(ParseUrl("http://[::1]")->Authority(), "[::1]");
  EXPECT_EQ(ParseUrl("http://192.0.2.1:81/")->port, 81);
}

TEST(Url, RefusesWhatIsNone) {
  for (const char* text :
       {"", "/hook", "example.com/hook", "ftp://example.com/", "http://", "http:///x",
        "http://:80/", "http://user@example.com/", "http://user:pw@example.com/",
        "http://example.com:0/", "http://example.com:65536/", "http://example.com:8x/",
        "http://exa mple.com/", "http://example.com/a b", "http://example.com/\r\nX: y",
        "http://[::1/", "http://a%41/"})
    EXPECT_FALSE(ParseUrl(text)) << text;
  EXPECT_FALSE(ParseUrl("http://example.com/" + std::string(9'000, 'x')));
}

}  // namespace
}  // namespace weir::http
