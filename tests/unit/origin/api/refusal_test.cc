#include "origin/api/refusal.h"

#include <utility>

#include <gtest/gtest.h>

#include "origin/api/call_body.h"

namespace weir::api {
namespace {

TEST(Refusal, HasTheStatusOfItsCode) {
  for (const auto& [code, status] :
       {std::pair(ErrorCode::kMalformed, 400), std::pair(ErrorCode::kLimitExceeded, 400),
        std::pair(ErrorCode::kNotFound, 404), std::pair(ErrorCode::kConflict, 409),
        std::pair(ErrorCode::kUnavailable, 503)}) {
    const Answer answer = Refusal({.code = code, .detail = "why"});
    EXPECT_EQ(answer.status(), status);
    EXPECT_EQ(answer.error(), "why");
  }
}

TEST(CallBody, GivesTextsAndNothingElse) {
  const auto body = nlohmann::json::parse(R"({"id":"one","count":7})");
  EXPECT_EQ(TextIn(body, "id"), "one");
  EXPECT_EQ(TextIn(body, "count"), "");
  EXPECT_EQ(TextIn(body, "none"), "");
  EXPECT_EQ(TextIn(nlohmann::json(), "id"), "");
  EXPECT_EQ(TextIn(nlohmann::json::array(), "id"), "");
}

}  // namespace
}  // namespace weir::api
