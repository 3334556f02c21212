#include "stream/registry.h"

#include <gtest/gtest.h>

#include "sample_stream.h"
#include "stream/stream.h"
#include "support/manual_executor.h"

namespace weir::stream {
namespace {

using test::kPath;

class RegistryTest : public ::testing::Test {
 protected:
  weir::test::ManualExecutor home_;
  Stream first_{kPath, home_, {}};
  Stream second_{kPath, home_, {}};
  Registry registry_;
};

TEST_F(RegistryTest, FindsWhatWasClaimed) {
  EXPECT_FALSE(registry_.Find(kPath));
  ASSERT_TRUE(registry_.Claim(kPath, first_.ref()));
  EXPECT_EQ(registry_.Find(kPath), first_.ref());
  EXPECT_EQ(registry_.List(), std::vector{kPath});
}

TEST_F(RegistryTest, RefusesANameThatIsTaken) {
  ASSERT_TRUE(registry_.Claim(kPath, first_.ref()));
  const Status again = registry_.Claim(kPath, second_.ref());
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::kRefused);
  EXPECT_EQ(registry_.Find(kPath), first_.ref());
}

TEST_F(RegistryTest, OnlyTheHolderReleasesAName) {
  ASSERT_TRUE(registry_.Claim(kPath, first_.ref()));
  registry_.Release(kPath, second_.ref());
  EXPECT_TRUE(registry_.Find(kPath));
  registry_.Release(kPath, first_.ref());
  EXPECT_FALSE(registry_.Find(kPath));
  EXPECT_TRUE(registry_.Claim(kPath, second_.ref()));
}

}  // namespace
}  // namespace weir::stream
