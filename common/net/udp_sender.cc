#include "net/udp_sender.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "net/uv_error.h"

namespace weir::net {
namespace {

/// A key frame's datagrams leave in one go: room for some.
constexpr int kSendBuffer = 4 << 20;

int SetTtl(uv_udp_t* socket, int family, int ttl) {
  if (ttl == 0) return 0;
  if (const int failed = uv_udp_set_multicast_ttl(socket, ttl)) return failed;
  // libuv sets the unicast one of IPv4 alone right.
  if (family != AF_INET6) return uv_udp_set_ttl(socket, ttl);
  uv_os_fd_t fd = -1;
  if (const int failed = uv_fileno(reinterpret_cast<uv_handle_t*>(socket), &fd)) return failed;
  return setsockopt(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, &ttl, sizeof ttl) == 0 ? 0 : UV_EINVAL;
}

}  // namespace

UdpSender::UdpSender(EventLoop& loop) : socket_(new uv_udp_t{}) {
  uv_udp_init(&loop.uv(), socket_.get());
}

Status UdpSender::Connect(const SocketAddress& to, const UdpOptions& options) {
  int failed = uv_udp_connect(socket_.get(), to.get());
  if (failed == 0) failed = SetTtl(socket_.get(), to.family(), options.ttl);
  if (failed != 0)
    return tl::unexpected(UvError(failed, fmt::format("cannot send to {}", to.Text())));
  // Less room than asked for is no fault.
  int size = kSendBuffer;
  uv_send_buffer_size(reinterpret_cast<uv_handle_t*>(socket_.get()), &size);
  return {};
}

bool UdpSender::Send(std::span<const uint8_t> datagram) {
  const uv_buf_t buffer =
      uv_buf_init(const_cast<char*>(reinterpret_cast<const char*>(datagram.data())),  // only read
                  static_cast<unsigned>(datagram.size()));
  const int sent = uv_udp_try_send(socket_.get(), &buffer, 1, nullptr);
  if (sent < 0) {
    ++stats_.datagrams_lost;
    return false;
  }
  stats_.bytes += datagram.size();
  return true;
}

}  // namespace weir::net
