#include "protocols/rtmp/egress_target.h"

#include <gtest/gtest.h>

namespace weir::rtmp {
namespace {

TEST(EgressTarget, IsServerAndStreamKey) {
  const auto target = ReadEgressTarget("rtmp://a.example/live", "key?token=1");
  ASSERT_TRUE(target);
  EXPECT_FALSE(target->secure);
  EXPECT_EQ(target->host, "a.example");
  EXPECT_EQ(target->port, 1935);
  EXPECT_EQ(target->tc_url, "rtmp://a.example/live");
  EXPECT_EQ(target->app, "live");
  EXPECT_EQ(target->key, "key?token=1");
}

TEST(EgressTarget, KeepsInstancePortAndQueryButNoPassword) {
  const auto target =
      ReadEgressTarget("rtmps://me:secret@[2001:db8::1]:8443/live/_def_/?x=1&y", "k");
  ASSERT_TRUE(target);
  EXPECT_TRUE(target->secure);
  EXPECT_EQ(target->host, "2001:db8::1");
  EXPECT_EQ(target->port, 8443);
  EXPECT_EQ(target->app, "live/_def_?x=1&y");
  EXPECT_EQ(target->tc_url, "rtmps://[2001:db8::1]:8443/live/_def_?x=1&y");
  EXPECT_EQ(ReadEgressTarget("rtmps://a/app", "k")->port, 443);
}

TEST(EgressTarget, TakesTheKeyOffThePathWhereThereIsNone) {
  const auto target = ReadEgressTarget("rtmp://a/app/instance/key?token=1", "");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->app, "app/instance");
  EXPECT_EQ(target->key, "key?token=1");
  EXPECT_EQ(target->tc_url, "rtmp://a/app/instance");
}

TEST(EgressTarget, RefusesWhatNamesNoStream) {
  EXPECT_FALSE(ReadEgressTarget("rtmp://a/app", ""));
  EXPECT_FALSE(ReadEgressTarget("rtmp://a/", "key"));
  EXPECT_FALSE(ReadEgressTarget("rtmp://a", "key"));
  EXPECT_FALSE(ReadEgressTarget("rtmp:///app", "key"));
  EXPECT_FALSE(ReadEgressTarget("http://a/app", "key"));
  EXPECT_FALSE(ReadEgressTarget("rtmp://a:0/app", "key"));
  EXPECT_FALSE(ReadEgressTarget("rtmp://a/app", std::string(5'000, 'k')));
}

}  // namespace
}  // namespace weir::rtmp
