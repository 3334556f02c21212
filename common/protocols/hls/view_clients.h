#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <unordered_map>

#include "base/clock.h"

namespace weir::hls {

/// Counts distinct clients that were seen lately.
class ViewClients {
 public:
  /// More at once are not told apart from those counted.
  static constexpr size_t kClientsMax = 65'536;

  /// `client` is a hash of what tells clients apart.
  void See(uint64_t client, Clock::time_point now);

  /// Forgets whoever was last seen `window` before `now`, or earlier.
  void Forget(Clock::time_point now, Clock::duration window);

  size_t count() const { return seen_.size(); }

 private:
  std::unordered_map<uint64_t, Clock::time_point> seen_;
};

}  // namespace weir::hls
