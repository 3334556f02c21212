#include "bench/load/crowd.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <thread>
#include <utility>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "bench/load/delays.h"

namespace weir::load {
namespace {

constexpr int kPatienceMs = 60'000;

// Whoever waits in epoll_wait is woken by every answer that finds it there, which costs the server
// more than the answer does: so it is looked for answers once a millisecond.
constexpr std::chrono::milliseconds kNap{1};

[[noreturn]] void GiveUpWithErrno(const char* what) {
  GiveUp(fmt::format("{}: {}", what, std::strerror(errno)));
}

void SendAtOnce(const net::OwnedFd& socket) {
  const int on = 1;
  setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

/// What comes next on `socket` is acknowledged 40 ms later. After a pause Linux does so at once,
/// and on the loopback the server's send() would work through it; over a network that comes a round
/// trip later, when the others have their answers too.
void AcknowledgeLater(const net::OwnedFd& socket) {
  const int off = 0;
  setsockopt(socket.get(), IPPROTO_TCP, TCP_QUICKACK, &off, sizeof off);
}

/// Bytes of the whole answer, once its head is there.
std::optional<size_t> SizeOf(std::string_view answer) {
  constexpr std::string_view kGood = "HTTP/1.1 200 ";
  constexpr std::string_view kLength = "\r\nContent-Length: ";
  const size_t end = answer.find("\r\n\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view head = answer.substr(0, end);
  const size_t length = head.find(kLength);
  if (!head.starts_with(kGood) || length == std::string_view::npos) {
    GiveUp(fmt::format("the answer is {}", head));
  }
  return end + 4 + std::strtoul(head.data() + length + kLength.size(), nullptr, 10);
}

}  // namespace

void GiveUp(std::string_view what) {
  fmt::print(stderr, "weir-load: {}\n", what);
  std::exit(1);
}

Listener::Listener() : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  name_.sin_family = AF_INET;
  name_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* const name = reinterpret_cast<sockaddr*>(&name_);
  socklen_t size = sizeof name_;
  if (bind(socket_.get(), name, size) != 0 || listen(socket_.get(), SOMAXCONN) != 0 ||
      getsockname(socket_.get(), name, &size) != 0) {
    GiveUpWithErrno("cannot listen");
  }
}

net::OwnedFd Listener::Accept() const {
  net::OwnedFd server(accept4(socket_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!server.valid()) GiveUpWithErrno("cannot accept");
  SendAtOnce(server);
  return server;
}

Address Listener::address() const {
  return {.host = "127.0.0.1", .port = ntohs(name_.sin_port)};
}

Crowd::Crowd(const Address& server, size_t count)
    : poll_(epoll_create1(EPOLL_CLOEXEC)), answers_(count) {
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(server.port);
  if (inet_pton(AF_INET, server.host.c_str(), &name.sin_addr) != 1) {
    GiveUp(fmt::format("{} is no IPv4 address", server.host));
  }
  while (sockets_.size() < count) {
    net::OwnedFd client(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (connect(client.get(), reinterpret_cast<sockaddr*>(&name), sizeof name) != 0) {
      GiveUpWithErrno("cannot connect");
    }
    SendAtOnce(client);
    epoll_event event{.events = EPOLLIN, .data = {.u64 = sockets_.size()}};
    if (epoll_ctl(poll_.get(), EPOLL_CTL_ADD, client.get(), &event) != 0) {
      GiveUpWithErrno("cannot wait for answers");
    }
    sockets_.push_back(std::move(client));
  }
}

void Crowd::Send(size_t first, size_t count, std::string_view bytes) {
  for (size_t i = first; i < first + count; ++i) {
    const ssize_t sent = send(sockets_[i].get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent != static_cast<ssize_t>(bytes.size())) GiveUpWithErrno("cannot send");
    AcknowledgeLater(sockets_[i]);
  }
}

std::vector<UtcTime> Crowd::Receive(size_t count, size_t bytes) {
  std::vector<UtcTime> arrivals;
  arrivals.reserve(count);
  std::array<epoll_event, 1024> events{};
  std::array<char, 65536> space{};
  answers_.front().clear();
  while (arrivals.size() < count) {
    const int ready = epoll_wait(poll_.get(), events.data(), events.size(), kPatienceMs);
    if (ready == 0) GiveUp("no answer came");
    for (const auto& event : std::span(events).first(static_cast<size_t>(std::max(ready, 0)))) {
      const size_t index = event.data.u64;
      const ssize_t size = recv(sockets_[index].get(), space.data(), space.size(), MSG_DONTWAIT);
      if (size == 0) GiveUp("a connection was closed");
      if (size < 0) GiveUpWithErrno("cannot read");
      if (!IsWhole(index, std::span(space).first(static_cast<size_t>(size)), bytes)) continue;
      arrivals.push_back(UtcNow());
    }
    if (arrivals.size() < count && ready < static_cast<int>(events.size())) {
      std::this_thread::sleep_for(kNap);
    }
  }
  return arrivals;
}

/// Most answers come in one piece, and are not kept.
bool Crowd::IsWhole(size_t index, std::span<const char> piece, size_t bytes) {
  std::string& kept = answers_[index];
  const bool keep = index == 0 || !kept.empty();
  if (keep) kept.append(piece.data(), piece.size());
  const std::string_view answer =
      keep ? std::string_view(kept) : std::string_view(piece.data(), piece.size());
  const auto size = bytes > 0 ? std::optional(bytes) : SizeOf(answer);
  if (size && answer.size() > *size) GiveUp("more came than was asked for");
  const bool whole = size && answer.size() == *size;
  if (whole && index != 0) kept.clear();
  if (!whole && !keep) kept = answer;
  return whole;
}

}  // namespace weir::load
