#pragma once

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

/// What an edge takes from an application's <LLHLS> publisher element: how streams are served. How
/// they are cut is the origin's business (cut_options.h).
struct Options {
  /// CrossDomains/Url: "*", or origins with the wildcards * and ?, with or without a scheme.
  std::vector<std::string> cross_domains{"*"};
  CacheAges cache;
  /// DefaultQueryString, as a query: what the address of a multivariant playlist leaves out. The
  /// chunklists' addresses in it carry the outcome, so theirs leave nothing out.
  std::string default_query{};
};

/// `llhls` is the <LLHLS> element. `fallback` is the <CrossDomains> that holds where it has none of
/// its own; null: there is none.
Result<Options> ReadOptions(const config::Node& llhls, const config::Node* fallback = nullptr);

}  // namespace weir::hls
