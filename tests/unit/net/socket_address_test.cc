#include "net/socket_address.h"

#include <gtest/gtest.h>

namespace weir::net {
namespace {

TEST(SocketAddress, ReadsAndWritesBothFamilies) {
  EXPECT_EQ(SocketAddress::Parse("192.0.2.1", 1935)->Text(), "192.0.2.1:1935");
  EXPECT_EQ(SocketAddress::Parse("2001:DB8::1", 443)->Text(), "[2001:db8::1]:443");
  EXPECT_EQ(SocketAddress::Parse("::", 0)->Text(), "[::]:0");
  EXPECT_EQ(SocketAddress::Parse("192.0.2.1", 1935)->port(), 1935);
}

TEST(SocketAddress, ShowsAMappedAddressAsTheIpv4AddressItIs) {
  EXPECT_EQ(SocketAddress::Parse("::ffff:192.0.2.1", 80)->Text(), "192.0.2.1:80");
}

TEST(SocketAddress, RefusesNames) {
  for (const char* host : {"", "localhost", "1.2.3", "1.2.3.4.5", "[::1]", "::g"})
    EXPECT_FALSE(SocketAddress::Parse(host, 1)) << host;
}

TEST(SocketAddress, IsEmptyFromAnotherFamily) {
  sockaddr_storage storage{};
  storage.ss_family = AF_UNIX;
  EXPECT_EQ(SocketAddress::From(reinterpret_cast<sockaddr*>(&storage)).Text(), "?");
}

}  // namespace
}  // namespace weir::net
