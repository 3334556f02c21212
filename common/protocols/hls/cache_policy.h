#pragma once

#include <chrono>
#include <string>

#include "protocols/hls/options.h"

namespace weir::hls {

/// Kinds of answers, as far as caches are concerned.
enum class CacheClass {
  kMultivariant,
  kChunklist,        ///< The current one: changes with the next part.
  kFixedChunklist,   ///< Asked with _HLS_msn and answered for ever.
  kLegacyChunklist,  ///< The current one without low latency: changes with the next segment.
  kSegment,          ///< Init segments too.
  kPart,
  kMissing,      ///< A file that is gone, or that will never be.
  kNotYet,       ///< A file that may come.
  kNotLive,      ///< A stream that may come.
  kBadRequest,   ///< Directives that make no sense, now or ever.
  kWaitExpired,  ///< What was waited for did not come.
  kOverloaded,   ///< We cannot answer now.
};

/// Which Cache-Control an answer gets: so that a CDN keeps what never changes, collapses the
/// requests for what does, and soon forgets a failure.
class CachePolicy {
 public:
  explicit CachePolicy(CacheAges ages) : ages_(ages) {}

  /// `target` is the stream's target duration, zero where it is not known.
  std::string CacheControl(CacheClass what, std::chrono::seconds target) const;

  /// Whether the answer says when to come again (Retry-After).
  static bool MayRetry(CacheClass what);

 private:
  int64_t Configured(CacheClass what) const;

  CacheAges ages_;
};

}  // namespace weir::hls
