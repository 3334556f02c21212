#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/node.h"

namespace weir::hls {

/// Seconds of max-age per class of answer: OvenMediaEngine's <CacheControl>. 0 answers "no-cache,
/// no-store", and kDefaultAge what suits the resource (cache_policy.h).
struct CacheAges {
  static constexpr int64_t kDefaultAge = -1;

  int64_t multivariant = kDefaultAge;               ///< MasterPlaylistMaxAge
  int64_t chunklist = kDefaultAge;                  ///< ChunklistMaxAge
  int64_t chunklist_with_directives = kDefaultAge;  ///< ChunklistWithDirectivesMaxAge
  int64_t segment = kDefaultAge;                    ///< SegmentMaxAge, init segments too
  int64_t part = kDefaultAge;                       ///< PartialSegmentMaxAge
};

/// The <LLHLS> publisher element of an application.
struct Options {
  // How a stream is cut, for the origin's timeline and the packager.
  int segment_count = 10;                             ///< SegmentCount, whole ones listed.
  std::chrono::milliseconds segment_duration{6'000};  ///< SegmentDuration, seconds there.
  std::chrono::milliseconds chunk_duration{500};      ///< ChunkDuration, seconds there.
  std::chrono::milliseconds part_hold_back{0};        ///< PartHoldBack; 0 is 3 x ChunkDuration.
  bool preload_hint = true;                           ///< EnablePreloadHint

  // How it is served.
  /// CrossDomains/Url: "*", or origins with the wildcards * and ?, with or without a scheme.
  std::vector<std::string> cross_domains{"*"};
  CacheAges cache;
};

/// `llhls` is the <LLHLS> element, or <Publishers><LLHLS> of the application.
Result<Options> ReadOptions(const config::Node& llhls);

}  // namespace weir::hls
