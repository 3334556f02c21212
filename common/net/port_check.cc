#include "net/port_check.h"

#include <cerrno>

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "net/owned_fd.h"
#include "net/socket_address.h"
#include "net/uv_error.h"

namespace weir::net {
namespace {

bool Switch(const OwnedFd& socket, int level, int option, int value) {
  return ::setsockopt(socket.get(), level, option, &value, sizeof value) == 0;
}

}  // namespace

Status CheckPortIsFree(const std::string& address, uint16_t port) {
  if (port == 0) return {};
  const auto parsed = SocketAddress::Parse(address, port);
  if (!parsed) return tl::unexpected(parsed.error());
  const auto failed = [&] {
    return tl::unexpected(UvError(-errno, fmt::format("cannot listen on {}", parsed->Text())));
  };
  const OwnedFd socket(::socket(parsed->family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!socket.valid()) return failed();
  // Connections of a program that has ended may still linger; listeners count all the same.
  if (!Switch(socket, SOL_SOCKET, SO_REUSEADDR, 1)) return failed();
  if (parsed->family() == AF_INET6 && !Switch(socket, IPPROTO_IPV6, IPV6_V6ONLY, 0)) {
    return failed();
  }
  if (::bind(socket.get(), parsed->get(), parsed->size()) != 0) return failed();
  return {};
}

}  // namespace weir::net
