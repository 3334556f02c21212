#pragma once

#include <chrono>
#include <map>
#include <string>
#include <utility>

#include "http/message.h"
#include "protocols/hls/cache_policy.h"

namespace weir::hls {

/// Makes the fields that all answers of a kind have, whatever the resource: Cache-Control, Vary and
/// CORS. Where these do not depend on who asks they are made once and shared.
///
/// Thread: one.
class CommonFields {
 public:
  /// What of the asker and the site they depend on.
  struct Audience {
    std::string allow_origin{};  ///< Access-Control-Allow-Origin; empty leaves it out.
    bool vary_origin = false;    ///< Another origin would get another one.
  };

  explicit CommonFields(CachePolicy policy) : policy_(std::move(policy)) {}

  const CachePolicy& policy() const { return policy_; }

  /// Of a 200. `target` is the stream's target duration, zero where it is not known.
  http::SharedFieldsPtr Of(CacheClass what, std::chrono::seconds target, const Audience& audience);

  /// Adds Vary and CORS to an answer of another kind.
  static void AddTo(http::Fields& fields, const Audience& audience);

 private:
  http::SharedFieldsPtr Make(CacheClass what, std::chrono::seconds target,
                             const Audience& audience) const;

  /// More target durations than this at a time are not remembered.
  static constexpr size_t kKeptMax = 256;

  CachePolicy policy_;
  // Of an audience that may come from anywhere.
  std::map<std::pair<CacheClass, std::chrono::seconds>, http::SharedFieldsPtr> kept_;
};

/// Playlists come in gzip where that is accepted; media never does.
bool IsPlaylist(CacheClass what);

/// Whether it changes under its address while the stream goes on.
bool IsCurrentChunklist(CacheClass what);

}  // namespace weir::hls
