#include "base/local_time.h"

#include <chrono>
#include <cstdlib>
#include <ctime>

#include <gtest/gtest.h>

namespace weir {
namespace {

constexpr UtcTime kTime{std::chrono::milliseconds(1'700'000'000'250)};

void SetZone(const char* zone) {
  ::setenv("TZ", zone, 1);  // NOLINT(concurrency-mt-unsafe): one thread
  ::tzset();
}

TEST(LocalTime, IsWrittenWithItsZone) {
  SetZone("KST-9");
  EXPECT_EQ(FormatLocal(kTime, "YYYY/MM/DD hh:mm:ss"), "2023/11/15 07:13:20");
  EXPECT_EQ(IsoLocal(kTime), "2023-11-15T07:13:20.250+09:00");
  EXPECT_EQ(IsoLocal(kTime, false), "2023-11-15T07:13:20.250+0900");
  EXPECT_EQ(LocalOffset(kTime), "+0900");
  EXPECT_EQ(LocalZone(kTime), "KST");
}

TEST(LocalTime, MayBeBehindUtcByHalfAnHour) {
  SetZone("NST3:30");
  EXPECT_EQ(LocalOffset(kTime, true), "-03:30");
  EXPECT_EQ(IsoLocal(kTime), "2023-11-14T18:43:20.250-03:30");
}

}  // namespace
}  // namespace weir
