#include "service/letters.h"

#include <gtest/gtest.h>

namespace weir::service {
namespace {

TEST(Wildcards, MatchAnyTextAndAnyCharacter) {
  EXPECT_TRUE(MatchesWildcards("*", ""));
  EXPECT_TRUE(MatchesWildcards("*", "anything"));
  EXPECT_TRUE(MatchesWildcards("a*c", "abbbc"));
  EXPECT_TRUE(MatchesWildcards("a*c", "ac"));
  EXPECT_TRUE(MatchesWildcards("a?c", "abc"));
  EXPECT_TRUE(MatchesWildcards("*b*b*", "abcb"));
  EXPECT_TRUE(MatchesWildcards("", ""));
}

TEST(Wildcards, DoNotMatchOtherText) {
  EXPECT_FALSE(MatchesWildcards("", "a"));
  EXPECT_FALSE(MatchesWildcards("?", ""));
  EXPECT_FALSE(MatchesWildcards("a?c", "ac"));
  EXPECT_FALSE(MatchesWildcards("a*c", "abcd"));
  EXPECT_FALSE(MatchesWildcards("abc", "ab"));
}

TEST(Wildcards, TakeLittleTimeForAMeanPattern) {
  std::string pattern;
  for (int i = 0; i < 100; ++i)
    pattern += "a*";
  EXPECT_FALSE(MatchesWildcards(pattern + "b", std::string(5'000, 'a')));
}

TEST(Letters, ChangeCase) {
  EXPECT_EQ(LowerCase("LIVE-1.Example"), "live-1.example");
  EXPECT_EQ(UpperCase("LIVE-1.Example"), "LIVE-1.EXAMPLE");
  EXPECT_EQ(LowerCase("\xc3\x84"), "\xc3\x84");
}

}  // namespace
}  // namespace weir::service
