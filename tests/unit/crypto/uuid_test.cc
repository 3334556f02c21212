#include "crypto/uuid.h"

#include <gmock/gmock.h>

namespace weir::crypto {
namespace {

TEST(RandomUuid, IsOfVersionFourAndNeverTheSame) {
  const std::string one = RandomUuid();
  EXPECT_THAT(one, ::testing::MatchesRegex(
                       "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
  EXPECT_NE(one, RandomUuid());
}

}  // namespace
}  // namespace weir::crypto
