#include "origin/push/datagram_senders.h"

#include <algorithm>
#include <utility>

#include "net/name_lookup.h"
#include "net/timer.h"
#include "net/udp_sender.h"
#include "origin/push/ts_sender.h"
#include "protocols/srt/caller.h"

namespace weir::push {
namespace {

/// libsrt's own buffer has some 11 MB and drops what is too late.
constexpr size_t kSrtUnsentMax = size_t{4} << 20;

/// Hands `packets` to `send` in pieces of `size` at most.
template <class Send>
void Cut(const SharedBytes& packets, size_t size, Send send) {
  std::span<const uint8_t> rest = packets.view();
  while (!rest.empty()) {
    const auto piece = rest.first(std::min(size, rest.size()));
    send(piece);
    rest = rest.subspan(piece.size());
  }
}

class UdpTsSender final : public TsSender {
 public:
  UdpTsSender(const SenderContext& context, const TsEndpoint& endpoint, const Patience& patience,
              Sender::Owner& owner)
      : TsSender(owner),
        endpoint_(endpoint),
        socket_(context.loop),
        timer_(context.loop, [this] { OnTime(); }) {
    if (const auto numeric = net::SocketAddress::Parse(endpoint.host, endpoint.port)) {
      Connect(*numeric);
      return;
    }
    timer_.Start(patience.connect);
    failure_ = Error{.code = ErrorCode::kUnavailable,
                     .detail = "cannot look up " + endpoint.host + " in time"};
    lookup_ =
        std::make_unique<net::NameLookup>(context.loop, endpoint.host, endpoint.port,
                                          [this](const Result<net::NameLookup::Addresses>& found) {
                                            if (found) return Connect(found->front());
                                            End(found.error());
                                          });
  }

  Status SetUpFor(std::vector<media::Track> tracks) { return SetUp(std::move(tracks), 0); }

  void Leave() override { End({.code = ErrorCode::kEnded, .detail = "done"}); }

  Sent sent() const override { return SentOf(socket_.stats().bytes); }

 private:
  void Connect(const net::SocketAddress& address) {
    failure_.reset();
    if (Status connected = socket_.Connect(address, {.ttl = endpoint_.ttl}); !connected)
      failure_ = connected.error();
    timer_.Start(Clock::duration::zero());
  }

  void OnTime() {
    lookup_.reset();
    if (failure_) return NowEnded(*failure_);
    NowConnected();
  }

  void End(Error reason) {
    failure_ = std::move(reason);
    timer_.Start(Clock::duration::zero());
  }

  void Write(SharedBytes packets) override {
    Cut(packets, endpoint_.datagram_size,
        [this](std::span<const uint8_t> datagram) { socket_.Send(datagram); });
  }

  size_t unsent_bytes() const override { return 0; }

  const TsEndpoint endpoint_;
  net::UdpSender socket_;
  std::unique_ptr<net::NameLookup> lookup_;
  std::optional<Error> failure_;  // Told when the timer rings.
  net::Timer timer_;
};

class SrtSender final : public TsSender, srt::Caller::Owner {
 public:
  SrtSender(const SenderContext& context, srt::CallerOptions options, Sender::Owner& owner)
      : TsSender(owner),
        caller_(context.loop, std::move(options), *this),
        leaving_(context.loop,
                 [this] { NowEnded({.code = ErrorCode::kEnded, .detail = "done"}); }) {}

  Status SetUpFor(std::vector<media::Track> tracks) {
    return SetUp(std::move(tracks), kSrtUnsentMax);
  }

  void Leave() override { leaving_.Start(Clock::duration::zero()); }

  Sent sent() const override { return SentOf(caller_.stats().bytes); }

 private:
  void OnConnected() override { NowConnected(); }

  void OnEnded(const Error& reason) override { NowEnded(reason); }

  void Write(SharedBytes packets) override {
    Cut(packets, caller_.payload_size(),
        [this](std::span<const uint8_t> message) { caller_.Send(message); });
  }

  size_t unsent_bytes() const override { return caller_.unsent_bytes(); }

  srt::Caller caller_;
  net::Timer leaving_;
};

}  // namespace

Result<std::unique_ptr<Sender>> MakeUdpSender(const SenderContext& context,
                                              const TsEndpoint& endpoint, const Patience& patience,
                                              std::vector<media::Track> tracks,
                                              Sender::Owner& owner) {
  auto sender = std::make_unique<UdpTsSender>(context, endpoint, patience, owner);
  if (Status ready = sender->SetUpFor(std::move(tracks)); !ready)
    return tl::unexpected(ready.error());
  return sender;
}

Result<std::unique_ptr<Sender>> MakeSrtSender(const SenderContext& context,
                                              srt::CallerOptions options,
                                              std::vector<media::Track> tracks,
                                              Sender::Owner& owner) {
  auto sender = std::make_unique<SrtSender>(context, std::move(options), owner);
  if (Status ready = sender->SetUpFor(std::move(tracks)); !ready)
    return tl::unexpected(ready.error());
  return sender;
}

}  // namespace weir::push
