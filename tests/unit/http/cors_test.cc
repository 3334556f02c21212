#include "http/cors.h"

#include <gtest/gtest.h>

namespace weir::http {
namespace {

TEST(CrossDomains, StarAllowsEverybodyWithoutLookingAtTheOrigin) {
  const CrossDomains domains({"https://a.example", "*"});
  EXPECT_EQ(domains.Allow("http://anything"), "*");
  EXPECT_EQ(domains.Allow(""), "*");
  EXPECT_FALSE(domains.varies());
}

TEST(CrossDomains, NoneAllowsNobody) {
  const CrossDomains domains({});
  EXPECT_EQ(domains.Allow("http://a.example"), "");
  EXPECT_FALSE(domains.varies());
}

TEST(CrossDomains, PatternsMatchOrigins) {
  const CrossDomains domains({"https://*.a.example", "b.example:80?0", "null"});
  EXPECT_TRUE(domains.varies());
  for (const char* yes : {"https://x.a.example", "https://x.y.a.example", "http://b.example:8080",
                          "https://b.example:8090", "null"}) {
    EXPECT_EQ(domains.Allow(yes), yes);
  }
  for (const char* no : {"http://x.a.example", "https://a.example", "https://x.a.example.evil",
                         "ftp://b.example:8080", "http://b.example:80", ""}) {
    EXPECT_EQ(domains.Allow(no), "") << no;
  }
}

TEST(CrossDomains, ManyStarsTakeNoMoreThanQuadraticTime) {
  std::string pattern = "http://";
  for (int i = 0; i < 1000; ++i)
    pattern += "*a";
  const CrossDomains domains({pattern + "b"});
  EXPECT_EQ(domains.Allow("http://" + std::string(4000, 'a')), "");
}

}  // namespace
}  // namespace weir::http
