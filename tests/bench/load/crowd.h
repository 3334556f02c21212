#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <netinet/in.h>

#include "base/clock.h"
#include "bench/load/settings.h"
#include "net/owned_fd.h"

namespace weir::load {

/// Says why a measurement cannot go on, and ends the program: with one connection missing it would
/// measure something else.
[[noreturn]] void GiveUp(std::string_view what);

/// A socket that listens on a port of 127.0.0.1 that the kernel chose.
class Listener {
 public:
  Listener();

  net::OwnedFd Accept() const;  ///< Waits. Non-blocking, and sends at once.

  Address address() const;

 private:
  sockaddr_in name_{};
  net::OwnedFd socket_;
};

/// Thousands of connections to one server that ask and are answered together. They are read by one
/// epoll and nothing else, so that on a machine shared with the server they cost as little as can
/// be.
class Crowd {
 public:
  Crowd(const Address& server, size_t count);

  void Send(size_t first, size_t count, std::string_view bytes);

  /// Waits for whole answers on the first `count` connections, and says when each came. Whole are
  /// `bytes` of them, if that is given, or else an HTTP answer of 200.
  std::vector<UtcTime> Receive(size_t count, size_t bytes = 0);

  /// What the first connection last got, head and body.
  const std::string& answer() const { return answers_.front(); }

  size_t size() const { return sockets_.size(); }

 private:
  bool IsWhole(size_t index, std::span<const char> piece, size_t bytes);

  std::vector<net::OwnedFd> sockets_;
  const net::OwnedFd poll_;
  std::vector<std::string> answers_;  // begun and not whole, and the first one's last
};

}  // namespace weir::load
