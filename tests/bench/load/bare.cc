#include <array>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/load/commands.h"
#include "bench/load/crowd.h"
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

double CpuMilliseconds() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  const auto of = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_usec) / 1e3;
  };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

/// What the sender tells the receiver after each round.
struct Sent {
  UtcTime begun;
  double cpu = 0;  // milliseconds
};

void SendSome(const Sockets& sockets, size_t first, size_t step, const std::string& bytes) {
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

void Send(const Sockets& sockets, const std::string& answer, size_t threads, int rounds,
          const net::OwnedFd& tell) {
  for (; rounds > 0; --rounds) {
    ReadAll(sockets);
    std::this_thread::sleep_for(kWait);
    Sent sent{.begun = UtcNow()};
    std::vector<double> cpu(threads);
    std::vector<std::thread> senders;
    for (size_t i = 0; i < threads; ++i) {
      senders.emplace_back([&, i] {
        SendSome(sockets, i, threads, answer);
        cpu[i] = CpuMilliseconds();
      });
    }
    for (auto& sender : senders)
      sender.join();
    sent.cpu = std::accumulate(cpu.begin(), cpu.end(), 0.0);
    if (write(tell.get(), &sent, sizeof sent) != sizeof sent) GiveUp("the receiver is gone");
  }
}

void Receive(Crowd& crowd, size_t bytes, int rounds, const net::OwnedFd& told) {
  for (; rounds > 0; --rounds) {
    crowd.Send(0, crowd.size(), std::string(kRequestBytes, 'x'));
    const double idle = CpuMilliseconds();
    const std::vector<UtcTime> arrivals = crowd.Receive(crowd.size(), bytes);
    const double cpu = CpuMilliseconds() - idle;
    Sent sent;
    if (read(told.get(), &sent, sizeof sent) != sizeof sent) GiveUp("the sender is gone");
    std::vector<float> delays;
    for (const UtcTime arrival : arrivals)
      delays.push_back(std::chrono::duration<float, std::milli>(arrival - sent.begun).count());
    fmt::print("result {}\n", nlohmann::json{{"answers", delays.size()},
                                             {"delay_ms", Summary(delays)},
                                             {"cpu_ms", {sent.cpu, cpu}}}
                                  .dump());
    (void)std::fflush(stdout);
  }
}

}  // namespace

int RunBare(const Settings& settings) {
  RaiseFileLimit();
  const auto count = static_cast<size_t>(GetNumber(settings, "connections"));
  const auto bytes = static_cast<size_t>(GetNumber(settings, "bytes"));
  const int rounds = GetNumber(settings, "rounds");
  const Listener listener;
  std::array<int, 2> ends{};
  if (pipe(ends.data()) != 0) GiveUp("cannot make a pipe");
  const net::OwnedFd told(ends[0]);
  const net::OwnedFd tell(ends[1]);
  const pid_t sender = fork();
  if (sender < 0) GiveUp("cannot fork");
  if (sender == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    Sockets sockets;
    while (sockets.size() < count)
      sockets.push_back(listener.Accept());
    Send(sockets, std::string(bytes, 'x'), static_cast<size_t>(GetNumber(settings, "threads")),
         rounds, tell);
    pause();  // until the receiver has read all
    return 0;
  }
  Crowd crowd(listener.address(), count);
  Receive(crowd, bytes, rounds, told);
  kill(sender, SIGKILL);
  waitpid(sender, nullptr, 0);
  return 0;
}

}  // namespace weir::load
