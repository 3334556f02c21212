#include "http/query.h"

#include <gtest/gtest.h>

namespace weir::http {
namespace {

TEST(Query, DecodesNamesAndValues) {
  const Query query("a=1&b%3d=x%20y+z&empty=&bare&&a=2");
  EXPECT_EQ(query.Get("a"), "1");
  EXPECT_EQ(query.Get("b="), "x y z");
  EXPECT_EQ(query.Get("empty"), "");
  EXPECT_EQ(query.Get("bare"), "");
  EXPECT_EQ(query.Get("missing"), std::nullopt);
  EXPECT_EQ(query.parameters().size(), 5U);
}

TEST(Query, LeavesWhatIsNoEscapeAsItIs) {
  const Query query("a=%zz&b=%4&c=%&d=100%");
  EXPECT_EQ(query.Get("a"), "%zz");
  EXPECT_EQ(query.Get("b"), "%4");
  EXPECT_EQ(query.Get("c"), "%");
  EXPECT_EQ(query.Get("d"), "100%");
}

TEST(Query, StopsAtItsLimit) {
  std::string text;
  for (size_t i = 0; i < Query::kParametersMax; ++i)
    text += "a=b&";
  EXPECT_EQ(Query(text + "last=1").Get("last"), std::nullopt);
  EXPECT_EQ(Query(text.substr(4) + "last=1").Get("last"), "1");
}

TEST(PercentDecode, IsStrict) {
  EXPECT_EQ(PercentDecode("a%2Fb%20+"), "a/b +");
  EXPECT_EQ(PercentDecode(""), "");
  for (const char* wrong : {"%", "%4", "%zz", "a%00b", "a%0d%0ab", "\x7f", "%7F"}) {
    EXPECT_EQ(PercentDecode(wrong), std::nullopt) << wrong;
  }
}

TEST(PercentEncode, LeavesOnlyWhatMayStandInAPath) {
  EXPECT_EQ(PercentEncode("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(PercentEncode("a b/c?%\xff"), "a%20b%2Fc%3F%25%FF");
  EXPECT_EQ(PercentDecode(PercentEncode("a b/c?%\xff")), "a b/c?%\xff");
}

}  // namespace
}  // namespace weir::http
