#pragma once

#include <vector>

#include "base/result.h"
#include "protocols/rtmp/message.h"

namespace weir::rtmp {

/// The messages inside a kAggregate message (Adobe RTMP 1.0, section 7.1.6): slices of it, with
/// timestamps moved so that the first one has the aggregate's.
///
/// kMalformed: cut short. At most one message per 11 bytes comes out, so the memory is bounded by
/// the message's own size.
Result<std::vector<Message>> SplitAggregate(const Message& aggregate);

}  // namespace weir::rtmp
