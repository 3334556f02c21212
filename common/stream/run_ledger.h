#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/executor.h"
#include "stream/stream_path.h"

namespace weir::stream {

/// Remembers for each stream which segment numbers and how many runs it has had, so that a
/// publication that comes later, in this process or the next, never goes back.
///
/// Kept in memory and in one small file, which is written whole to a temporary file and renamed on
/// the writer's thread: when a run opens, when numbers outrun the clock, and at the end. After a
/// kill the file may know no more of a run than its start; numbers taken from the clock are past
/// that by then.
///
/// Thread: any. The writer must run what was posted to it before it ends (as WorkerThread does).
class RunLedger {
 public:
  struct Options {
    std::string file;            ///< Empty: memory only.
    size_t paths_max = 100'000;  ///< More forget the one not used for longest.
  };

  /// What a new run starts with.
  struct Opening {
    int64_t first_number = 0;
    int64_t discontinuity_sequence = 0;
  };

  /// Reads the file, at once; where there is none starts empty, and where it is damaged too, with a
  /// warning.
  RunLedger(Options options, Executor& writer);
  ~RunLedger();  ///< Posts a last write.

  RunLedger(const RunLedger&) = delete;
  RunLedger& operator=(const RunLedger&) = delete;

  /// A run of `path` begins. Its first number is `clock_number`, which comes of the wall clock, or
  /// the one after the last where that is more.
  Opening Open(const StreamPath& path, int64_t clock_number);

  /// Segment `number` of the open run begins, at a time whose own number would be `clock_number`.
  void Advance(const StreamPath& path, int64_t number, int64_t clock_number);

  /// How many paths are remembered.
  size_t size() const;

 private:
  struct State;
  // Shared with the write under way on the writer's thread, which may outlive the ledger.
  std::shared_ptr<State> state_;
};

}  // namespace weir::stream
