#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/guarded.h"
#include "base/result.h"
#include "base/worker_thread.h"

namespace weir {

/// Appends lines to a file, or to standard output, on a thread of its own. Whoever writes never
/// waits for the disk: when too much is waiting already, lines are dropped and counted.
///
/// Thread: any, but where it says otherwise.
class LineFile {
 public:
  /// So much may wait; as much again is being written meanwhile.
  static constexpr size_t kBytesMax = size_t{4} << 20;

  /// `path` of "stdout" is standard output.
  explicit LineFile(std::string path);
  ~LineFile();  ///< Writes what waits.

  LineFile(const LineFile&) = delete;
  LineFile& operator=(const LineFile&) = delete;

  /// Before the first Write, on the thread that made it.
  Status Open();

  /// `lines` are whole, each with its line feed.
  void Write(std::string_view lines);

  /// Goes on in a new file of the same name: after somebody has moved the old one away.
  void Reopen();

  /// Lines that were dropped, or that the disk did not take.
  uint64_t dropped() const { return dropped_.load(std::memory_order_relaxed); }

 private:
  struct Waiting {
    std::string lines;
    bool told = false;  // The writer has been asked to come for them.
  };

  bool is_stdout() const { return path_ == "stdout"; }

  Result<int> OpenFile() const;
  void Drop(std::string_view lines);
  void Flush();
  void WriteOut(std::string_view lines);

  const std::string path_;
  std::atomic<uint64_t> dropped_{0};
  Guarded<Waiting> waiting_;
  int fd_ = -1;           // the writer's, once open
  bool failing_ = false;  // the writer's: its last write failed
  WorkerThread writer_;   // goes first, and writes the rest
};

}  // namespace weir
