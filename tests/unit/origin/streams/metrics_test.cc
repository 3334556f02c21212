#include "origin/streams/metrics.h"

#include <chrono>

#include <gtest/gtest.h>

namespace weir::streams {
namespace {

using namespace std::chrono_literals;

constexpr UtcTime kStart{1'700'000'000s};

TEST(Metrics, AddUpWhatTheyAreTold) {
  Metrics metrics(kStart);
  metrics.Take({.bytes_in = 1'000, .bytes_out = 0, .publishers = {{"llhls", 3}}}, 1, kStart + 1s);
  metrics.Take({.bytes_in = 3'000, .bytes_out = 500, .publishers = {{"llhls", 1}, {"push", 1}}}, 2,
               kStart + 3s);
  const nlohmann::json flat = metrics.ToJson();
  EXPECT_EQ(flat["totalBytesIn"], 4'000);
  EXPECT_EQ(flat["totalBytesOut"], 500);
  EXPECT_EQ(flat["lastThroughputIn"], 12'000);
  EXPECT_EQ(flat["maxThroughputIn"], 12'000);
  EXPECT_EQ(flat["avgThroughputIn"], 8'800);
  EXPECT_EQ(flat["totalConnections"], 2);
  EXPECT_EQ(flat["maxTotalConnections"], 3);
  EXPECT_EQ(flat["connections"]["llhls"], 1);
  EXPECT_EQ(flat["connections"]["webrtc"], 0);
  EXPECT_EQ(flat["connections"].size(), 8U);
  const nlohmann::json split = metrics.ToJsonV2();
  EXPECT_EQ(split["providers"]["connections"]["rtmp"], 0);
  EXPECT_EQ(split["providers"]["connections"].size(), 10U);
  EXPECT_EQ(split["publishers"]["totalBytesOut"], 500);
  EXPECT_EQ(split["createdTime"], flat["createdTime"]);
}

TEST(Metrics, StepsOfStreamsAreTheStepOfTheirApplication) {
  Metrics::Step sum{.bytes_in = 1, .publishers = {{"llhls", 1}}};
  sum.Add({.bytes_in = 2, .bytes_out = 3, .publishers = {{"llhls", 2}, {"push", 1}}});
  EXPECT_EQ(sum.bytes_in, 3U);
  EXPECT_EQ(sum.bytes_out, 3U);
  EXPECT_EQ(sum.publishers["llhls"], 3);
  EXPECT_EQ(sum.publishers["push"], 1);
}

}  // namespace
}  // namespace weir::streams
