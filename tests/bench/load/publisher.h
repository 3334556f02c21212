#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "base/clock.h"
#include "bench/load/recording.h"
#include "net/event_loop.h"
#include "net/tcp_client.h"
#include "protocols/rtmp/client_session.h"

namespace weir::load {

/// Publishes a recording in real time, round after round.
///
/// Thread: its loop.
class Publisher final : rtmp::ClientSession::Owner {
 public:
  /// Told right before a video frame is written: its index since the first one.
  using OnVideo = std::function<void(uint64_t index, Clock::time_point now)>;

  /// `recording` outlives it. `delay` is waited before the first frame, so that many publishers do
  /// not all send at the same moment.
  Publisher(net::EventLoop& loop, const Recording& recording, const std::string& host,
            uint16_t port, std::string stream, Clock::duration delay, OnVideo on_video = {});
  ~Publisher() override;

  Publisher(const Publisher&) = delete;
  Publisher& operator=(const Publisher&) = delete;

  /// Sends what is due.
  void Tick(Clock::time_point now);

  bool publishing() const { return begin_.has_value(); }

 private:
  void OnPublishing(rtmp::ClientSession& session, Clock::time_point now) override;
  void Send(const flv::Tag& tag, uint32_t timestamp);

  const Recording& recording_;
  const Clock::duration delay_;
  const OnVideo on_video_;
  rtmp::ClientOptions options_;
  rtmp::RandomSource random_;
  rtmp::ClientSession* session_ = nullptr;
  std::optional<Clock::time_point> begin_;
  size_t next_ = 0;
  uint32_t round_ms_ = 0;
  uint64_t video_frames_ = 0;
  std::unique_ptr<net::TcpClient> client_;
};

}  // namespace weir::load
