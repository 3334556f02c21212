#include "bench/load/watcher.h"

#include <cstdlib>
#include <utility>

#include <fmt/format.h>

namespace weir::load {

Watcher::Watcher(net::EventLoop& loop, const std::string& host, uint16_t port,
                 stream::StreamPath path, OnVideo on_video)
    : path_(std::move(path)), on_video_(std::move(on_video)) {
  options_.node = "load";
  options_.window_bytes = int64_t{256} << 20;
  client_ = std::make_unique<net::TcpClient>(
      loop, net::ConnectOptions{.host = host, .port = port},
      [this](net::ByteOutput& output, const net::Peer& peer, Clock::time_point now) {
        relay::IngestObserver& observer = *this;
        auto session = std::make_unique<relay::ClientSession>(output, peer, now, relay::MakeNonce(),
                                                              options_, observer);
        session_ = session.get();
        return session;
      },
      [](const Error& error) {
        fmt::print(stderr, "relay: {}\n", error.detail);
        std::exit(1);
      });
}

Watcher::~Watcher() = default;

void Watcher::OnReady(const std::string& /*origin_node*/) {
  session_->Open({.path = path_, .start = relay::Subscribe::Start::kNextSegment}, *this);
}

void Watcher::OnTracks(std::shared_ptr<const media::TrackList> tracks) {
  for (const media::Track& track : tracks->tracks) {
    if (track.kind() == media::MediaKind::kVideo) frame_duration_ = track.frame_duration;
  }
}

void Watcher::OnFrame(std::shared_ptr<const media::Frame> frame) {
  bytes_ += frame->payload.size();
  if (frame->track != 0 || frame_duration_.count() == 0) return;
  on_video_((frame->dts + frame_duration_ / 2) / frame_duration_, Clock::now());
}

void Watcher::OnEnd(media::EndReason reason) {
  fmt::print(stderr, "relay: the stream ended: {}\n", NameOf(reason));
  std::exit(1);
}

}  // namespace weir::load
