#include "origin/pull/spec.h"

#include <gmock/gmock.h>

namespace weir::pull {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using ::testing::HasSubstr;

Result<Spec> Read(const char* body) {
  return ReadSpec(json::parse(body), "default", "app");
}

std::string Refusal(const char* body) {
  const auto spec = Read(body);
  return spec ? "taken" : spec.error().detail;
}

TEST(Spec, HasAllThatWasAskedFor) {
  const auto spec = Read(R"({"name": "cam", "urls": ["ovt://a:9001/live/one?k=v", "OVT://b/x/y"],
      "properties": {"persistent": true, "noInputFailoverTimeoutMs": 1500,
                     "unusedStreamDeletionTimeoutMs": 7000, "retryCount": 4}})");
  ASSERT_TRUE(spec) << spec.error().detail;
  EXPECT_EQ(spec->path.text(), "default/app/cam");
  ASSERT_EQ(spec->urls.size(), 2U);
  EXPECT_EQ(spec->urls[0].text(), "ovt://a:9001/live/one");
  EXPECT_EQ(spec->urls[1].text(), "ovt://b:9000/x/y");
  EXPECT_TRUE(spec->persistent);
  EXPECT_EQ(spec->no_input_failover, 1500ms);
  EXPECT_EQ(spec->unused_deletion, 7s);
  EXPECT_EQ(spec->retry_count, 4);
}

TEST(Spec, IsRefusedInOvenMediaEnginesWords) {
  EXPECT_EQ(Refusal("[]"), "Request body must be an object");
  EXPECT_EQ(Refusal("null"), "Request body must be an object");
  EXPECT_EQ(Refusal("{}"), "Stream name or urls is required");
  EXPECT_EQ(Refusal(R"({"name": "a"})"), "Stream name or urls is required");
  EXPECT_EQ(Refusal(R"({"urls": ["ovt://a/b/c"]})"), "Stream name or urls is required");
  EXPECT_EQ(Refusal(R"({"name": "a", "urls": "ovt://a/b/c"})"), "Stream name or urls is required");
  EXPECT_EQ(Refusal(R"({"name": "a", "urls": []})"), "Urls must be at least one");
  EXPECT_EQ(Refusal(R"({"name": "a", "urls": [1]})"), "Url must be a string");
  EXPECT_EQ(Refusal(R"({"name": "a/b", "urls": ["ovt://a/b/c"]})"), "Invalid stream name");
  EXPECT_EQ(Refusal(R"({"name": "", "urls": ["ovt://a/b/c"]})"), "Invalid stream name");
  EXPECT_THAT(Refusal(R"({"name": "a", "urls": ["ovt://a/b"]})"), HasSubstr("Invalid url"));
}

TEST(Spec, SaysThatOtherSchemesAreNotPulled) {
  const auto spec = Read(R"({"name": "a", "urls": ["ovt://a/b/c", "rtsp://a/b/c"]})");
  ASSERT_FALSE(spec);
  EXPECT_EQ(spec.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(spec.error().detail, "Streams cannot be pulled by [rtsp] here, only by [ovt]");
}

TEST(Spec, HasABoundOnItsUrls) {
  json body{{"name", "a"}, {"urls", json::array()}};
  for (int i = 0; i < 33; ++i)
    body["urls"].push_back("ovt://a/b/c");
  EXPECT_FALSE(ReadSpec(body, "default", "app"));
  body["urls"].erase(0);
  EXPECT_TRUE(ReadSpec(body, "default", "app"));
}

TEST(Spec, LeavesPropertiesOfAnotherTypeOut) {
  const auto spec = Read(R"({"name": "a", "urls": ["ovt://a/b/c"], "properties":
      {"persistent": "true", "noInputFailoverTimeoutMs": "1", "unusedStreamDeletionTimeoutMs": -1,
       "retryCount": 1.5}})");
  ASSERT_TRUE(spec);
  EXPECT_FALSE(spec->persistent);
  EXPECT_FALSE(spec->no_input_failover);
  EXPECT_FALSE(spec->unused_deletion);
  EXPECT_FALSE(spec->retry_count);
  EXPECT_TRUE(Read(R"({"name": "a", "urls": ["ovt://a/b/c"], "properties": 5})"));
}

TEST(Spec, GoesThroughAllUrlsOnceWherePropertiesSayNothingElse) {
  EXPECT_EQ(Read(R"({"name": "a", "urls": ["ovt://a/b/c"], "properties": {}})")->retry_count, 1);
  EXPECT_FALSE(Read(R"({"name": "a", "urls": ["ovt://a/b/c"]})")->retry_count);
}

TEST(Spec, IsKeptAsItWas) {
  for (const char* body : {R"({"name": "cam", "urls": ["ovt://a:9001/live/one?k=v"], "properties":
                               {"persistent": true, "noInputFailoverTimeoutMs": 1500,
                                "unusedStreamDeletionTimeoutMs": 0, "retryCount": 4}})",
                           R"({"name": "cam", "urls": ["ovt://[::1]:9001/live/one"]})"}) {
    const Spec spec = *Read(body);
    const auto again = ReadKept(json::parse(Keep(spec).dump()));
    ASSERT_TRUE(again) << again.error().detail;
    EXPECT_EQ(again->path, spec.path);
    EXPECT_EQ(again->urls[0].text(), spec.urls[0].text());
    EXPECT_EQ(again->urls[0].query, spec.urls[0].query);
    EXPECT_EQ(again->persistent, spec.persistent);
    EXPECT_EQ(again->no_input_failover, spec.no_input_failover);
    EXPECT_EQ(again->unused_deletion, spec.unused_deletion);
    EXPECT_EQ(again->retry_count, spec.retry_count);
  }
}

TEST(Spec, IsNotMadeOfWhatIsDamaged) {
  for (const char* kept : {"[]", "{}", R"({"vhost": "default"})", R"({"vhost": 1, "app": "a"})",
                           R"({"vhost": "v", "app": "a", "name": "x", "urls": ["rtsp://a/b/c"]})"})
    EXPECT_FALSE(ReadKept(json::parse(kept))) << kept;
}

TEST(Plan, TakesTheVirtualHostsPropertiesWhereNothingWasAsked) {
  Spec spec = *Read(R"({"name": "a", "urls": ["ovt://a/b/c"]})");
  const service::OriginProperties properties{
      .no_input_failover_timeout = 1s, .unused_stream_deletion_timeout = 2s, .retry_count = 3};
  const Plan plan = PlanFor(spec, properties);
  EXPECT_EQ(plan.no_input_failover, 1s);
  EXPECT_EQ(plan.unused_deletion, 2s);
  EXPECT_EQ(plan.passes, 3);
  spec.no_input_failover = 4s;
  spec.unused_deletion = 5s;
  spec.retry_count = 6;
  const Plan other = PlanFor(spec, properties);
  EXPECT_EQ(other.no_input_failover, 4s);
  EXPECT_EQ(other.unused_deletion, 5s);
  EXPECT_EQ(other.passes, 6);
}

TEST(Plan, IsWithinBounds) {
  const Spec spec = *Read(R"({"name": "a", "urls": ["ovt://a/b/c"], "properties":
      {"noInputFailoverTimeoutMs": 0, "unusedStreamDeletionTimeoutMs": 18446744073709551615,
       "retryCount": 0}})");
  const Plan plan = PlanFor(spec, {});
  EXPECT_EQ(plan.no_input_failover, 100ms);
  EXPECT_EQ(plan.unused_deletion, std::chrono::hours(24 * 30));
  EXPECT_EQ(plan.passes, 1);
}

}  // namespace
}  // namespace weir::pull
