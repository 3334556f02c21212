#include "http/fields.h"

#include <gtest/gtest.h>

namespace weir::http {
namespace {

TEST(Fields, AreFoundWithoutCase) {
  const Fields fields{{"Content-Type", "a"}, {"ETag", "b"}, {"etag", "c"}};
  EXPECT_EQ(FindField(fields, "content-type"), "a");
  EXPECT_EQ(FindField(fields, "ETAG"), "b");
  EXPECT_EQ(FindField(fields, "ETagg"), "");
}

TEST(Fields, ListsMayQuoteCommasAndHoldEmptyElements) {
  std::string_view list = " , \"a,b\" ,, c\t,";
  EXPECT_EQ(NextElement(list), "\"a,b\"");
  EXPECT_EQ(NextElement(list), "c");
  EXPECT_EQ(NextElement(list), std::nullopt);
}

TEST(Fields, GzipIsAcceptedByNameOrByStarUnlessItsWeightIsZero) {
  for (const char* yes : {"gzip", "GZIP", "br, gzip;q=0.1", "*", "identity;q=0, *;q=1", "x-gzip",
                          "gzip; q=1.000", "gzip;q=oops"}) {
    EXPECT_TRUE(AcceptsGzip(yes)) << yes;
  }
  for (const char* no :
       {"", "br", "gzip;q=0", "gzip ; Q=0.000, *", "*;q=0", "gzipped", "deflate"}) {
    EXPECT_FALSE(AcceptsGzip(no)) << no;
  }
}

TEST(Request, SplitsItsTarget) {
  const Request request{.target = "/app/stream/x.m3u8?a=b?c"};
  EXPECT_EQ(request.path(), "/app/stream/x.m3u8");
  EXPECT_EQ(request.query(), "a=b?c");
  EXPECT_EQ(Request{.target = "/a"}.query(), "");
}

}  // namespace
}  // namespace weir::http
