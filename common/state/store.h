#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "state/request.h"
#include "state/watch.h"

namespace weir::state {

template <class T>
using Answer = std::function<void(Result<T>)>;

/// A small ordered map of keys to values, and leases, that outlives the program.
///
/// Every call is answered once, from a later turn of the store's loop, at the latest when
/// `patience` has passed; not at all once the store is gone. An answer may destroy the store.
///
/// Errors, for all calls:
///   kConflict       the key has another version than expected; the lease is somebody else's
///   kNotFound       there is no such key
///   kUnavailable    the disk, or Redis, did not do it. Unless the detail says "not done", a write
///                   may have happened: read again; a write with `expected` is safe to repeat
///   kLimitExceeded  larger than the limits in request.h, or too many calls are waiting
///   kMalformed      not a possible request; or what is stored is damaged
///   kRefused        Redis does not allow it to this user
///
/// Thread: its loop's. LoopStore gives other loops a store of their own.
class Store {
 public:
  Store() = default;
  virtual ~Store() = default;

  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  void Get(std::string key, Clock::duration patience, Answer<Entry> answer);

  /// Gives the new version. What is acknowledged is on the disk (embedded), or with the Redis
  /// server, as safe as that is set up to be.
  void Put(PutRequest request, Clock::duration patience, Answer<uint64_t> answer);

  void Remove(RemoveRequest request, Clock::duration patience, Answer<void> answer);

  void Scan(ScanRequest request, Clock::duration patience, Answer<Page> answer);

  /// A lease that is free, has run out, or is the same owner's, who gets a new fencing number; its
  /// earlier one is void. Leases are no keys: scans and watches do not show them.
  void Acquire(AcquireRequest request, Clock::duration patience, Answer<Lease> answer);

  /// kConflict: it has run out, or was acquired anew: stop acting for it. The time to live runs
  /// from when the store did it, so count from before the call; and where renewing fails otherwise,
  /// stop once it is over.
  void Renew(RenewRequest request, Clock::duration patience, Answer<void> answer);

  /// kConflict as for Renew.
  void Release(ReleaseRequest request, Clock::duration patience, Answer<void> answer);

  /// Tells `watcher`, which outlives the watch, of writes to keys with that prefix.
  [[nodiscard]] virtual std::unique_ptr<Watch> StartWatch(std::string prefix, Watcher& watcher) = 0;

  /// What the calls above are made of.
  virtual void Call(Request request, Clock::duration patience, Answer<Reply> answer) = 0;

 private:
  template <class T>
  void Ask(Request request, Clock::duration patience, Answer<T> answer);
};

}  // namespace weir::state
