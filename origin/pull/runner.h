#pragma once

#include <cstdint>

#include "base/result.h"
#include "origin/pull/spec.h"
#include "stream/stream_path.h"

namespace weir::pull {

/// Does the pulling, of which each has a number of its own.
///
/// Thread: the control loop.
class Runner {
 public:
  /// What becomes of pulls. Called on the control loop, from a turn of its own.
  class Observer {
   public:
    virtual ~Observer() = default;

    /// It works. Not told of one that has worked before (Plan).
    virtual void OnLive(uint64_t id) = 0;

    /// There is no such pull any more. Not told of one that was ended by End.
    virtual void OnOver(uint64_t id, const Error& reason) = 0;
  };

  virtual ~Runner() = default;

  virtual void Start(uint64_t id, const stream::StreamPath& path, const Plan& plan) = 0;

  /// Its stream is ended, and who watches is let go of. A call of the observer may be under way.
  virtual void End(uint64_t id, const stream::StreamPath& path) = 0;
};

}  // namespace weir::pull
