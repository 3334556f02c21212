#include "net/udp_sender.h"

#include <array>
#include <cstdint>
#include <string>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include "net/owned_fd.h"

namespace weir::net {
namespace {

/// A receiver on a port of 127.0.0.1.
class Receiver {
 public:
  Receiver() : socket_(::socket(AF_INET, SOCK_DGRAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bound_ = ::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    socklen_t size = sizeof address;
    getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size);
    port = ntohs(address.sin_port);
  }

  bool bound() const { return bound_; }

  /// What has come, or nothing: on loopback a datagram is there once it was sent.
  std::string Take() {
    std::array<char, 2'000> buffer{};
    const ssize_t size = ::recv(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    return size < 0 ? std::string() : std::string(buffer.data(), static_cast<size_t>(size));
  }

  uint16_t port = 0;

 private:
  OwnedFd socket_;
  bool bound_ = false;
};

std::span<const uint8_t> Bytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

TEST(UdpSender, SendsEachDatagramAtOnce) {
  Receiver receiver;
  ASSERT_TRUE(receiver.bound());
  EventLoop loop;
  UdpSender sender(loop);
  ASSERT_TRUE(sender.Connect(*SocketAddress::Parse("127.0.0.1", receiver.port), {.ttl = 3}));
  EXPECT_TRUE(sender.Send(Bytes("one")));
  EXPECT_TRUE(sender.Send(Bytes("two!")));
  EXPECT_EQ(receiver.Take(), "one");
  EXPECT_EQ(receiver.Take(), "two!");
  EXPECT_EQ(sender.stats().bytes, 7U);
  EXPECT_EQ(sender.stats().datagrams_lost, 0U);
}

TEST(UdpSender, AReceiverThatIsNotThereMayComeLater) {
  uint16_t port = 0;
  {
    const Receiver gone;
    port = gone.port;
  }
  EventLoop loop;
  UdpSender sender(loop);
  ASSERT_TRUE(sender.Connect(*SocketAddress::Parse("127.0.0.1", port), {}));
  sender.Send(Bytes("nobody hears"));
  EXPECT_FALSE(sender.Send(Bytes("and the system says so")));
  EXPECT_EQ(sender.stats().datagrams_lost, 1U);
  EXPECT_TRUE(sender.Send(Bytes("again")));
}

TEST(UdpSender, AnAddressThatCannotBeReachedIsAnError) {
  EventLoop loop;
  UdpSender sender(loop);
  const Status connected = sender.Connect(*SocketAddress::Parse("255.255.255.255", 9), {});
  ASSERT_FALSE(connected) << "broadcasting is nobody's wish";
  EXPECT_EQ(connected.error().code, ErrorCode::kUnavailable);
}

}  // namespace
}  // namespace weir::net
