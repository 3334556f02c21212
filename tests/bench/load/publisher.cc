#include "bench/load/publisher.h"

#include <cstdlib>
#include <utility>

#include <fmt/format.h>

#include "crypto/random.h"

namespace weir::load {

Publisher::Publisher(net::EventLoop& loop, const Recording& recording, const std::string& host,
                     uint16_t port, std::string stream, Clock::duration delay, OnVideo on_video)
    : recording_(recording),
      delay_(delay),
      on_video_(std::move(on_video)),
      random_(crypto::FillRandom) {
  options_.tc_url = fmt::format("rtmp://{}:{}/app", host, port);
  options_.app = "app";
  options_.key = std::move(stream);
  client_ = std::make_unique<net::TcpClient>(
      loop, net::ConnectOptions{.host = host, .port = port},
      [this](net::ByteOutput& output, const net::Peer& /*peer*/, Clock::time_point now) {
        rtmp::ClientSession::Owner& owner = *this;
        return std::make_unique<rtmp::ClientSession>(output, owner, options_, random_, now);
      },
      [key = options_.key](const Error& error) {
        fmt::print(stderr, "{}: {}\n", key, error.detail);
        std::exit(1);  // a measurement with a publisher missing measures something else
      });
}

Publisher::~Publisher() = default;

void Publisher::OnPublishing(rtmp::ClientSession& session, Clock::time_point now) {
  session_ = &session;
  begin_ = now + delay_;
  for (const flv::Tag& tag : recording_.opening)
    Send(tag, 0);
}

void Publisher::Send(const flv::Tag& tag, uint32_t timestamp) {
  session_->Send(static_cast<rtmp::MessageType>(tag.type), timestamp, {&tag.body, 1});
}

void Publisher::Tick(Clock::time_point now) {
  if (!begin_) return;
  while (true) {
    const flv::Tag& tag = recording_.media[next_];
    const uint32_t timestamp = round_ms_ + tag.timestamp_ms;
    if (*begin_ + std::chrono::milliseconds(timestamp) > now) return;
    if (tag.type == flv::TagType::kVideo) {
      if (on_video_) on_video_(video_frames_, Clock::now());
      ++video_frames_;
    }
    Send(tag, timestamp);
    if (++next_ == recording_.media.size()) {
      next_ = 0;
      round_ms_ += recording_.length_ms;
    }
  }
}

}  // namespace weir::load
