#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "service/access/access_options.h"

namespace weir::service {

/// What a path token is good for: one stream of one virtual host.
struct TokenScope {
  std::string_view vhost;  ///< Its <Name>.
  std::string_view app;
  std::string_view stream;
};

/// The parts of a token, which stands as the first segment of a path:
///
///   t~<expiry>~<n|a>~<key id>~<mac>
///
/// The expiry is in seconds since 1970; "a" tokens are good for one client address, "n" tokens for
/// any; the mac is 43 characters of base64url.
struct PathToken {
  std::chrono::sys_seconds expiry;
  bool bound = false;
  std::string_view key_id;
  std::string_view mac;

  /// Whether a segment of a path is meant to be a token: it begins "t~".
  static bool IsMeant(std::string_view segment) { return segment.starts_with("t~"); }

  /// Nothing where it is malformed. Points into `segment`.
  static std::optional<PathToken> Parse(std::string_view segment);
};

/// Makes and checks the tokens of one virtual host. What is signed is
///
///   v1 LF key id LF vhost LF app/stream LF expiry LF address
///
/// by HMAC-SHA256, where the address is empty for tokens that are good for any.
///
/// Thread: any; immutable.
class PathTokens {
 public:
  /// `options` outlive it.
  explicit PathTokens(const PathTokenOptions& options) : options_(options) {}

  /// `address` is the client's, as net::IpAddress::Text() gives it; empty for a token for any.
  std::string Make(const TokenScope& scope, std::chrono::sys_seconds expiry,
                   std::string_view address) const;

  /// kRefused with the reason, for the log: malformed, expired, or not made with one of the keys
  /// for this stream and address. `address` as in Make; used for "a" tokens alone.
  Result<PathToken> Check(std::string_view segment, const TokenScope& scope,
                          std::string_view address, UtcTime now) const;

 private:
  const PathTokenOptions& options_;
};

}  // namespace weir::service
