#include "control/health_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/control/kept_answer.h"

namespace weir::control {
namespace {

using ::testing::Contains;
using ::testing::Pair;

TEST(HealthPage, IsFine) {
  HealthPage page;
  const http::Response answer = Ask(page, "GET", "/healthz");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body.text(), "ok\n");
  EXPECT_THAT(answer.fields, Contains(Pair("Cache-Control", "no-store")));
}

TEST(HealthPage, RefusesToBeWrittenTo) {
  HealthPage page;
  const http::Response answer = Ask(page, "POST", "/healthz");
  EXPECT_EQ(answer.status, 405);
  EXPECT_THAT(answer.fields, Contains(Pair("Allow", "GET, HEAD")));
  EXPECT_EQ(Ask(page, "HEAD", "/healthz").status, 200);
}

TEST(ReadinessPage, FollowsTheProgramsLife) {
  Readiness readiness;
  ReadinessPage page(readiness);
  EXPECT_EQ(Ask(page, "GET", "/readyz").status, 503);
  EXPECT_EQ(Ask(page, "GET", "/readyz").body.text(), "starting\n");
  readiness.Set(Readiness::State::kReady);
  EXPECT_EQ(Ask(page, "GET", "/readyz").status, 200);
  EXPECT_EQ(Ask(page, "GET", "/readyz").body.text(), "ready\n");
  readiness.Set(Readiness::State::kDraining);
  EXPECT_EQ(Ask(page, "GET", "/readyz").status, 503);
  EXPECT_EQ(Ask(page, "GET", "/readyz").body.text(), "draining\n");
}

}  // namespace
}  // namespace weir::control
