#pragma once

#include <cstdint>
#include <optional>

namespace weir::rtmp {

/// Turns timestamps of 32 bits, which wrap after 49 days, into ones that do not.
///
/// A step of less than 2^31 is taken for what it looks like, forward or backward; so a jump back of
/// an hour stays one, for the pipeline behind to repair.
class TimestampUnwrapper {
 public:
  int64_t Unwrap(uint32_t timestamp) {
    if (last_) {
      *last_ += static_cast<int32_t>(timestamp - static_cast<uint32_t>(*last_));
    } else {
      last_ = timestamp;
    }
    return *last_;
  }

 private:
  std::optional<int64_t> last_;
};

}  // namespace weir::rtmp
