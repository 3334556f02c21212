#pragma once

#include <array>
#include <cerrno>
#include <cstdint>
#include <string>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/owned_fd.h"

namespace weir::net {

/// A client without a loop, which reads only when told to: the kernel accepts for the server.
class RawSocket {
 public:
  /// With a small `receive_buffer` the server soon feels that nobody reads.
  explicit RawSocket(uint16_t port, int receive_buffer = 0)
      : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    if (receive_buffer > 0)
      setsockopt(fd_.get(), SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ =
        ::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }

  bool connected() const { return connected_; }

  void Send(std::string_view text) {
    [[maybe_unused]] const auto sent = ::send(fd_.get(), text.data(), text.size(), MSG_NOSIGNAL);
  }

  void CloseWriting() { ::shutdown(fd_.get(), SHUT_WR); }

  /// Closes with a reset.
  void Reset() {
    const linger now{.l_onoff = 1, .l_linger = 0};
    setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &now, sizeof now);
    fd_ = OwnedFd();
  }

  /// Takes what has arrived, without waiting.
  void Read() {
    std::array<char, 65536> buffer;
    for (;;) {
      const auto size = ::recv(fd_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
      if (size > 0) {
        received.append(buffer.data(), static_cast<size_t>(size));
        continue;
      }
      ended = ended || size == 0;
      reset = reset || (size < 0 && errno == ECONNRESET);
      return;
    }
  }

  bool ReadUntil(std::string_view text) {
    Read();
    return received.find(text) != std::string::npos;
  }

  bool ReadToEnd() {
    Read();
    return ended || reset;
  }

  std::string received;
  bool ended = false;
  bool reset = false;

 private:
  OwnedFd fd_;
  bool connected_ = false;
};

}  // namespace weir::net
