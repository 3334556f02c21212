#pragma once

#include <cstdint>
#include <span>

#include <uv.h>

#include "base/result.h"
#include "net/event_loop.h"
#include "net/socket_address.h"
#include "net/uv_ptr.h"

namespace weir::net {

struct UdpOptions {
  int ttl = 0;  ///< Hops to live, of multicast too; 0 is the system's own.
};

/// Sends datagrams to one address, and reads none. A datagram leaves at once or is lost: UDP would
/// lose it a hop later, and a queue here would only make it late.
///
/// Thread: belongs to its loop.
class UdpSender {
 public:
  struct Stats {
    uint64_t bytes = 0;  ///< That the system has taken.
    uint64_t datagrams_lost = 0;
  };

  explicit UdpSender(EventLoop& loop);
  ~UdpSender() = default;

  UdpSender(const UdpSender&) = delete;
  UdpSender& operator=(const UdpSender&) = delete;

  /// Call it once, before the first Send.
  Status Connect(const SocketAddress& to, const UdpOptions& options);

  /// False when it was lost on the way to the system: there is no room, no route, or nobody listens
  /// there, which the next one may find otherwise.
  bool Send(std::span<const uint8_t> datagram);

  const Stats& stats() const { return stats_; }

 private:
  UvPtr<uv_udp_t> socket_;
  Stats stats_;
};

}  // namespace weir::net
