#include "stream/subscription.h"

#include <utility>

#include "base/check.h"
#include "stream/fan_out.h"

namespace weir::stream {
namespace {

using AnchorPtr = std::shared_ptr<StreamRef::Anchor>;

/// On the stream's home loop.
void Attach(const AnchorPtr& anchor, std::shared_ptr<Receiver> receiver, Executor& loop,
            StartAt start) {
  if (anchor->fan_out) {
    anchor->fan_out->Attach(std::move(receiver), loop, start);
    return;
  }
  loop.Post([receiver = std::move(receiver), end = anchor->end] { receiver->On(Ended{end}); });
}

class LoopSubscription final : public Subscription {
 public:
  LoopSubscription(AnchorPtr anchor, Executor& loop, media::MediaSink& sink)
      : anchor_(std::move(anchor)), loop_(loop), receiver_(std::make_shared<Receiver>(sink)) {}

  ~LoopSubscription() override {
    receiver_->Detach();
    anchor_->home.Post([anchor = anchor_, &loop = loop_] {
      if (anchor->fan_out) anchor->fan_out->Detach(loop);
    });
  }

  LoopSubscription(const LoopSubscription&) = delete;
  LoopSubscription& operator=(const LoopSubscription&) = delete;

  void Start(StartAt start) {
    anchor_->home.Post([anchor = anchor_, receiver = receiver_, &loop = loop_, start] {
      Attach(anchor, receiver, loop, start);
    });
  }

 private:
  const AnchorPtr anchor_;
  Executor& loop_;
  // Shared with its hub and the posts in flight, which outlive this.
  const std::shared_ptr<Receiver> receiver_;
};

}  // namespace

std::unique_ptr<Subscription> Subscribe(const StreamRef& stream, Executor& loop, StartAt start,
                                        media::MediaSink& sink) {
  WEIR_CHECK(stream);
  auto subscription = std::make_unique<LoopSubscription>(stream.anchor(), loop, sink);
  subscription->Start(start);
  return subscription;
}

size_t SubscribersOf(const StreamRef& stream) {
  WEIR_CHECK(stream);
  const auto& fan_out = stream.anchor()->fan_out;
  return fan_out == nullptr ? 0 : fan_out->stats().subscribers;
}

void Inject(const StreamRef& stream, std::shared_ptr<const media::Event> event) {
  WEIR_CHECK(stream);
  stream.anchor()->home.Post([anchor = stream.anchor(), event = std::move(event)] {
    if (anchor->way_in != nullptr) anchor->way_in->OnEvent(event);
  });
}

}  // namespace weir::stream
