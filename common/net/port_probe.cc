#include "net/port_probe.h"

#include <cerrno>

#include <fmt/format.h>
#include <sys/socket.h>

#include "net/owned_fd.h"
#include "net/socket_address.h"
#include "net/uv_error.h"

namespace weir::net {

Status ProbePort(const std::string& address, uint16_t port) {
  if (port == 0) return {};
  const Result<SocketAddress> at = SocketAddress::Parse(address, port);
  if (!at) return tl::unexpected(at.error());
  const OwnedFd fd(::socket(at->family(), SOCK_STREAM | SOCK_CLOEXEC, 0));
  const std::string what = "cannot listen on " + at->Text();
  if (!fd.valid()) return tl::unexpected(UvError(-errno, what));
  const int on = 1;
  // As the listeners have it: connections of the last run that still linger do not count.
  (void)::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(fd.get(), at->get(), at->size()) == 0) return {};
  return tl::unexpected(UvError(-errno, what));
}

}  // namespace weir::net
