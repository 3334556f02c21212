#include "net/network.h"

#include <gmock/gmock.h>

namespace weir::net {
namespace {

bool Has(const char* network, const char* address) {
  return Network::Parse(network)->Contains(*IpAddress::Parse(address));
}

TEST(Network, HasWhatBeginsWithItsBits) {
  EXPECT_TRUE(Has("10.0.0.0/8", "10.255.0.1"));
  EXPECT_FALSE(Has("10.0.0.0/8", "11.0.0.0"));
  EXPECT_TRUE(Has("172.16.0.0/12", "172.31.255.255"));
  EXPECT_FALSE(Has("172.16.0.0/12", "172.32.0.0"));
  EXPECT_TRUE(Has("192.0.2.128/25", "192.0.2.200"));
  EXPECT_FALSE(Has("192.0.2.128/25", "192.0.2.127"));
  EXPECT_TRUE(Has("2001:db8::/32", "2001:db8:ffff::1"));
  EXPECT_FALSE(Has("2001:db8::/32", "2001:db9::"));
  EXPECT_TRUE(Has("fe80::/10", "febf::1"));
  EXPECT_FALSE(Has("fe80::/10", "fec0::1"));
}

TEST(Network, AnAddressAloneIsItself) {
  EXPECT_TRUE(Has("192.0.2.1", "192.0.2.1"));
  EXPECT_FALSE(Has("192.0.2.1", "192.0.2.2"));
  EXPECT_TRUE(Has("192.0.2.1/32", "192.0.2.1"));
  EXPECT_FALSE(Has("192.0.2.1/32", "192.0.2.0"));
  EXPECT_TRUE(Has("::1", "::1"));
  EXPECT_FALSE(Has("::1/128", "::"));
}

TEST(Network, EverythingOfAFamilyAndNothingOfTheOther) {
  EXPECT_TRUE(Has("0.0.0.0/0", "203.0.113.9"));
  EXPECT_FALSE(Has("0.0.0.0/0", "2001:db8::1"));
  EXPECT_TRUE(Has("::/0", "2001:db8::1"));
  EXPECT_FALSE(Has("::/0", "203.0.113.9"));
}

TEST(Network, MappedIsIpv4) {
  EXPECT_TRUE(Has("10.0.0.0/8", "::ffff:10.1.2.3"));
  EXPECT_TRUE(Has("::ffff:10.0.0.0/104", "10.1.2.3"));
}

TEST(Network, SaysWhatIsWrong) {
  EXPECT_EQ(Network::Parse("10.0.0/8").error().detail, "'10.0.0/8' is no address or network");
  EXPECT_EQ(Network::Parse("").error().detail, "'' is no address or network");
  EXPECT_EQ(Network::Parse("10.0.0.0/33").error().detail,
            "'10.0.0.0/33' needs a prefix length from 0 to 32 behind '/'");
  EXPECT_EQ(Network::Parse("::/129").error().detail,
            "'::/129' needs a prefix length from 0 to 128 behind '/'");
  EXPECT_EQ(Network::Parse("10.0.0.1/8").error().detail,
            "'10.0.0.1/8' has bits set behind its first 8");
  for (const char* text : {"10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8x", "10.0.0.0/8/8", "10.0.0.0/+8",
                           "2001:db8::1/64"}) {
    EXPECT_FALSE(Network::Parse(text)) << text;
  }
}

TEST(Networks, ContainWhatOneOfThemDoes) {
  const Networks networks({*Network::Parse("10.0.0.0/8"), *Network::Parse("2001:db8::/32")});
  EXPECT_TRUE(networks.Contain(*IpAddress::Parse("10.1.1.1")));
  EXPECT_TRUE(networks.Contain(*IpAddress::Parse("2001:db8::1")));
  EXPECT_FALSE(networks.Contain(*IpAddress::Parse("192.0.2.1")));
  EXPECT_FALSE(Networks().Contain(*IpAddress::Parse("10.1.1.1")));
}

TEST(Network, MayBeToldByAnyOfItsAddresses) {
  const auto network = Network::Around("192.0.2.77/24");
  ASSERT_TRUE(network);
  EXPECT_TRUE(network->Contains(*IpAddress::Parse("192.0.2.1")));
  EXPECT_FALSE(network->Contains(*IpAddress::Parse("192.0.3.77")));
  EXPECT_FALSE(Network::Around("192.0.2.0/33"));
  EXPECT_FALSE(Network::Around("host/8"));
}

}  // namespace
}  // namespace weir::net
