#include "base/text.h"

#include <cstdint>

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(TakeUntilTest, TakesWhatStandsBeforeTheFirstSeparator) {
  std::string_view text = "a/b/";
  EXPECT_EQ(TakeUntil(text, '/'), "a");
  EXPECT_EQ(text, "b/");
  EXPECT_EQ(TakeUntil(text, '/'), "b");
  EXPECT_EQ(text, "");
}

TEST(TakeUntilTest, TakesAllWhereThereIsNone) {
  std::string_view text = "abc";
  EXPECT_EQ(TakeUntil(text, '/'), "abc");
  EXPECT_EQ(text, "");
  EXPECT_EQ(TakeUntil(text, '/'), "");
}

TEST(ReadNumberTest, ReadsAllOrNothing) {
  EXPECT_EQ(ReadNumber<int>("12"), 12);
  EXPECT_EQ(ReadNumber<int>("-7"), -7);
  EXPECT_EQ(ReadNumber<int>("007"), 7);
  EXPECT_EQ(ReadNumber<uint16_t>("65535"), 65'535);
  for (const char* wrong : {"", " 1", "1 ", "+1", "-1", "1a", "65536", "0x10"})
    EXPECT_EQ(ReadNumber<uint16_t>(wrong), std::nullopt) << wrong;
}

TEST(ReplaceAllTest, ReplacesEachOnce) {
  EXPECT_EQ(ReplaceAll("$ and $", "$", "a$"), "a$ and a$");
  EXPECT_EQ(ReplaceAll("none", "$", "x"), "none");
  EXPECT_EQ(ReplaceAll("$$", "$", ""), "");
}

TEST(SplitNames, LeavesSpaceAndEmptyPiecesOut) {
  EXPECT_EQ(SplitNames(" a,b b ,\n\tc"), (std::vector<std::string>{"a", "b b", "c"}));
  EXPECT_EQ(SplitNames(", ,"), std::vector<std::string>{});
  EXPECT_EQ(SplitNames(""), std::vector<std::string>{});
}

}  // namespace
}  // namespace weir
