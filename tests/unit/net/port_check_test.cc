#include "net/port_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/socket_address.h"
#include "net/socket_options.h"

namespace weir::net {
namespace {

using ::testing::HasSubstr;

Result<OwnedFd> ListenOn(const std::string& host) {
  return OpenListeningSocket(*SocketAddress::Parse(host, 0));
}

TEST(PortCheck, FindsAPortTakenThatOthersShare) {
  const auto socket = ListenOn("127.0.0.1");
  ASSERT_TRUE(socket);
  const uint16_t port = PortOf(*socket);
  const Status taken = CheckPortIsFree("127.0.0.1", port);
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(taken.error().detail,
              HasSubstr("cannot listen on 127.0.0.1:" + std::to_string(port)));
  EXPECT_FALSE(CheckPortIsFree("0.0.0.0", port));
}

TEST(PortCheck, FindsAPortFreeAgain) {
  uint16_t port = 0;
  {
    const auto socket = ListenOn("127.0.0.1");
    ASSERT_TRUE(socket);
    port = PortOf(*socket);
  }
  EXPECT_TRUE(CheckPortIsFree("127.0.0.1", port));
  EXPECT_TRUE(CheckPortIsFree("127.0.0.1", port)) << "the check itself takes nothing";
}

TEST(PortCheck, LeavesTheChoiceOfAnyPort) {
  EXPECT_TRUE(CheckPortIsFree("127.0.0.1", 0));
}

TEST(PortCheck, RefusesWhatIsNoAddress) {
  EXPECT_FALSE(CheckPortIsFree("localhost", 1));
}

}  // namespace
}  // namespace weir::net
