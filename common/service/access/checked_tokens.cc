#include "service/access/checked_tokens.h"

#include <optional>
#include <utility>

#include <fmt/format.h>

namespace weir::service {
namespace {

constexpr size_t kKeyMax = 1'024;

}  // namespace

Status CheckedTokens::Check(std::string_view segment, const TokenScope& scope,
                            std::string_view address, UtcTime now) {
  const std::optional<PathToken> parsed = PathToken::Parse(segment);
  std::string key = fmt::format("{}\n{}\n{}/{}\n{}", segment, scope.vhost, scope.app, scope.stream,
                                parsed && parsed->bound ? address : std::string_view());
  if (IsKnown(key, now)) return {};
  const Result<PathToken> token = tokens_.Check(segment, scope, address, now);
  if (!token) return tl::unexpected(token.error());
  if (key.size() <= kKeyMax) Remember(std::move(key), token->expiry);
  return {};
}

bool CheckedTokens::IsKnown(const std::string& key, UtcTime now) {
  const auto young = young_.find(key);
  if (young != young_.end()) return now < young->second;
  const auto old = old_.find(key);
  if (old == old_.end()) return false;
  const std::chrono::sys_seconds expiry = old->second;
  Remember(key, expiry);
  return now < expiry;
}

void CheckedTokens::Remember(std::string key, std::chrono::sys_seconds expiry) {
  if (young_.size() >= size_) {
    old_ = std::exchange(young_, {});
  }
  young_.emplace(std::move(key), expiry);
}

}  // namespace weir::service
