#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/clock.h"
#include "base/result.h"
#include "service/access/path_token.h"

namespace weir::service {

/// PathTokens that remember what they have checked, as one viewer shows the same token with each
/// part. Two generations, the older of which is forgotten when the younger is full.
///
/// Thread: one.
class CheckedTokens {
 public:
  /// `options` outlive it; `size` is of one generation.
  explicit CheckedTokens(const PathTokenOptions& options, size_t size = 4'096)
      : tokens_(options), size_(size) {}

  /// As PathTokens::Check.
  Status Check(std::string_view segment, const TokenScope& scope, std::string_view address,
               UtcTime now);

  const PathTokens& tokens() const { return tokens_; }

 private:
  using Expiries = std::unordered_map<std::string, std::chrono::sys_seconds>;

  bool IsKnown(const std::string& key, UtcTime now);
  void Remember(std::string key, std::chrono::sys_seconds expiry);

  PathTokens tokens_;
  const size_t size_;
  Expiries young_;
  Expiries old_;
};

}  // namespace weir::service
