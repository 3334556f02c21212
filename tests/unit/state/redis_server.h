#pragma once

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.h"
#include "base/clock.h"
#include "net/owned_fd.h"
#include "support/temp_folder.h"

namespace weir::testing {

/// A connected or listening TCP socket on 127.0.0.1.
inline sockaddr_in LocalAddress(uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

inline uint16_t FreePort() {
  const net::OwnedFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = LocalAddress(0);
  socklen_t size = sizeof address;
  WEIR_CHECK(::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), size) == 0);
  WEIR_CHECK(::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
  return ntohs(address.sin_port);
}

/// A real redis-server, or sentinel, in a folder of its own, that keeps nothing on the disk unless
/// told to, and ends with this.
class RedisServer {
 public:
  using Words = std::vector<std::string>;

  static bool IsInstalled() {
    std::istringstream folders(std::getenv("PATH"));
    for (std::string folder; std::getline(folders, folder, ':');) {
      if (::access((folder + "/redis-server").c_str(), X_OK) == 0) return true;
    }
    return false;
  }

  /// `more` are further words of the command line: {"--requirepass", "x"}.
  explicit RedisServer(Words more = {}) : port_(FreePort()), more_(std::move(more)) {}

  ~RedisServer() { Kill(); }

  RedisServer(const RedisServer&) = delete;
  RedisServer& operator=(const RedisServer&) = delete;

  /// A sentinel that watches over `master`, alone, and is quick to decide.
  static Words AsSentinelOf(uint16_t master) {
    const std::string port = std::to_string(master);
    return {"--sentinel", "sentinel monitor mymaster 127.0.0.1 " + port + " 1",
            "sentinel down-after-milliseconds mymaster 500",
            "sentinel failover-timeout mymaster 5000"};
  }

  uint16_t port() const { return port_; }

  /// Starts it, and waits until it answers.
  void Start() {
    Words words = {"redis-server"};
    const Words own = {
        "--port",    std::to_string(port_), "--bind", "127.0.0.1", "--dir",       folder_.path(),
        "--logfile", folder_.File("log"),   "--save", "",          "--daemonize", "no"};
    if (!more_.empty() && more_[0] == "--sentinel") {
      WriteSentinelFile();
      words.insert(words.end(), {folder_.File("sentinel.conf"), "--sentinel"});
    } else {
      words.insert(words.end(), own.begin(), own.end());
      words.insert(words.end(), more_.begin(), more_.end());
    }
    Spawn(words);
    const Clock::time_point give_up_at = Clock::now() + std::chrono::seconds(20);
    for (std::string reply = Command("PING"); reply.empty() || reply.starts_with("-LOADING");
         reply = Command("PING")) {
      WEIR_CHECK(Clock::now() < give_up_at);
      std::this_thread::sleep_for(std::chrono::milliseconds(2));  // between two looks
    }
  }

  void Kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    ::waitpid(std::exchange(pid_, 0), nullptr, 0);
  }

  void Freeze() { WEIR_CHECK(::kill(pid_, SIGSTOP) == 0); }

  void Thaw() { WEIR_CHECK(::kill(pid_, SIGCONT) == 0); }

  /// Sends one line and gives the beginning of the reply; empty where there is no server.
  std::string Command(const std::string& line) const {
    const net::OwnedFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_in address = LocalAddress(port_);
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      return {};
    const timeval patience = {.tv_sec = 5, .tv_usec = 0};
    ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    const std::string wire = line + "\r\n";
    if (::send(socket.get(), wire.data(), wire.size(), MSG_NOSIGNAL) < 0) return {};
    std::array<char, 4096> reply{};
    const ssize_t size = ::recv(socket.get(), reply.data(), reply.size(), 0);
    return size > 0 ? std::string(reply.data(), static_cast<size_t>(size)) : std::string();
  }

 private:
  void WriteSentinelFile() {
    std::ofstream file(folder_.File("sentinel.conf"));
    file << "port " << port_ << "\nbind 127.0.0.1\ndir " << folder_.path() << "\nlogfile "
         << folder_.File("log") << "\n";
    for (size_t i = 1; i < more_.size(); ++i)
      file << more_[i] << "\n";
  }

  void Spawn(const Words& words) {
    std::vector<char*> arguments;
    for (const std::string& word : words)
      arguments.push_back(const_cast<char*>(word.c_str()));  // NOLINT: execvp leaves it alone.
    arguments.push_back(nullptr);
    pid_ = ::fork();
    WEIR_CHECK(pid_ >= 0);
    if (pid_ > 0) return;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    const int nothing = ::open("/dev/null", O_RDWR);
    for (const int fd : {0, 1, 2})
      ::dup2(nothing, fd);
    ::execvp(arguments[0], arguments.data());
    ::_exit(127);
  }

  TempFolder folder_;
  uint16_t port_;
  Words more_;
  pid_t pid_ = 0;
};

}  // namespace weir::testing
