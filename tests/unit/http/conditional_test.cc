#include "http/conditional.h"

#include <gtest/gtest.h>

#include "http/fields.h"

namespace weir::http {
namespace {

Response Ten(std::string etag = "\"v1\"") {
  return {.fields = {{"ETag", std::move(etag)},
                     {"Cache-Control", "public, max-age=9"},
                     {"Content-Type", "video/mp4"}},
          .body = SharedBytes(std::string("0123456789")),
          .ranges = true};
}

/// Applies the conditions of a request with `fields`; an empty one is as good as none.
void Apply(Response& response, Fields fields, std::string method = "GET") {
  const Request request{.method = std::move(method), .fields = std::move(fields)};
  ApplyConditions(ConditionsOf(request), response);
}

Response Ranged(std::string range, std::string if_range = "") {
  Response response = Ten();
  Apply(response, {{"Range", std::move(range)}, {"If-Range", std::move(if_range)}});
  return response;
}

TEST(Ranges, SingleOnesAreServedInPart) {
  struct Case {
    const char* range;
    const char* body;
    const char* where;
  };

  for (const Case& c :
       {Case{"bytes=0-0", "0", "bytes 0-0/10"}, Case{"bytes=2-", "23456789", "bytes 2-9/10"},
        Case{"bytes=-3", "789", "bytes 7-9/10"},
        Case{"Bytes=8-99999999999999999999999", "89", "bytes 8-9/10"},
        Case{"bytes=-99", "0123456789", "bytes 0-9/10"}}) {
    const Response response = Ranged(c.range);
    EXPECT_EQ(response.status, 206) << c.range;
    EXPECT_EQ(response.body.text(), c.body);
    EXPECT_EQ(FindField(response.fields, "Content-Range"), c.where);
    EXPECT_EQ(response.Field("Accept-Ranges"), "bytes");
  }
}

TEST(Ranges, OutsideOfTheBodyAreRefusedAndNotCached) {
  for (const char* range : {"bytes=10-", "bytes=10-20", "bytes=-0"}) {
    const Response response = Ranged(range);
    EXPECT_EQ(response.status, 416) << range;
    EXPECT_EQ(FindField(response.fields, "Content-Range"), "bytes */10");
    EXPECT_EQ(FindField(response.fields, "Cache-Control"), "");
    EXPECT_EQ(FindField(response.fields, "Content-Type"), "text/plain; charset=utf-8");
  }
  Response empty{.body = {}, .ranges = true};
  Apply(empty, {{"Range", "bytes=0-"}});
  EXPECT_EQ(empty.status, 416);
}

TEST(Ranges, OfOtherKindsGetTheWhole) {
  for (const char* range : {"", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-3",
                            "bytes=1-2,4-5", "items=0-1", "bytes=+1-2", "bytes=1 -2"}) {
    const Response response = Ranged(range);
    EXPECT_EQ(response.status, 200) << range;
    EXPECT_EQ(response.body.size(), 10U);
  }
}

TEST(Ranges, StandOnlyWhileTheFileIsTheSame) {
  EXPECT_EQ(Ranged("bytes=0-1", "\"v1\"").status, 206);
  EXPECT_EQ(Ranged("bytes=0-1", "\"v2\"").status, 200);
  EXPECT_EQ(Ranged("bytes=0-1", "W/\"v1\"").status, 200);
  EXPECT_EQ(Ranged("bytes=0-1", "Sun, 06 Nov 1994 08:49:37 GMT").status, 200);
}

TEST(Ranges, AreNotOfferedWhereTheAnswerDoesNot) {
  Response response = Ten();
  response.ranges = false;
  Apply(response, {{"Range", "bytes=0-1"}});
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.Field("Accept-Ranges"), "");
}

TEST(Validators, AKnownEtagSavesTheBody) {
  for (const char* known : {"\"v1\"", "W/\"v1\"", "*", "\"a\", \"v1\"", "\"a,b\",W/\"v1\""}) {
    Response response = Ten();
    Apply(response, {{"If-None-Match", known}, {"Range", "bytes=0-1"}});
    EXPECT_EQ(response.status, 304) << known;
    EXPECT_TRUE(response.body.empty());
    EXPECT_EQ(FindField(response.fields, "ETag"), "\"v1\"");
    EXPECT_EQ(FindField(response.fields, "Cache-Control"), "public, max-age=9");
  }
  EXPECT_TRUE(NamesEtag("\"v1\"", "W/\"v1\""));
  EXPECT_FALSE(NamesEtag("\"v2\", v1", "\"v1\""));
  EXPECT_FALSE(NamesEtag("", "\"v1\""));
}

TEST(Validators, OnlyConcernSuccessfulReading) {
  Response posted = Ten();
  Apply(posted, {{"If-None-Match", "*"}}, "POST");
  EXPECT_EQ(posted.status, 200);
  Response failed = Ten();
  failed.status = 404;
  Apply(failed, {{"If-None-Match", "*"}});
  EXPECT_EQ(failed.status, 404);
}

}  // namespace
}  // namespace weir::http
