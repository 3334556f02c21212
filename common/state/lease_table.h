#pragma once

#include <functional>
#include <map>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "state/request.h"

namespace weir::state {

/// The leases of one process's own store: in memory, since nobody outside can hold one, and so they
/// all end with it. Their fencing numbers come from outside.
///
/// Thread: one at a time.
class LeaseTable {
 public:
  /// More leases at a time are refused with kLimitExceeded.
  static constexpr size_t kLeasesMax = 100'000;

  /// `next_fence` is asked once, for a lease that may be had.
  Result<Lease> Acquire(const AcquireRequest& request, Clock::time_point now,
                        const std::function<Result<uint64_t>()>& next_fence);
  Status Renew(const RenewRequest& request, Clock::time_point now);
  Status Release(const ReleaseRequest& request, Clock::time_point now);

 private:
  struct Held {
    std::string owner;
    uint64_t fence = 0;
    Clock::time_point until;
  };

  /// Null: not this one's, or no more.
  Held* Find(const Lease& lease, Clock::time_point now);
  void DropOver(Clock::time_point now);

  std::map<std::string, Held> held_;
};

}  // namespace weir::state
