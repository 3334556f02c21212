#include "net/endpoint_url.h"

#include <gtest/gtest.h>

namespace weir::net {
namespace {

TEST(EndpointUrl, HasSchemeHostPortAndQuery) {
  const auto url = ParseEndpointUrl("SRT://Host.example:9999?mode=caller&latency=1");
  ASSERT_TRUE(url);
  EXPECT_EQ(url->scheme, "srt");
  EXPECT_EQ(url->host, "Host.example");
  EXPECT_EQ(url->port, 9999);
  EXPECT_EQ(url->query, "mode=caller&latency=1");
}

TEST(EndpointUrl, TakesIPv6PathsAndTheMulticastSign) {
  EXPECT_EQ(ParseEndpointUrl("udp://[ff02::1]:5000")->host, "ff02::1");
  EXPECT_EQ(ParseEndpointUrl("udp://@239.0.0.1:5000/")->host, "239.0.0.1");
  EXPECT_EQ(ParseEndpointUrl("udp://127.0.0.1:5000/a?b")->query, "b");
}

TEST(EndpointUrl, RefusesWhatNamesNoPort) {
  for (const char* text : {"", "udp", "://a:1", "udp://", "udp://a", "udp://a:", "udp://a:0",
                           "udp://a:65536", "udp://:5000", "udp://::1:5000", "udp://[::1]",
                           "udp://a b:1", "udp://a\r\n:1", "udp://[]:1"}) {
    EXPECT_FALSE(ParseEndpointUrl(text)) << text;
  }
}

}  // namespace
}  // namespace weir::net
