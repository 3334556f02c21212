#include "base/backoff.h"

#include <gtest/gtest.h>

namespace weir {
namespace {

using std::chrono::milliseconds;

constexpr Backoff::Options kOptions{
    .first = milliseconds(100), .most = milliseconds(500), .least = milliseconds(10)};

TEST(Backoff, DoublesUpToItsBound) {
  Backoff backoff(kOptions, [] { return 1.0; });
  for (const int expected : {100, 200, 400, 500, 500, 500})
    EXPECT_EQ(backoff.Next(), milliseconds(expected));
}

TEST(Backoff, WaitsARandomPartOfTheSpan) {
  double random = 0.5;
  Backoff backoff(kOptions, [&] { return random; });
  EXPECT_EQ(backoff.Next(), milliseconds(50));
  random = 0.25;
  EXPECT_EQ(backoff.Next(), milliseconds(50));
  random = 0;
  EXPECT_EQ(backoff.Next(), milliseconds(10)) << "never less than the least";
}

TEST(Backoff, StartsAgainAfterASuccess) {
  Backoff backoff(kOptions, [] { return 1.0; });
  backoff.Next();
  backoff.Next();
  backoff.Reset();
  EXPECT_EQ(backoff.Next(), milliseconds(100));
}

TEST(Backoff, StaysBoundedHoweverOftenItFails) {
  Backoff backoff(kOptions, [] { return 7.0; });  // a broken generator, too
  for (int i = 0; i < 1000; ++i)
    EXPECT_LE(backoff.Next(), milliseconds(500));
}

TEST(Backoff, NeverGoesPastABoundBelowTheFirstSpan) {
  Backoff backoff({.first = milliseconds(100), .most = milliseconds(30), .least = milliseconds(1)},
                  [] { return 1.0; });
  EXPECT_EQ(backoff.Next(), milliseconds(30));
  EXPECT_EQ(backoff.Next(), milliseconds(30));
}

}  // namespace
}  // namespace weir
