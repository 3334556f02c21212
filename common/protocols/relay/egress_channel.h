#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "media/media_sink.h"
#include "protocols/relay/messages/subscribe.h"
#include "protocols/relay/send_queue.h"
#include "stream/subscription.h"

namespace weir::relay {

/// One subscription of an edge: takes the stream's frames into its queue, and knows how much of
/// them the edge is willing to receive.
class EgressChannel final : public media::MediaSink {
 public:
  /// `on_queued` is called after each addition to the queue.
  EgressChannel(uint32_t id, const Subscribe& request, const SendQueue::Limits& limits,
                std::function<void(EgressChannel&)> on_queued);

  /// Subscribes to `stream`, from `loop`.
  void Attach(const stream::StreamRef& stream, Executor& loop);

  void OnTracks(std::shared_ptr<const media::TrackList> tracks) override;
  void OnFrame(std::shared_ptr<const media::Frame> frame) override;
  void OnPresent() override;
  void OnGap() override;
  void OnEnd(media::EndReason reason) override;

  /// Whether the front of the queue may be sent now: frames and gaps need credit.
  bool CanSend() const;

  /// A frame is paid for as a whole, so credit may go below zero by one frame.
  SendQueue::Item Take();

  /// kLimitExceeded where it would have more than kCreditMax.
  Status AddCredit(int64_t bytes);

  uint32_t id() const { return id_; }

  const stream::StreamPath& path() const { return request_.path; }

  SendQueue& queue() { return queue_; }

  const SendQueue& queue() const { return queue_; }

  // The books of EgressRound about it.
  bool in_turn = false;      ///< It waits for its turn to send.
  size_t counted_bytes = 0;  ///< Its share of queued_bytes().

 private:
  uint32_t id_;
  Subscribe request_;
  std::function<void(EgressChannel&)> on_queued_;
  SendQueue queue_;
  int64_t credit_;
  // Last, so that it ends first.
  std::unique_ptr<stream::Subscription> subscription_;
};

}  // namespace weir::relay
