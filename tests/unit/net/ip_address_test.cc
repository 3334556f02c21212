#include "net/ip_address.h"

#include <gmock/gmock.h>

#include "net/socket_address.h"

namespace weir::net {
namespace {

TEST(IpAddress, ReadsAndWritesBothFamilies) {
  for (const char* text : {"0.0.0.0", "192.0.2.1", "255.255.255.255", "::", "::1", "2001:db8::1"}) {
    const auto address = IpAddress::Parse(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->Text(), text);
    EXPECT_EQ(address->is_v4(), std::string_view(text).find(':') == std::string_view::npos) << text;
  }
}

TEST(IpAddress, MappedIsTheIpv4AddressItStandsFor) {
  EXPECT_EQ(IpAddress::Parse("::ffff:192.0.2.1"), IpAddress::Parse("192.0.2.1"));
  EXPECT_EQ(IpAddress::Parse("::ffff:c000:0201")->Text(), "192.0.2.1");
}

TEST(IpAddress, RefusesWhatIsNone) {
  for (const char* text :
       {"", "192.0.2", "192.0.2.1.1", "192.0.2.256", "192.0.2.01", " 192.0.2.1", "192.0.2.1:80",
        "[::1]", "::1%lo", ":::", "1::2::3", "localhost",
        "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000", "2001:db8::1 "}) {
    EXPECT_FALSE(IpAddress::Parse(text)) << text;
  }
  EXPECT_FALSE(IpAddress::Parse(std::string_view("192.0.2.1\0x", 11)));
}

TEST(IpAddress, GoesThroughASocketAddress) {
  for (const char* text : {"192.0.2.1", "2001:db8::1"}) {
    const SocketAddress made = SocketAddress::Of(*IpAddress::Parse(text), 4711);
    EXPECT_EQ(made.ip(), IpAddress::Parse(text));
    EXPECT_EQ(made.Text(), SocketAddress::Parse(text, 4711)->Text());
  }
  EXPECT_EQ(SocketAddress::Parse("::ffff:192.0.2.1", 1)->ip(), IpAddress::Parse("192.0.2.1"));
  EXPECT_FALSE(SocketAddress().ip());
}

TEST(HostOf, LeavesThePortOut) {
  EXPECT_EQ(HostOf("192.0.2.1:50123"), "192.0.2.1");
  EXPECT_EQ(HostOf("192.0.2.1"), "192.0.2.1");
  EXPECT_EQ(HostOf("[2001:db8::1]:50123"), "2001:db8::1");
  EXPECT_EQ(HostOf("[2001:db8::1]"), "2001:db8::1");
  EXPECT_EQ(HostOf("2001:db8::1"), "2001:db8::1");
  EXPECT_EQ(HostOf("[2001:db8::1"), "2001:db8::1");
  EXPECT_EQ(HostOf("["), "");
  EXPECT_EQ(HostOf(""), "");
}

}  // namespace
}  // namespace weir::net
