#include "net/connection_cap.h"

#include <vector>

#include <gmock/gmock.h>

namespace weir::net {
namespace {

IpAddress Address(const char* text) {
  return *IpAddress::Parse(text);
}

TEST(ConnectionCap, GivesEachClientItsPlacesAndNoMore) {
  ConnectionCap cap(2, {});
  auto one = cap.Take(Address("192.0.2.1"));
  auto two = cap.Take(Address("::ffff:192.0.2.1"));
  EXPECT_TRUE(one && two);
  EXPECT_FALSE(cap.Take(Address("192.0.2.1")));
  EXPECT_TRUE(cap.Take(Address("192.0.2.2")));
  one.reset();
  EXPECT_TRUE(cap.Take(Address("192.0.2.1"))) << "its place came free";
}

TEST(ConnectionCap, APlaceIsFreedOnceHoweverOftenItMoves) {
  ConnectionCap cap(1, {});
  {
    auto taken = cap.Take(Address("192.0.2.1"));
    ASSERT_TRUE(taken);
    ConnectionCap::Place moved = *std::move(taken);
    ConnectionCap::Place again;
    again = std::move(moved);
    EXPECT_FALSE(cap.Take(Address("192.0.2.1")));
  }
  EXPECT_TRUE(cap.Take(Address("192.0.2.1")));
}

TEST(ConnectionCap, CountsAnIpv6ClientByItsNetwork) {
  ConnectionCap cap(1, {});
  const auto one = cap.Take(Address("2001:db8:0:1::1"));
  EXPECT_FALSE(cap.Take(Address("2001:db8:0:1:ffff::2")));
  EXPECT_TRUE(cap.Take(Address("2001:db8:0:2::1")));
}

TEST(ConnectionCap, LeavesSomeAlone) {
  ConnectionCap cap(1, Networks({*Network::Parse("10.0.0.0/8")}));
  std::vector<ConnectionCap::Place> places;
  for (int i = 0; i < 10; ++i) {
    auto place = cap.Take(Address("10.1.2.3"));
    ASSERT_TRUE(place);
    places.push_back(*std::move(place));
  }
}

TEST(ConnectionCap, OfZeroLimitsNobody) {
  ConnectionCap cap(0, {});
  const auto one = cap.Take(Address("192.0.2.1"));
  EXPECT_TRUE(cap.Take(Address("192.0.2.1")));
}

}  // namespace
}  // namespace weir::net
