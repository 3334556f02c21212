#pragma once

#include <memory>

#include "protocols/relay/origin_channel.h"

namespace weir::edge {

/// Finds out whether an origin has a stream, by subscribing to it for a moment.
class FailbackProbe final : public relay::ChannelSink {
 public:
  enum class Answer { kNone, kThere, kMissing };

  FailbackProbe(relay::OriginLinks& links, const relay::Endpoint& origin,
                const stream::StreamPath& path)
      : channel_(links.Open(origin, {.path = path}, *this)) {}

  FailbackProbe(const FailbackProbe&) = delete;
  FailbackProbe& operator=(const FailbackProbe&) = delete;

  Answer answer() const { return answer_; }

  void OnTracks(std::shared_ptr<const media::TrackList> /*tracks*/) override {
    answer_ = Answer::kThere;
    channel_.reset();
  }

  void OnFrame(std::shared_ptr<const media::Frame> /*frame*/) override {}

  void OnEnd(media::EndReason /*reason*/) override { answer_ = Answer::kMissing; }

  void OnControl(const relay::ControlMessage& /*message*/) override {}

 private:
  Answer answer_ = Answer::kNone;
  std::unique_ptr<relay::OriginChannel> channel_;
};

}  // namespace weir::edge
