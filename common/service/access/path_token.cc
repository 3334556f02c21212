#include "service/access/path_token.h"

#include <fmt/format.h>

#include "base/text.h"
#include "crypto/base64.h"
#include "crypto/constant_time.h"
#include "crypto/hmac.h"

namespace weir::service {
namespace {

constexpr size_t kMacSize = 43;
constexpr size_t kSegmentMax = 128;
constexpr size_t kExpiryDigits = 12;  // far enough, and far from overflowing

std::string Mac(const PathTokenOptions::Key& key, const TokenScope& scope,
                std::chrono::sys_seconds expiry, std::string_view address) {
  const std::string text = fmt::format("v1\n{}\n{}\n{}/{}\n{}\n{}", key.id, scope.vhost, scope.app,
                                       scope.stream, expiry.time_since_epoch().count(), address);
  return crypto::Base64UrlEncode(crypto::Hmac(crypto::HashAlgorithm::kSha256, key.secret, text));
}

std::optional<std::chrono::sys_seconds> ReadExpiry(std::string_view text) {
  // One spelling only, so that one token is one text: no sign, no leading zero.
  if (text.empty() || text.size() > kExpiryDigits || text.front() < '1' || text.front() > '9')
    return std::nullopt;
  const auto seconds = ReadNumber<int64_t>(text);
  if (!seconds) return std::nullopt;
  return std::chrono::sys_seconds(std::chrono::seconds(*seconds));
}

}  // namespace

std::optional<PathToken> PathToken::Parse(std::string_view segment) {
  if (!IsMeant(segment) || segment.size() > kSegmentMax) return std::nullopt;
  std::string_view rest = segment.substr(2);
  const auto expiry = ReadExpiry(TakeUntil(rest, '~'));
  const std::string_view kind = TakeUntil(rest, '~');
  const std::string_view key_id = TakeUntil(rest, '~');
  if (!expiry || (kind != "a" && kind != "n") || key_id.empty() || rest.size() != kMacSize)
    return std::nullopt;
  return PathToken{.expiry = *expiry, .bound = kind == "a", .key_id = key_id, .mac = rest};
}

std::string PathTokens::Make(const TokenScope& scope, std::chrono::sys_seconds expiry,
                             std::string_view address) const {
  const PathTokenOptions::Key& key = options_.keys.front();
  return fmt::format("t~{}~{}~{}~{}", expiry.time_since_epoch().count(),
                     address.empty() ? 'n' : 'a', key.id, Mac(key, scope, expiry, address));
}

Result<PathToken> PathTokens::Check(std::string_view segment, const TokenScope& scope,
                                    std::string_view address, UtcTime now) const {
  const std::optional<PathToken> token = PathToken::Parse(segment);
  if (!token) return Fail(ErrorCode::kRefused, "the path token is malformed");
  if (now >= token->expiry) return Fail(ErrorCode::kRefused, "the path token has expired");
  for (const PathTokenOptions::Key& key : options_.keys) {
    if (key.id != token->key_id) continue;
    const std::string_view bound_to = token->bound ? address : std::string_view();
    // One bound to no address would be another kind's.
    const bool possible = !token->bound || !address.empty();
    if (possible &&
        crypto::EqualInConstantTime(Mac(key, scope, token->expiry, bound_to), token->mac))
      return *token;
    return Fail(ErrorCode::kRefused, "the path token is not for this stream and client");
  }
  return Fail(ErrorCode::kRefused, "the path token's key is not known");
}

}  // namespace weir::service
