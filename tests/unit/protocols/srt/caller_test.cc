#include "protocols/srt/caller.h"

#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <srt.h>
#include <sys/socket.h>

#include "net/owned_fd.h"
#include "protocols/srt/library.h"
#include "support/run_until.h"

namespace weir::srt {
namespace {

using std::chrono::milliseconds;

sockaddr_in Loopback(uint16_t port = 0) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

/// A listener that is asked now and then.
class Listener {
 public:
  explicit Listener(const std::string& passphrase = "") : socket_(srt_create_socket()) {
    const bool no = false;
    srt_setsockflag(socket_, SRTO_RCVSYN, &no, sizeof no);
    if (!passphrase.empty())
      srt_setsockflag(socket_, SRTO_PASSPHRASE, passphrase.data(),
                      static_cast<int>(passphrase.size()));
    sockaddr_in address = Loopback();
    EXPECT_EQ(srt_bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(srt_listen(socket_, 50), 0);
    int size = sizeof address;
    srt_getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port = ntohs(address.sin_port);
  }

  ~Listener() {
    if (accepted_ != SRT_INVALID_SOCK) srt_close(accepted_);
    srt_close(socket_);
  }

  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  /// Takes what has come.
  void Look() {
    if (accepted_ == SRT_INVALID_SOCK) accepted_ = srt_accept(socket_, nullptr, nullptr);
    if (accepted_ == SRT_INVALID_SOCK) return;
    const bool no = false;
    srt_setsockflag(accepted_, SRTO_RCVSYN, &no, sizeof no);
    std::array<char, 1'500> message{};
    int size = 0;
    while ((size = srt_recvmsg(accepted_, message.data(), static_cast<int>(message.size()))) > 0)
      messages.emplace_back(message.data(), static_cast<size_t>(size));
  }

  std::string StreamId() const {
    std::array<char, 513> id{};
    int size = id.size();
    srt_getsockflag(accepted_, SRTO_STREAMID, id.data(), &size);
    return {id.data(), static_cast<size_t>(size)};
  }

  void HangUp() { srt_close(std::exchange(accepted_, SRT_INVALID_SOCK)); }

  uint16_t port = 0;
  std::vector<std::string> messages;

 private:
  SRTSOCKET socket_;
  SRTSOCKET accepted_ = SRT_INVALID_SOCK;
};

class SrtCaller : public ::testing::Test, public Caller::Owner {
 protected:
  void OnConnected() override { connected_ = true; }

  void OnEnded(const Error& reason) override { ended_ = reason.detail; }

  void Call(uint16_t port, const std::string& query = "") {
    const auto options = ReadCallerUrl("srt://127.0.0.1:" + std::to_string(port) + query);
    ASSERT_TRUE(options) << options.error().detail;
    caller_ = std::make_unique<Caller>(loop_, *options, *this);
  }

  bool RunUntil(const std::function<bool()>& done) {
    return testing::RunUntil(loop_, [&] {
      if (listener_ != nullptr) listener_->Look();
      return done();
    });
  }

  static std::span<const uint8_t> Bytes(const std::string& text) {
    return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
  }

  const Library library_;
  net::EventLoop loop_;
  std::unique_ptr<Listener> listener_;
  bool connected_ = false;
  std::string ended_;
  std::unique_ptr<Caller> caller_;
};

TEST_F(SrtCaller, SendsMessagesAndNoticesTheEnd) {
  listener_ = std::make_unique<Listener>();
  Call(listener_->port, "?latency=20000&streamid=publish%2Fcam");
  EXPECT_FALSE(caller_->Send(Bytes("too early")));
  ASSERT_TRUE(RunUntil([&] { return connected_; })) << ended_;
  const std::string message(1'316, 'x');
  EXPECT_TRUE(caller_->Send(Bytes(message)));
  EXPECT_TRUE(caller_->Send(Bytes("short")));
  ASSERT_TRUE(RunUntil([&] { return listener_->messages.size() == 2; }));
  EXPECT_EQ(listener_->messages, (std::vector<std::string>{message, "short"}));
  EXPECT_EQ(listener_->StreamId(), "publish/cam");
  EXPECT_EQ(caller_->stats().bytes, 1'321U);
  EXPECT_EQ(caller_->stats().messages_lost, 1U);
  ASSERT_TRUE(RunUntil([&] { return caller_->unsent_bytes() == 0; })) << "not acknowledged";
  listener_->HangUp();
  ASSERT_TRUE(RunUntil([&] { return !ended_.empty(); }));
  EXPECT_EQ(ended_, "the SRT connection broke");
  EXPECT_FALSE(caller_->Send(Bytes("too late")));
}

TEST_F(SrtCaller, ThePassphraseMustBeTheListeners) {
  listener_ = std::make_unique<Listener>("a long passphrase");
  Call(listener_->port, "?passphrase=a%20long%20passphrase&pbkeylen=32");
  ASSERT_TRUE(RunUntil([&] { return connected_; })) << ended_;
  connected_ = false;
  Call(listener_->port, "?passphrase=another%20passphrase&timeout=2000000");
  ASSERT_TRUE(RunUntil([&] { return !ended_.empty(); }));
  EXPECT_NE(ended_.find("wrong passphrase"), std::string::npos) << ended_;
  EXPECT_EQ(ended_.find("another"), std::string::npos) << "a secret was shown";
  EXPECT_FALSE(connected_);
}

TEST_F(SrtCaller, APortThatNeverAnswersIsGivenUp) {
  const net::OwnedFd silent(::socket(AF_INET, SOCK_DGRAM, 0));
  sockaddr_in address = Loopback();
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(silent.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
  getsockname(silent.get(), reinterpret_cast<sockaddr*>(&address), &size);
  Call(ntohs(address.sin_port), "?timeout=300000");
  ASSERT_TRUE(RunUntil([&] { return !ended_.empty(); }));
  EXPECT_NE(ended_.find("no answer"), std::string::npos) << ended_;
}

TEST_F(SrtCaller, ANameThatDoesNotExistIsAnEnd) {
  const auto options = ReadCallerUrl("srt://no-such-host.invalid:9999?timeout=3000000");
  ASSERT_TRUE(options);
  caller_ = std::make_unique<Caller>(loop_, *options, *this);
  ASSERT_TRUE(RunUntil([&] { return !ended_.empty(); }));
  EXPECT_NE(ended_.find("look up"), std::string::npos) << ended_;
}

TEST_F(SrtCaller, MayBeDroppedWhileItCalls) {
  listener_ = std::make_unique<Listener>();
  for (int turns = 0; turns < 10; ++turns) {
    Call(listener_->port);
    int left = turns * 3;
    RunUntil([&] { return left-- == 0; });
    caller_.reset();
  }
  EXPECT_EQ(ended_, "");
}

}  // namespace
}  // namespace weir::srt
