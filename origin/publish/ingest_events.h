#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/allowance.h"
#include "base/clock.h"
#include "media/event.h"
#include "service/host_book.h"
#include "stream/ingest/quiet_log.h"
#include "stream/stream_path.h"

namespace weir::origin {

/// Which of a publisher's events go on: those whose kind its application's event forward policy
/// does not name, and no more of them than a stream may have. What the API and the operator's files
/// make does not come by here; what another origin sends with a stream that is pulled does.
///
/// Thread: one loop.
class IngestEvents {
 public:
  // At once, and per second from then on.
  static constexpr double kCountMax = 200;
  static constexpr double kCountPerSecond = 100;
  static constexpr double kBytesMax = 512 << 10;
  static constexpr double kBytesPerSecond = 128 << 10;

  /// `book` outlives it.
  IngestEvents(const service::HostBook& book, const stream::StreamPath& path,
               Clock::time_point now);

  /// Whether `event` goes on, that has come now. What was too much is told to the log.
  bool Take(const media::Event& event, Clock::time_point now, UtcTime utc);

 private:
  bool IsDropped(media::Event::Kind kind);

  const service::HostBook& book_;
  const stream::StreamPath path_;
  std::optional<uint64_t> version_;   // of the book when `dropped_` was read
  std::vector<std::string> dropped_;  // as the policy names them
  Allowance count_;
  Allowance bytes_;
  stream::QuietLog log_;
};

}  // namespace weir::origin
