#include "base/shared_bytes.h"

#include <array>

#include <gmock/gmock.h>

namespace weir {
namespace {

TEST(SharedBytes, CopiesNoByteWhenCopied) {
  std::vector<uint8_t> bytes{1, 2, 3};
  const uint8_t* data = bytes.data();
  const SharedBytes shared(std::move(bytes));
  const SharedBytes copy = shared;  // NOLINT(performance-unnecessary-copy-initialization)
  EXPECT_EQ(shared.data(), data);
  EXPECT_EQ(copy.data(), data);
}

TEST(SharedBytes, KeepsTheBytesAliveThroughASlice) {
  SharedBytes slice;
  {
    const SharedBytes whole(std::string("hello, world"));
    slice = whole.Slice(7, 5);
    EXPECT_EQ(whole.From(7).text(), "world");
  }
  EXPECT_EQ(slice.text(), "world");
}

TEST(SharedBytes, ViewsStaticBytesInPlace) {
  static constexpr std::array<uint8_t, 3> kBytes{1, 2, 3};
  EXPECT_EQ(SharedBytes::Static(kBytes).data(), kBytes.data());
}

TEST(SharedBytes, CopiesWhenTold) {
  std::array<uint8_t, 3> bytes{1, 2, 3};
  const SharedBytes copy = SharedBytes::Copy(bytes);
  bytes[0] = 9;
  EXPECT_THAT(copy.view(), ::testing::ElementsAre(1, 2, 3));
}

TEST(SharedBytes, IsEmptyByDefaultAndAtItsEnd) {
  EXPECT_TRUE(SharedBytes().empty());
  EXPECT_EQ(SharedBytes().size(), 0U);
  EXPECT_TRUE(SharedBytes(std::string("abc")).From(3).empty());
}

}  // namespace
}  // namespace weir
