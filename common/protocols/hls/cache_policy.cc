#include "protocols/hls/cache_policy.h"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

namespace weir::hls {
namespace {

/// Media never changes under its name; a day is longer than anybody watches behind.
constexpr int64_t kMediaAge = 86'400;

std::string DefaultFor(CacheClass what, int64_t target) {
  const int64_t half = std::max<int64_t>(target / 2, 1);
  switch (what) {
    case CacheClass::kMultivariant:
      return fmt::format("public, max-age={}, stale-if-error={}", half, target);
    case CacheClass::kChunklist:
      return "public, max-age=1";
    case CacheClass::kLegacyChunklist:
      return fmt::format("public, max-age={}", half);
    case CacheClass::kFixedChunklist:
      return fmt::format("public, max-age={}", 6 * target);
    case CacheClass::kSegment:
    case CacheClass::kPart:
      return fmt::format("public, max-age={}, immutable", kMediaAge);
    case CacheClass::kMissing:
      return fmt::format("max-age={}", target);
    case CacheClass::kNotYet:
    case CacheClass::kNotLive:
    case CacheClass::kBadRequest:
    case CacheClass::kWaitExpired:
      return "max-age=1";
    case CacheClass::kOverloaded:
      return "no-store";
  }
  return "no-store";
}

}  // namespace

std::string CachePolicy::CacheControl(CacheClass what, std::chrono::seconds target) const {
  const int64_t configured = Configured(what);
  if (configured == 0) return "no-cache, no-store";
  if (configured > 0) return fmt::format("public, max-age={}", configured);
  return DefaultFor(what, std::max<int64_t>(target.count(), 1));
}

bool CachePolicy::MayRetry(CacheClass what) {
  return what == CacheClass::kNotLive || what == CacheClass::kWaitExpired ||
         what == CacheClass::kOverloaded;
}

int64_t CachePolicy::Configured(CacheClass what) const {
  switch (what) {
    case CacheClass::kMultivariant:
      return ages_.multivariant;
    case CacheClass::kChunklist:
    case CacheClass::kLegacyChunklist:
      return ages_.chunklist;
    case CacheClass::kFixedChunklist:
      return ages_.chunklist_with_directives;
    case CacheClass::kSegment:
      return ages_.segment;
    case CacheClass::kPart:
      return ages_.part;
    default:
      return CacheAges::kDefaultAge;
  }
}

}  // namespace weir::hls
