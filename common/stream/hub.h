#pragma once

#include <memory>
#include <vector>

#include "stream/receiver.h"

namespace weir::stream {

/// All of one stream's receivers on one loop, so that an event crosses over to them once.
///
/// Thread: that loop.
class Hub {
 public:
  void Add(std::shared_ptr<Receiver> receiver);

  void Deliver(const Event& event);

 private:
  // Shared with the Subscription, which may go inside a call that passes through the receiver.
  std::vector<std::shared_ptr<Receiver>> receivers_;
};

}  // namespace weir::stream
