#include "net/port_probe.h"

#include <gmock/gmock.h>

#include "net/tcp_listener.h"

namespace weir::net {
namespace {

using ::testing::HasSubstr;

TEST(PortProbe, SeesAListenerThatSharesItsPort) {
  EventLoop loop;
  TcpListener listener(loop, {.address = "127.0.0.1", .component = "test"}, SessionFactory());
  ASSERT_TRUE(listener.Listen());
  const Status probed = ProbePort("127.0.0.1", listener.port());
  ASSERT_FALSE(probed);
  EXPECT_EQ(probed.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(probed.error().detail, HasSubstr("127.0.0.1:" + std::to_string(listener.port())));
}

TEST(PortProbe, FindsAPortFreeThatNobodyHas) {
  uint16_t port = 0;
  {
    EventLoop loop;
    TcpListener listener(loop, {.address = "127.0.0.1", .component = "test"}, SessionFactory());
    ASSERT_TRUE(listener.Listen());
    port = listener.port();
  }
  EXPECT_TRUE(ProbePort("127.0.0.1", port));
}

TEST(PortProbe, RefusesWhatIsNoAddress) {
  EXPECT_FALSE(ProbePort("nowhere", 1935));
}

}  // namespace
}  // namespace weir::net
