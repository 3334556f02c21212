#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/load/commands.h"
#include "bench/load/delays.h"
#include "bench/load/file_limit.h"
#include "bench/load/settings.h"
#include "net/owned_fd.h"

namespace weir::load {
namespace {

using Sockets = std::vector<net::OwnedFd>;

// As long between the rounds as held requests wait, so that nothing is left in the caches.
constexpr std::chrono::seconds kWait{6};

constexpr size_t kRequestBytes = 250;

[[noreturn]] void GiveUp(const char* what) {
  perror(what);
  std::exit(1);
}

double CpuMilliseconds() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  const auto of = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_usec) / 1e3;
  };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

class Listener {
 public:
  Listener() : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address_;
    if (bind(socket_.get(), name(), size) != 0 || listen(socket_.get(), 128) != 0 ||
        getsockname(socket_.get(), name(), &size) != 0) {
      GiveUp("cannot listen");
    }
  }

  net::OwnedFd Connect() {
    net::OwnedFd client(socket(AF_INET, SOCK_STREAM, 0));
    if (connect(client.get(), name(), sizeof address_) != 0) GiveUp("cannot connect");
    return client;
  }

  net::OwnedFd Accept() const {
    net::OwnedFd server(accept4(socket_.get(), nullptr, nullptr, SOCK_NONBLOCK));
    if (!server.valid()) GiveUp("cannot accept");
    const int on = 1;
    setsockopt(server.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return server;
  }

 private:
  sockaddr* name() { return reinterpret_cast<sockaddr*>(&address_); }

  sockaddr_in address_{};
  const net::OwnedFd socket_;
};

/// What the sender tells the receiver after each round.
struct Sent {
  Clock::time_point begun;
  double cpu = 0;  // milliseconds
};

void SendAll(const Sockets& sockets, size_t first, size_t step, const std::string& bytes) {
  for (size_t i = first; i < sockets.size(); i += step) {
    const ssize_t sent =
        send(sockets[i].get(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent != static_cast<ssize_t>(bytes.size())) GiveUp("cannot send");
  }
}

/// One request of each, waited for.
void ReadAll(const Sockets& sockets) {
  std::array<char, kRequestBytes> space{};
  for (const auto& socket : sockets) {
    pollfd ready{.fd = socket.get(), .events = POLLIN, .revents = 0};
    poll(&ready, 1, -1);
    if (recv(socket.get(), space.data(), space.size(), 0) <= 0) GiveUp("cannot read");
  }
}

/// Waits for one answer of each, and says when they came.
class Receiver {
 public:
  explicit Receiver(const Sockets& sockets)
      : count_(sockets.size()), poll_(epoll_create1(0)), arrivals_(count_) {
    for (const auto& socket : sockets) {
      epoll_event event{.events = EPOLLIN, .data = {.fd = socket.get()}};
      epoll_ctl(poll_.get(), EPOLL_CTL_ADD, socket.get(), &event);
    }
  }

  /// CPU milliseconds, from the first answer on.
  double Run() {
    std::array<epoll_event, 1024> events{};
    std::array<char, 65536> space{};
    std::optional<double> begun;
    for (size_t got = 0; got < count_;) {
      const int ready = epoll_wait(poll_.get(), events.data(), events.size(), -1);
      if (!begun) begun = CpuMilliseconds();
      for (int i = 0; i < ready; ++i) {
        if (recv(events.at(static_cast<size_t>(i)).data.fd, space.data(), space.size(), 0) <= 0)
          GiveUp("cannot read");
        arrivals_[got++] = Clock::now();
      }
    }
    return CpuMilliseconds() - *begun;
  }

  nlohmann::json DelaysFrom(Clock::time_point begin) const {
    std::vector<float> delays;
    for (const auto arrival : arrivals_)
      delays.push_back(std::chrono::duration<float, std::milli>(arrival - begin).count());
    return Summary(std::move(delays));
  }

 private:
  const size_t count_;
  const net::OwnedFd poll_;
  std::vector<Clock::time_point> arrivals_;
};

void Receive(const Sockets& sockets, int rounds, const net::OwnedFd& told) {
  Receiver receiver(sockets);
  for (; rounds > 0; --rounds) {
    SendAll(sockets, 0, 1, std::string(kRequestBytes, 'x'));
    const double cpu = receiver.Run();
    Sent sent;
    if (read(told.get(), &sent, sizeof sent) != sizeof sent) GiveUp("the sender is gone");
    fmt::print("result {}\n", nlohmann::json{{"answers", sockets.size()},
                                             {"delay_ms", receiver.DelaysFrom(sent.begun)},
                                             {"cpu_ms", {sent.cpu, cpu}}}
                                  .dump());
    (void)std::fflush(stdout);
  }
}

void Send(const Sockets& sockets, const std::string& answer, size_t threads, int rounds,
          const net::OwnedFd& tell) {
  for (; rounds > 0; --rounds) {
    ReadAll(sockets);
    std::this_thread::sleep_for(kWait);
    Sent sent{.begun = Clock::now()};
    std::vector<double> cpu(threads);
    std::vector<std::thread> senders;
    for (size_t i = 0; i < threads; ++i) {
      senders.emplace_back([&, i] {
        SendAll(sockets, i, threads, answer);
        cpu[i] = CpuMilliseconds();
      });
    }
    for (auto& sender : senders)
      sender.join();
    sent.cpu = std::accumulate(cpu.begin(), cpu.end(), 0.0);
    if (write(tell.get(), &sent, sizeof sent) != sizeof sent) GiveUp("the receiver is gone");
  }
}

}  // namespace

int RunBare(const Settings& settings) {
  RaiseFileLimit();
  const auto count = static_cast<size_t>(GetNumber(settings, "connections"));
  const int rounds = GetNumber(settings, "rounds");
  Listener listener;
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) GiveUp("cannot make a pipe");
  const net::OwnedFd told(ends[0]);
  const net::OwnedFd tell(ends[1]);
  const pid_t sender = fork();
  if (sender < 0) GiveUp("cannot fork");
  if (sender == 0) prctl(PR_SET_PDEATHSIG, SIGKILL);
  Sockets sockets;
  while (sockets.size() < count)
    sockets.push_back(sender == 0 ? listener.Accept() : listener.Connect());
  if (sender == 0) {
    Send(sockets, std::string(static_cast<size_t>(GetNumber(settings, "bytes")), 'x'),
         static_cast<size_t>(GetNumber(settings, "threads")), rounds, tell);
    return 0;
  }
  Receive(sockets, rounds, told);
  waitpid(sender, nullptr, 0);
  return 0;
}

}  // namespace weir::load
