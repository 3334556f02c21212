#include "net/socket_options.h"

#include <cerrno>

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "net/uv_error.h"

namespace weir::net {
namespace {

constexpr int kBacklog = 4096;
constexpr int kKeepAliveIdleSeconds = 30;
constexpr int kKeepAliveIntervalSeconds = 10;
constexpr int kKeepAliveProbes = 3;

bool SetOption(int fd, int level, int name, int value) {
  return setsockopt(fd, level, name, &value, sizeof value) == 0;
}

}  // namespace

int FdOf(uv_tcp_t& socket) {
  uv_os_fd_t fd = -1;
  return uv_fileno(reinterpret_cast<uv_handle_t*>(&socket), &fd) == 0 ? fd : -1;
}

// None of these can fail on a connected socket but by its being gone, which reading will tell.
void SetConnectionOptions(uv_tcp_t& socket) {
  const int fd = FdOf(socket);
  SetOption(fd, IPPROTO_TCP, TCP_NODELAY, 1);
  SetOption(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  SetOption(fd, IPPROTO_TCP, TCP_KEEPIDLE, kKeepAliveIdleSeconds);
  SetOption(fd, IPPROTO_TCP, TCP_KEEPINTVL, kKeepAliveIntervalSeconds);
  SetOption(fd, IPPROTO_TCP, TCP_KEEPCNT, kKeepAliveProbes);
}

void SetUserTimeout(uv_tcp_t& socket, std::chrono::milliseconds timeout) {
  SetOption(FdOf(socket), IPPROTO_TCP, TCP_USER_TIMEOUT, static_cast<int>(timeout.count()));
}

bool HalfClose(int socket) {
  return ::shutdown(socket, SHUT_WR) == 0;
}

Result<OwnedFd> OpenListeningSocket(const SocketAddress& address) {
  const auto failed = [&] {
    return tl::unexpected(UvError(-errno, fmt::format("cannot listen on {}", address.Text())));
  };
  OwnedFd fd(::socket(address.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd.valid()) return failed();
  if (!SetOption(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1)) return failed();
  if (!SetOption(fd.get(), SOL_SOCKET, SO_REUSEPORT, 1)) return failed();
  if (address.family() == AF_INET6 && !SetOption(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, 0)) {
    return failed();
  }
  if (::bind(fd.get(), address.get(), address.size()) != 0) return failed();
  if (::listen(fd.get(), kBacklog) != 0) return failed();
  return fd;
}

uint16_t PortOf(const OwnedFd& socket) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  auto* address = reinterpret_cast<sockaddr*>(&storage);
  if (getsockname(socket.get(), address, &size) != 0) return 0;
  return SocketAddress::From(address).port();
}

}  // namespace weir::net
