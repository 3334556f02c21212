#include "origin/push/rtmp_sender.h"

#include <utility>

#include "net/tcp_client.h"
#include "protocols/rtmp/egress.h"

namespace weir::push {
namespace {

constexpr int64_t kMsRate = 1'000;
/// Of messages, past which frames are dropped; the largest frame has room behind it.
constexpr size_t kUnsentMax = size_t{4} << 20;
constexpr size_t kConnectionUnsentMax = size_t{64} << 20;

class RtmpSender final : public Sender, rtmp::Egress::Owner {
 public:
  RtmpSender(const SenderContext& context, const rtmp::EgressTarget& target,
             const Patience& patience, std::vector<media::Track> tracks, Sender::Owner& owner)
      : owner_(owner),
        egress_(*this, OptionsFor(target, patience), context.random, std::move(tracks)),
        client_(
            context.loop,
            {.host = target.host,
             .port = target.port,
             .patience = patience.connect,
             .unsent_max = kConnectionUnsentMax,
             .write_patience = patience.send,
             .unacknowledged_patience = patience.send,
             .tls = target.secure ? &context.tls : nullptr},
            [this](net::ByteOutput& output, const net::Peer& /*peer*/, Clock::time_point now) {
              return egress_.MakeSession(output, now);
            },
            [this](const Error& reason) {
              egress_.Detach();
              owner_.OnEnded(reason);
            }) {}

  Status OnTracks(std::vector<media::Track> tracks) override {
    return egress_.OnTracks(std::move(tracks));
  }

  void OnFrame(const media::Frame& frame) override { egress_.OnFrame(frame); }

  void OnGap() override { egress_.OnGap(); }

  void Leave() override { egress_.Leave(); }

  Sent sent() const override {
    const rtmp::Egress::Stats stats = egress_.stats();
    return {.bytes = stats.sent_bytes,
            .time = std::chrono::milliseconds(ToTicks<kMsRate>(stats.sent_time)),
            .frames_dropped = stats.frames_dropped};
  }

 private:
  static rtmp::ClientOptions OptionsFor(const rtmp::EgressTarget& target,
                                        const Patience& patience) {
    rtmp::ClientOptions options;
    options.tc_url = target.tc_url;
    options.app = target.app;
    options.key = target.key;
    options.setup_patience = patience.connect;
    options.unsent_max = kUnsentMax;
    return options;
  }

  void OnPublishing() override { owner_.OnConnected(); }

  Sender::Owner& owner_;
  rtmp::Egress egress_;
  net::TcpClient client_;
};

}  // namespace

std::unique_ptr<Sender> MakeRtmpSender(const SenderContext& context,
                                       const rtmp::EgressTarget& target, const Patience& patience,
                                       std::vector<media::Track> tracks, Sender::Owner& owner) {
  return std::make_unique<RtmpSender>(context, target, patience, std::move(tracks), owner);
}

}  // namespace weir::push
