#include "crypto/random.h"

#include <set>

#include <gtest/gtest.h>

namespace weir::crypto {
namespace {

TEST(Random, GivesAsManyBytesAsAskedFor) {
  EXPECT_TRUE(RandomBytes(0).empty());
  EXPECT_EQ(RandomBytes(33).size(), 33U);
}

TEST(Random, NeverGivesTheSameTwice) {
  std::set<std::string> seen;
  std::set<uint64_t> numbers;
  for (int i = 0; i < 100; ++i) {
    seen.insert(RandomHex(32));
    numbers.insert(RandomU64());
  }
  EXPECT_EQ(seen.size(), 100U);
  EXPECT_EQ(numbers.size(), 100U);
}

TEST(Random, WritesHexOfEvenAndOddLength) {
  for (const size_t digits : {0U, 1U, 7U, 8U}) {
    const std::string text = RandomHex(digits);
    EXPECT_EQ(text.size(), digits);
    EXPECT_EQ(text.find_first_not_of("0123456789abcdef"), std::string::npos);
  }
}

}  // namespace
}  // namespace weir::crypto
