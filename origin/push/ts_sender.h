#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "origin/push/sender.h"
#include "protocols/mpegts/egress.h"

namespace weir::push {

/// What the senders of MPEG-TS have in common: the packets, once there is something to write them
/// to.
class TsSender : public Sender, protected mpegts::PacketOutput {
 public:
  Status OnTracks(std::vector<media::Track> tracks) override {
    return egress_->OnTracks(std::move(tracks));
  }

  void OnFrame(const media::Frame& frame) override {
    if (connected_) egress_->OnFrame(frame);
  }

  void OnGap() override { egress_->OnGap(); }

 protected:
  explicit TsSender(Sender::Owner& owner) : owner_(owner) {}

  /// Call it once, first of all. As mpegts::Egress::For.
  Status SetUp(std::vector<media::Track> tracks, size_t unsent_max) {
    auto egress = mpegts::Egress::For(std::move(tracks), *this, unsent_max);
    if (!egress) return tl::unexpected(egress.error());
    egress_.emplace(*std::move(egress));
    return {};
  }

  void NowConnected() {
    connected_ = true;
    owner_.OnConnected();
  }

  void NowEnded(const Error& reason) {
    connected_ = false;
    owner_.OnEnded(reason);
  }

  /// `bytes` of them have left.
  Sent SentOf(uint64_t bytes) const {
    constexpr int64_t kMsRate = 1'000;
    const mpegts::Egress::Stats& stats = egress_->stats();
    return {.bytes = bytes,
            .time = std::chrono::milliseconds(ToTicks<kMsRate>(stats.sent_time)),
            .frames_dropped = stats.frames_dropped};
  }

  uint64_t written_bytes() const { return egress_->stats().written_bytes; }

 private:
  Sender::Owner& owner_;
  std::optional<mpegts::Egress> egress_;
  bool connected_ = false;
};

}  // namespace weir::push
