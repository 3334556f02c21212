#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "net/loop_group.h"
#include "net/tcp_listener.h"

namespace weir::service {

/// One protocol's listening sockets: one per address on every loop, sharing a port.
///
/// Thread: made, told to listen and destroyed on the main thread while the loops stand still.
class Listeners {
 public:
  /// Makes the session factory of one loop; called once for each.
  using MakeFactory = std::function<net::SessionFactory(size_t loop)>;

  Listeners(net::LoopGroup& loops, std::vector<std::string> addresses, net::ListenOptions options,
            const MakeFactory& make_factory);

  /// kUnavailable, with the address, when somebody else listens there.
  /// kUnavailable when another service or program listens on the port.
  Status Listen();

  /// Any thread: each loop stops accepting in a turn of its own; what is connected goes on.
  void StopAccepting();

 private:
  net::LoopGroup& loops_;
  const std::vector<std::string> addresses_;
  const uint16_t port_;
  std::vector<std::vector<std::unique_ptr<net::TcpListener>>> by_loop_;
};

}  // namespace weir::service
