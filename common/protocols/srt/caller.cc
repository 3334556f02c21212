#include "protocols/srt/caller.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

namespace weir::srt {
namespace {

using std::chrono::milliseconds;

/// libsrt's own epoll looks every 10 ms, too.
constexpr milliseconds kConnectingEvery{20};
constexpr milliseconds kConnectedEvery{200};
/// Without a word from the peer.
constexpr int kPeerIdleMs = 5'000;

Error LastError(std::string_view what) {
  return {.code = ErrorCode::kUnavailable,
          .detail = fmt::format("{}: {}", what, srt_getlasterror_str())};
}

int Int(milliseconds time) {
  return static_cast<int>(time.count());
}

}  // namespace

Caller::Caller(net::EventLoop& loop, CallerOptions options, Owner& owner)
    : loop_(loop),
      options_(std::move(options)),
      owner_(owner),
      give_up_at_(loop.now() + options_.connect_timeout),
      timer_(loop, [this] { OnTime(); }) {
  if (const auto numeric = net::SocketAddress::Parse(options_.host, options_.port)) {
    addresses_.push_back(*numeric);
    ConnectNext();
    return;
  }
  timer_.StartAt(give_up_at_);
  lookup_ = std::make_unique<net::NameLookup>(loop_, options_.host, options_.port,
                                              [this](Result<net::NameLookup::Addresses> found) {
                                                if (!found) return End(std::move(found.error()));
                                                addresses_ = std::move(*found);
                                                ConnectNext();
                                              });
}

Caller::~Caller() {
  Close();
}

bool Caller::Send(std::span<const uint8_t> message) {
  if (state_ == State::kConnected) {
    const int sent = srt_sendmsg2(socket_, reinterpret_cast<const char*>(message.data()),
                                  static_cast<int>(message.size()), nullptr);
    if (sent != SRT_ERROR) {
      stats_.bytes += message.size();
      return true;
    }
  }
  ++stats_.messages_lost;
  return false;
}

size_t Caller::unsent_bytes() const {
  int32_t messages = 0;
  int size = sizeof messages;
  const bool told =
      state_ == State::kConnected && srt_getsockflag(socket_, SRTO_SNDDATA, &messages, &size) == 0;
  return told && messages > 0 ? static_cast<size_t>(messages) * options_.payload_size : 0;
}

void Caller::OnTime() {
  switch (state_) {
    case State::kLookingUp:
      lookup_.reset();
      return End({.code = ErrorCode::kUnavailable,
                  .detail = fmt::format("cannot look up {} in time", options_.host)});
    case State::kConnecting:
    case State::kConnected:
      return Watch();
    case State::kEnded:
      return owner_.OnEnded(*reason_);
  }
}

void Caller::ConnectNext() {
  state_ = State::kConnecting;
  Close();
  const net::SocketAddress& address = addresses_[next_address_++];
  if (Status connected = Connect(address); !connected) return End(std::move(connected.error()));
  timer_.Start(kConnectingEvery);
}

Status Caller::Connect(const net::SocketAddress& address) {
  socket_ = srt_create_socket();
  if (socket_ == SRT_INVALID_SOCK) return tl::unexpected(LastError("cannot make an SRT socket"));
  if (Status set = SetOptions(); !set) return set;
  if (srt_connect(socket_, address.get(), static_cast<int>(address.size())) == SRT_ERROR)
    return tl::unexpected(LastError(fmt::format("cannot call {}", address.Text())));
  return {};
}

template <class Value>
bool Caller::Set(SRT_SOCKOPT option, const Value& value) {
  return srt_setsockflag(socket_, option, &value, sizeof value) != SRT_ERROR;
}

bool Caller::Set(SRT_SOCKOPT option, const std::string& text) {
  return text.empty() ||
         srt_setsockflag(socket_, option, text.data(), static_cast<int>(text.size())) != SRT_ERROR;
}

Status Caller::SetOptions() {
  const auto left = std::chrono::duration_cast<milliseconds>(give_up_at_ - loop_.now());
  const auto addresses = static_cast<int64_t>(addresses_.size() - next_address_ + 1);
  bool set = Set(SRTO_TRANSTYPE, SRTT_LIVE) && Set(SRTO_SNDSYN, false) && Set(SRTO_RCVSYN, false) &&
             Set(SRTO_SENDER, true) &&
             Set(SRTO_CONNTIMEO, Int(std::max(left / addresses, milliseconds(1)))) &&
             Set(SRTO_PEERIDLETIMEO, kPeerIdleMs) && Set(SRTO_TLPKTDROP, options_.drop_late) &&
             Set(SRTO_PAYLOADSIZE, static_cast<int>(options_.payload_size)) &&
             Set(SRTO_MAXBW, options_.max_bandwidth) && Set(SRTO_STREAMID, options_.stream_id) &&
             Set(SRTO_PBKEYLEN, options_.key_length) && Set(SRTO_PASSPHRASE, options_.passphrase);
  if (options_.receive_latency) set = set && Set(SRTO_RCVLATENCY, Int(*options_.receive_latency));
  if (options_.peer_latency) set = set && Set(SRTO_PEERLATENCY, Int(*options_.peer_latency));
  if (options_.overhead_percent > 0) set = set && Set(SRTO_OHEADBW, options_.overhead_percent);
  if (set) return {};
  return tl::unexpected(LastError("libsrt does not take an option"));
}

void Caller::Watch() {
  const SRT_SOCKSTATUS status = srt_getsockstate(socket_);
  if (status == SRTS_CONNECTED) {
    timer_.Start(kConnectedEvery);
    if (state_ == State::kConnected) return;
    state_ = State::kConnected;
    return owner_.OnConnected();
  }
  if (state_ == State::kConnected)
    return End({.code = ErrorCode::kUnavailable, .detail = "the SRT connection broke"});
  if (status <= SRTS_CONNECTING && loop_.now() < give_up_at_) return timer_.Start(kConnectingEvery);
  if (next_address_ < addresses_.size() && loop_.now() < give_up_at_) return ConnectNext();
  End({.code = ErrorCode::kUnavailable,
       .detail =
           fmt::format("cannot call {}:{}: {}", options_.host, options_.port, RejectReason())});
}

std::string Caller::RejectReason() const {
  const int reason = srt_getrejectreason(socket_);
  if (reason == SRT_REJ_UNKNOWN || reason == SRT_REJ_TIMEOUT) return "no answer";
  if (reason == SRT_REJ_BADSECRET || reason == SRT_REJ_UNSECURE) return "wrong passphrase";
  if (reason >= SRT_REJC_PREDEFINED) return fmt::format("rejected with code {}", reason);
  return srt_rejectreason_str(reason);
}

void Caller::Close() {
  if (socket_ != SRT_INVALID_SOCK) srt_close(std::exchange(socket_, SRT_INVALID_SOCK));
}

void Caller::End(Error reason) {
  state_ = State::kEnded;
  reason_ = std::move(reason);
  Close();
  timer_.Start(Clock::duration::zero());
}

}  // namespace weir::srt
