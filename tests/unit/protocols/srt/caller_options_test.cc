#include "protocols/srt/caller_options.h"

#include <string>

#include <gtest/gtest.h>

namespace weir::srt {
namespace {

using std::chrono::milliseconds;

TEST(SrtCallerOptions, ReadsTheUnitsThatPeopleKnow) {
  const auto options = ReadCallerUrl(
      "srt://host:9999?mode=caller&latency=120000&timeout=500000&streamid=a%2Fb&"
      "passphrase=0123456789&pbkeylen=32&pkt_size=1316&maxbw=1000000&tlpktdrop=0&other=1");
  ASSERT_TRUE(options);
  EXPECT_EQ(options->host, "host");
  EXPECT_EQ(options->port, 9999);
  EXPECT_EQ(options->receive_latency, milliseconds(120));
  EXPECT_EQ(options->peer_latency, milliseconds(120));
  EXPECT_EQ(options->connect_timeout, milliseconds(500));
  EXPECT_EQ(options->stream_id, "a/b");
  EXPECT_EQ(options->passphrase, "0123456789");
  EXPECT_EQ(options->key_length, 32);
  EXPECT_EQ(options->max_bandwidth, 1'000'000);
  EXPECT_FALSE(options->drop_late);
}

TEST(SrtCallerOptions, LeavesTheRestToTheLibrary) {
  const auto options = ReadCallerUrl("srt://127.0.0.1:1");
  ASSERT_TRUE(options);
  EXPECT_FALSE(options->receive_latency);
  EXPECT_FALSE(options->peer_latency);
  EXPECT_EQ(options->connect_timeout, milliseconds(5'000));
  EXPECT_EQ(options->payload_size, 1'316U);
  EXPECT_TRUE(options->passphrase.empty());
  EXPECT_EQ(ReadCallerUrl("srt://a:1?latency=50000&rcvlatency=20000")->receive_latency,
            milliseconds(20));
  EXPECT_EQ(ReadCallerUrl("srt://a:1?connect_timeout=700")->connect_timeout, milliseconds(700));
  EXPECT_EQ(ReadCallerUrl("srt://a:1?pkt_size=1000")->payload_size, 940U) << "whole packets";
}

TEST(SrtCallerOptions, OnlyCalls) {
  for (const char* mode : {"listener", "rendezvous", ""}) {
    const auto options = ReadCallerUrl(std::string("srt://a:1?mode=") + mode);
    ASSERT_FALSE(options) << mode;
    EXPECT_EQ(options.error().code, ErrorCode::kUnsupported);
  }
}

TEST(SrtCallerOptions, RefusesWhatTheLibraryWould) {
  for (const char* query :
       {"passphrase=short", "pbkeylen=17", "pbkeylen=8", "latency=-1", "latency=x",
        "latency=99999999999", "pkt_size=100", "pkt_size=1500", "oheadbw=1", "tlpktdrop=2"}) {
    const auto options = ReadCallerUrl(std::string("srt://a:1?") + query);
    ASSERT_FALSE(options) << query;
    EXPECT_EQ(options.error().code, ErrorCode::kMalformed);
    EXPECT_EQ(options.error().detail.find("short"), std::string::npos) << "a secret was shown";
  }
  EXPECT_FALSE(ReadCallerUrl("srt://a:1?streamid=" + std::string(513, 'x')));
  EXPECT_FALSE(ReadCallerUrl("udp://a:1"));
  EXPECT_FALSE(ReadCallerUrl("srt://a"));
}

}  // namespace
}  // namespace weir::srt
