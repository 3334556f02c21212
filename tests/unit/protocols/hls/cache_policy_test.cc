#include "protocols/hls/cache_policy.h"

#include <gtest/gtest.h>

namespace weir::hls {
namespace {

using namespace std::chrono_literals;

struct Row {
  CacheClass what;
  const char* six;      // target duration of 6 s
  const char* unknown;  // not known, or as short as can be
  bool retry;
};

constexpr Row kTable[] = {
    {CacheClass::kMultivariant, "public, max-age=3, stale-if-error=6",
     "public, max-age=1, stale-if-error=1", false},
    {CacheClass::kChunklist, "public, max-age=1", "public, max-age=1", false},
    {CacheClass::kLegacyChunklist, "public, max-age=3", "public, max-age=1", false},
    {CacheClass::kFixedChunklist, "public, max-age=36", "public, max-age=6", false},
    {CacheClass::kSegment, "public, max-age=86400, immutable", "public, max-age=86400, immutable",
     false},
    {CacheClass::kPart, "public, max-age=86400, immutable", "public, max-age=86400, immutable",
     false},
    {CacheClass::kMissing, "max-age=6", "max-age=1", false},
    {CacheClass::kNotYet, "max-age=1", "max-age=1", false},
    {CacheClass::kNotLive, "max-age=1", "max-age=1", true},
    {CacheClass::kBadRequest, "max-age=1", "max-age=1", false},
    {CacheClass::kWaitExpired, "max-age=1", "max-age=1", true},
    {CacheClass::kOverloaded, "no-store", "no-store", true},
};

TEST(CachePolicy, FollowsTheTable) {
  const CachePolicy policy{CacheAges{}};
  for (const Row& row : kTable) {
    EXPECT_EQ(policy.CacheControl(row.what, 6s), row.six);
    EXPECT_EQ(policy.CacheControl(row.what, 0s), row.unknown);
    EXPECT_EQ(CachePolicy::MayRetry(row.what), row.retry);
  }
}

TEST(CachePolicy, LetsTheConfigurationOverrideSuccesses) {
  const CachePolicy policy({.multivariant = 0,
                            .chunklist = 2,
                            .chunklist_with_directives = 60,
                            .segment = 7,
                            .part = 0});
  EXPECT_EQ(policy.CacheControl(CacheClass::kMultivariant, 6s), "no-cache, no-store");
  EXPECT_EQ(policy.CacheControl(CacheClass::kChunklist, 6s), "public, max-age=2");
  EXPECT_EQ(policy.CacheControl(CacheClass::kLegacyChunklist, 6s), "public, max-age=2");
  EXPECT_EQ(policy.CacheControl(CacheClass::kFixedChunklist, 6s), "public, max-age=60");
  EXPECT_EQ(policy.CacheControl(CacheClass::kSegment, 6s), "public, max-age=7");
  EXPECT_EQ(policy.CacheControl(CacheClass::kPart, 6s), "no-cache, no-store");
  EXPECT_EQ(policy.CacheControl(CacheClass::kMissing, 6s), "max-age=6");
}

}  // namespace
}  // namespace weir::hls
