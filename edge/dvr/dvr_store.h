#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/executor.h"
#include "base/result.h"
#include "base/shared_bytes.h"
#include "base/worker_thread.h"
#include "edge/dvr/dvr_disk.h"
#include "protocols/hls/published.h"

namespace weir::edge {

struct DvrLimits {
  uint64_t bytes_max = 0;  ///< On disk; 0: no bound.
  std::chrono::seconds age_max{3'600};
  size_t queued_bytes_max = size_t{64} << 20;  ///< Not written yet.
  size_t reads_max = 16;                       ///< Under way or waiting, each of a segment.
};

/// What has become of the files of all streams.
struct DvrStats {
  uint64_t bytes = 0;  ///< On disk now.
  uint64_t segments_written = 0;
  uint64_t segments_lost = 0;  ///< Not written: no room, too slow, broken.
  uint64_t segments_read = 0;
  uint64_t reads_failed = 0;
};

/// Keeps the files of all streams of an edge: one thread writes, another reads, so that no loop
/// waits for a disk. What is too much for it is refused at once.
///
/// Thread: any. Answers come on the executor given, which outlives the store's calls.
class DvrStore {
 public:
  using Written = std::function<void(Status)>;
  using Media = std::function<void(Result<hls::ResourcePtr>)>;
  using Files = std::function<void(std::vector<DvrFile>)>;

  DvrStore(std::unique_ptr<DvrDisk> disk, DvrLimits limits);

  /// As DvrDisk::Open; then what is too old is removed, on the store's own time.
  Status Open();

  /// kLimitExceeded: no room. kUnavailable: the disk is broken, or too slow.
  void Write(const DvrFile& file, SharedBytes bytes, Executor& home, Written written);

  void Remove(const DvrFile& file);

  /// kUnavailable: too many at once.
  void Read(const DvrFile& file, Executor& home, Media read);

  void List(const std::string& key, Executor& home, Files listed);

  /// Removes what is too old, once a minute at most.
  void Sweep(std::chrono::steady_clock::time_point now);

  DvrStats stats() const;

 private:
  Status WriteNow(const DvrFile& file, const SharedBytes& bytes);
  Result<hls::ResourcePtr> ReadNow(const DvrFile& file) const;

  const std::unique_ptr<DvrDisk> disk_;
  const DvrLimits limits_;
  std::atomic<size_t> queued_bytes_{0};
  std::atomic<size_t> reads_{0};
  std::atomic<uint64_t> bytes_{0};
  std::atomic<uint64_t> written_{0};
  std::atomic<uint64_t> lost_{0};
  std::atomic<uint64_t> read_{0};
  std::atomic<uint64_t> reads_failed_{0};
  std::atomic<std::chrono::steady_clock::rep> swept_{0};
  // Last: they end before what their tasks use.
  WorkerThread writer_;
  WorkerThread reader_;
};

}  // namespace weir::edge
