#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "net/event_loop.h"
#include "net/socket_address.h"

namespace weir::net {

/// Looks one host name up, off the loop. Destroying it makes sure that `on_found` is not called;
/// the system's look-up itself cannot be stopped and ends unheard.
class NameLookup {
 public:
  using Addresses = std::vector<SocketAddress>;

  /// `on_found` is called once, from a later turn, with at least one address or with the reason,
  /// and may destroy the look-up.
  NameLookup(EventLoop& loop, std::string host, uint16_t port,
             std::function<void(Result<Addresses>)> on_found);
  ~NameLookup();

  NameLookup(const NameLookup&) = delete;
  NameLookup& operator=(const NameLookup&) = delete;

 private:
  static void OnFound(uv_getaddrinfo_t* request, int status, addrinfo* found);

  std::string host_;
  uint16_t port_;
  std::function<void(Result<Addresses>)> on_found_;
  uv_getaddrinfo_t* request_ = nullptr;  // Owned by libuv until it calls back.
};

}  // namespace weir::net
