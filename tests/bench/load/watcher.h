#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "base/clock.h"
#include "media/media_sink.h"
#include "net/event_loop.h"
#include "net/tcp_client.h"
#include "protocols/relay/ingest.h"

namespace weir::load {

/// An edge that only counts: pulls one stream over a relay connection of its own.
///
/// Thread: its loop.
class Watcher final : media::MediaSink, relay::IngestObserver {
 public:
  /// Told of every video frame: its index by the stream's own clock, counted from the publication's
  /// first, and when it arrived.
  using OnVideo = std::function<void(int64_t index, Clock::time_point now)>;

  Watcher(net::EventLoop& loop, const std::string& host, uint16_t port, stream::StreamPath path,
          OnVideo on_video);
  ~Watcher() override;

  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  uint64_t bytes() const { return bytes_; }

 private:
  void OnReady(const std::string& origin_node) override;

  void OnControl(relay::ChannelId /*channel*/, const relay::ControlMessage& /*message*/) override {}

  void OnClosed() override { session_ = nullptr; }

  void OnTracks(std::shared_ptr<const media::TrackList> tracks) override;
  void OnFrame(std::shared_ptr<const media::Frame> frame) override;
  void OnEnd(media::EndReason reason) override;

  const stream::StreamPath path_;
  const OnVideo on_video_;
  relay::Options options_;
  relay::ClientSession* session_ = nullptr;
  MediaTime frame_duration_{0};
  uint64_t bytes_ = 0;
  std::unique_ptr<net::TcpClient> client_;
};

}  // namespace weir::load
