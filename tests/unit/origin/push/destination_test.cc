#include "origin/push/destination.h"

#include <string>

#include <gtest/gtest.h>

namespace weir::push {
namespace {

std::string Refusal(std::string_view protocol, std::string_view url, std::string_view key = "key") {
  const auto read = ReadDestination(protocol, url, key);
  return read ? "taken" : read.error().detail;
}

TEST(PushDestination, ReadsEachProtocol) {
  const auto rtmp = ReadDestination("rtmp", "rtmp://a.example:1936/live", "key");
  ASSERT_TRUE(rtmp);
  EXPECT_EQ(std::get<rtmp::EgressTarget>(rtmp->where).key, "key");
  const auto srt = ReadDestination("SRT", "srt://a.example:9999?mode=caller&latency=120000", "");
  ASSERT_TRUE(srt);
  EXPECT_EQ(std::get<srt::CallerOptions>(srt->where).port, 9999);
  const auto udp = ReadDestination("mpegts", "udp://239.1.2.3:5000?ttl=4&pkt_size=1000", "");
  ASSERT_TRUE(udp);
  const auto& endpoint = std::get<TsEndpoint>(udp->where);
  EXPECT_FALSE(endpoint.tcp);
  EXPECT_EQ(endpoint.ttl, 4);
  EXPECT_EQ(endpoint.datagram_size, 940U);
  const auto tcp = ReadDestination("mpegts", "tcp://[::1]:5000", "");
  ASSERT_TRUE(tcp);
  EXPECT_TRUE(std::get<TsEndpoint>(tcp->where).tcp);
  EXPECT_EQ(std::get<TsEndpoint>(tcp->where).host, "::1");
}

TEST(PushDestination, ShowsNoSecret) {
  const auto rtmp =
      ReadDestination("rtmp", "rtmps://me:word@a.example/live/hidden?sig=1", "secret");
  ASSERT_TRUE(rtmp);
  EXPECT_EQ(rtmp->shown, "rtmps://a.example:443/live");
  const auto srt =
      ReadDestination("srt", "srt://[2001:db8::1]:1?passphrase=0123456789&streamid=x", "");
  ASSERT_TRUE(srt);
  EXPECT_EQ(srt->shown, "srt://[2001:db8::1]:1");
  EXPECT_EQ(Refusal("srt", "srt://a:1?passphrase=geheim").find("geheim"), std::string::npos);
}

TEST(PushDestination, RefusesInTheWordsThatClientsKnow) {
  EXPECT_EQ(Refusal("rtsp", "rtsp://a/b"), "Could not find protocol 'rtsp'");
  EXPECT_EQ(Refusal("rtmp", "nonsense"), "Could not parse url");
  EXPECT_EQ(Refusal("rtmp", "rtmp://"), "Could not parse url");
  EXPECT_EQ(Refusal("rtmp", "srt://a:1"), "Unsupported protocol");
  EXPECT_EQ(Refusal("srt", "rtmp://a/b"), "Unsupported protocol");
  EXPECT_EQ(Refusal("srt", "srt://a"), "Could not parse url");
  EXPECT_EQ(Refusal("srt", "srt://a:1?mode=listener"), "Unsupported connection mode");
  EXPECT_EQ(Refusal("mpegts", "udp://a"), "Could not parse url");
  EXPECT_EQ(Refusal("mpegts", "http://a:1"), "Unsupported protocol");
  EXPECT_EQ(Refusal("mpegts", "tcp://a:1?listen=1"), "Unsupported tcp listen");
  EXPECT_EQ(Refusal("mpegts", "udp://a:1?pkt_size=9000"),
            "Could not parse url: 'pkt_size' is out of range");
  EXPECT_EQ(Refusal("rtmp", "rtmp://a/b", ""), "There is no required parameter [ streamKey]");
  EXPECT_EQ(Refusal("rtmp", "rtmp://a/b/key", ""), "taken") << "the key is in the path";
}

}  // namespace
}  // namespace weir::push
