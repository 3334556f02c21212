#pragma once

#include <map>

#include "protocols/relay/messages/viewers.h"
#include "stream/stream_path.h"

namespace weir::relay {

/// Who watches pulled streams here, for their origins that ask.
///
/// Thread: any loop.
class ViewerDesk {
 public:
  /// What streams are called at the origin that asks, by what they are called here.
  using Names = std::map<stream::StreamPath, stream::StreamPath>;

  virtual ~ViewerDesk() = default;

  /// Of these streams only. The answer has the origin's names.
  virtual ViewersPage Find(const Names& streams, const FindViewers& question) = 0;

  virtual ViewersEnded End(const Names& streams, const EndViewers& order) = 0;
};

}  // namespace weir::relay
