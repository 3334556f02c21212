#include "origin/push/tcp_ts_sender.h"

#include <algorithm>
#include <utility>

#include "net/tcp_client.h"
#include "net/timer.h"
#include "origin/push/ts_sender.h"

namespace weir::push {
namespace {

constexpr size_t kUnsentMax = size_t{4} << 20;
constexpr size_t kConnectionUnsentMax = size_t{64} << 20;

/// Hears nothing and says what it is given.
class Conversation final : public net::ByteSession {
 public:
  Status OnBytes(std::span<const uint8_t> /*bytes*/, Clock::time_point /*now*/) override {
    return {};
  }

  Status OnDeadline(Clock::time_point /*now*/) override { return {}; }

  std::optional<Clock::time_point> NextDeadline() const override { return std::nullopt; }
};

class TcpTsSender final : public TsSender {
 public:
  TcpTsSender(const SenderContext& context, const TsEndpoint& endpoint, const Patience& patience,
              Sender::Owner& owner)
      : TsSender(owner),
        connected_(context.loop, [this] { NowConnected(); }),
        client_(
            context.loop,
            {.host = endpoint.host,
             .port = endpoint.port,
             .patience = patience.connect,
             .unsent_max = kConnectionUnsentMax,
             .write_patience = patience.send,
             .unacknowledged_patience = patience.send},
            [this](net::ByteOutput& output, const net::Peer& /*peer*/, Clock::time_point /*now*/) {
              output_ = &output;
              connected_.Start(Clock::duration::zero());
              return std::make_unique<Conversation>();
            },
            [this](const Error& reason) {
              connected_.Stop();
              left_bytes_ = sent_bytes();
              output_ = nullptr;
              NowEnded(reason);
            }) {}

  Status SetUpFor(std::vector<media::Track> tracks) { return SetUp(std::move(tracks), kUnsentMax); }

  void Leave() override {
    if (output_ != nullptr) output_->Finish({.code = ErrorCode::kEnded, .detail = "done"});
  }

  Sent sent() const override { return SentOf(output_ == nullptr ? left_bytes_ : sent_bytes()); }

 private:
  void Write(SharedBytes packets) override { output_->Write(std::move(packets)); }

  size_t unsent_bytes() const override { return output_->unsent_bytes(); }

  uint64_t sent_bytes() const {
    const uint64_t written = written_bytes();
    return output_ == nullptr ? 0 : written - std::min<uint64_t>(output_->unsent_bytes(), written);
  }

  net::Timer connected_;
  net::ByteOutput* output_ = nullptr;
  uint64_t left_bytes_ = 0;  // when the connection ended
  net::TcpClient client_;
};

}  // namespace

Result<std::unique_ptr<Sender>> MakeTcpTsSender(const SenderContext& context,
                                                const TsEndpoint& endpoint,
                                                const Patience& patience,
                                                std::vector<media::Track> tracks,
                                                Sender::Owner& owner) {
  auto sender = std::make_unique<TcpTsSender>(context, endpoint, patience, owner);
  if (Status ready = sender->SetUpFor(std::move(tracks)); !ready)
    return tl::unexpected(ready.error());
  return sender;
}

}  // namespace weir::push
