#include "origin/apps/apps.h"

#include <gmock/gmock.h>

#include "apps_fixture.h"

namespace weir::origin {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Json = nlohmann::json;

class AppsTest : public AppsFixture {
 protected:
  MediaTime SegmentOf(const std::string& vhost, const std::string& app) {
    return book_.Now()->ingest.at({vhost, app}).segment_duration;
  }
};

TEST_F(AppsTest, PutsAChangeInForceBeforeItIsAnswered) {
  MakeApp();
  const service::VirtualHost* host = book_.Now()->hosts.Find("made");
  ASSERT_NE(host, nullptr);
  ASSERT_NE(host->FindApplication("app"), nullptr);
  EXPECT_NE(host->FindApplication("app")->Provider("RTMP"), nullptr) << "by default";
  EXPECT_NE(host->FindApplication("app")->Publisher("OVT"), nullptr);
}

TEST_F(AppsTest, LeavesThoseAloneWhoHoldWhatWasInForceBefore) {
  const auto before = book_.Now();
  MakeApp();
  EXPECT_EQ(before->hosts.Find("made"), nullptr);
  EXPECT_EQ(before->hosts.Find("default")->applications.size(), 2u);
}

TEST_F(AppsTest, RestartsAnApplicationWithWhatTheFileSaysNow) {
  EXPECT_EQ(SegmentOf("default", "app"), std::chrono::seconds(2));
  file_.replace(file_.find(">2<"), 3, ">4<");
  EXPECT_EQ(Ask("POST", "/v1/vhosts/default/apps/app:restart").status(), 200);
  EXPECT_EQ(SegmentOf("default", "app"), std::chrono::seconds(4));
  EXPECT_THAT(happened_,
              ElementsAre("default/app ends", "streams of default/app end", "default/app starts"));
}

TEST_F(AppsTest, TakesNothingButTheApplicationFromTheFile) {
  file_.replace(file_.find("<Name>*</Name>"), 14, "<Name>elsewhere.example</Name>");
  file_.replace(file_.find("<Name>other</Name>"), 18, "<Name>another</Name>");
  EXPECT_EQ(Ask("POST", "/v1/vhosts/default/apps/app:restart").status(), 200);
  EXPECT_EQ(Get("/v1/vhosts/default/apps"), Json({"app", "other"}));
  EXPECT_NE(book_.Now()->hosts.Resolve("live.example"), nullptr);
}

TEST_F(AppsTest, KeepsTheOldApplicationWhereTheFileIsBad) {
  const auto before = book_.Now();
  file_error_ = "conf/origin.xml:3: Server/Bind/X is not a known element";
  const api::Answer answer = Ask("POST", "/v1/vhosts/default/apps/app:restart");
  EXPECT_EQ(answer.status(), 400);
  EXPECT_EQ(answer.error(), file_error_);
  file_error_.clear();
  file_.replace(file_.find("<Name>app</Name>"), 16, "<Name>apt</Name>");
  EXPECT_EQ(Ask("POST", "/v1/vhosts/default/apps/app:restart").status(), 400);
  EXPECT_EQ(book_.Now(), before);
  EXPECT_THAT(happened_, IsEmpty());
}

TEST_F(AppsTest, KeepsTheOldApplicationWhereTheModulesRefuseTheNewOne) {
  check_ = Fail(ErrorCode::kMalformed, "no such thing");
  const api::Answer answer = Ask("POST", "/v1/vhosts/default/apps/app:restart");
  EXPECT_EQ(answer.status(), 400);
  EXPECT_EQ(answer.error(), "no such thing");
  EXPECT_THAT(happened_, IsEmpty());
}

TEST_F(AppsTest, RestartsAnApplicationOfItsOwnWithoutTheFile) {
  MakeApp();
  file_error_ = "bad";
  EXPECT_EQ(Ask("POST", "/v1/vhosts/made/apps/app:restart").status(), 200);
  EXPECT_THAT(happened_,
              ElementsAre("made/app ends", "streams of made/app end", "made/app starts"));
}

TEST_F(AppsTest, MakesChangesOneAfterAnother) {
  MakeApp();
  std::vector<int> answers;
  for (int i = 0; i < 3; ++i) {
    Ask("POST", "/v1/vhosts/made/apps/app:restart", {},
        [&](const api::Answer& answer) { answers.push_back(answer.status()); });
  }
  ASSERT_TRUE(testing::RunUntil(loop_, [&] { return answers.size() == 3; }));
  EXPECT_THAT(answers, ElementsAre(200, 200, 200));
  ASSERT_EQ(happened_.size(), 9u);
  for (size_t i = 0; i < 9; i += 3) {
    EXPECT_EQ(happened_[i], "made/app ends");
    EXPECT_EQ(happened_[i + 2], "made/app starts");
  }
}

TEST_F(AppsTest, LetsOnlySoManyWait) {
  size_t answered = 0;
  size_t refused = 0;
  constexpr size_t kAsked = Apps::kChangesMax + 10;
  for (size_t i = 0; i < kAsked; ++i) {
    Ask("POST", "/v1/vhosts/default/apps/app:restart", {}, [&](const api::Answer& answer) {
      ++answered;
      if (!answer.ok()) ++refused;
    });
  }
  ASSERT_TRUE(testing::RunUntil(loop_, [&] { return answered == kAsked; }));
  EXPECT_EQ(refused, kAsked - Apps::kChangesMax - 1) << "one is under way";
}

TEST_F(AppsTest, HasInItsNextLifeWhatItAnswered) {
  MakeApp();
  Ask("PATCH", "/v1/vhosts/made/apps/app",
      Json::parse(R"({"publishers":{"llhls":{"segmentDuration":3}}})"));
  Ask("POST", "/v1/vhosts/made/apps/app:setEventForwardPolicy",
      Json::parse(R"({"dropEvent":["amf","cue"]})"));
  Ask("POST", "/v1/vhosts/default/apps/other:setEventForwardPolicy",
      Json::parse(R"({"dropEvent":["cue"]})"));
  for (const char* name : {"zebra", "ant"})
    Ask("POST", "/v1/vhosts", Json::array({{{"name", name}}}));
  const Json before = Get("/v1/vhosts/made:");
  happened_.clear();
  Start();
  EXPECT_EQ(Get("/v1/vhosts/made:"), before);
  EXPECT_EQ(Get("/v1/vhosts"), Json({"default", "made", "zebra", "ant"})) << "in their order";
  EXPECT_EQ(SegmentOf("made", "app"), std::chrono::seconds(3));
  EXPECT_EQ(book_.Now()->dropped_events.at({"made", "app"}),
            (std::vector<std::string>{"amf", "cue"}));
  EXPECT_EQ(Get("/v1/vhosts/default/apps/other:EventForwardPolicy"),
            Json::parse(R"({"dropEvent":["cue"]})"));
  EXPECT_THAT(happened_, ElementsAre("made/app starts"));
}

TEST_F(AppsTest, HasNoneOfItInItsNextLifeWhereNothingIsKept) {
  keeps_ = false;
  Start();
  MakeApp();
  Start();
  EXPECT_EQ(Get("/v1/vhosts"), Json({"default"}));
}

TEST_F(AppsTest, ForgetsWhatWasDeleted) {
  MakeApp();
  EXPECT_EQ(Ask("DELETE", "/v1/vhosts/made").status(), 200);
  EXPECT_THAT(happened_,
              ElementsAre("made/app ends", "streams of made/app end", "made/app is gone"));
  Start();
  EXPECT_EQ(Get("/v1/vhosts"), Json({"default"}));
  // Another one of the same name does not inherit.
  EXPECT_EQ(Ask("POST", "/v1/vhosts", Json::parse(R"([{"name":"made"}])")).status(), 200);
  Start();
  EXPECT_EQ(Get("/v1/vhosts/made/apps"), Json::array());
}

TEST_F(AppsTest, LetsTheFileWinOverTheStore) {
  MakeApp();
  const size_t name = file_.find("default");
  file_.replace(name, 7, "made");
  Start();
  EXPECT_EQ(Get("/v1/vhosts"), Json({"made"}));
  EXPECT_EQ(Get("/v1/vhosts/made/apps"), Json({"app", "other"}));
  file_.replace(name, 4, "default");
  Start();
  EXPECT_EQ(Get("/v1/vhosts/made/apps"), Json({"app"})) << "it was only left out";
}

TEST_F(AppsTest, LeavesOutWhatNoLongerFitsAndTakesTheRest) {
  MakeApp();
  Ask("POST", "/v1/vhosts/made/apps", Json::parse(R"([{"name":"second","type":"live"}])"));
  storage_->Put(ApiStorage::AppKey("made", apps_->now().FindHost("made")->id, "second"),
                Json::parse(R"({"number":2,"config":{"name":"second","type":"live",
                    "publishers":{"llhls":{"segmentCount":-1}}}})"),
                [](const Status& kept) { EXPECT_TRUE(kept); });
  Start();
  EXPECT_EQ(Get("/v1/vhosts/made/apps"), Json({"app"}));
}

TEST_F(AppsTest, LeavesOutRecordsThatMakeNoSense) {
  MakeApp();
  for (const char* key : {"config/vhost/odd", "config/vhost/", "config/app/made", "config/",
                          "config/app/made/x/y", "config/events/made//app"}) {
    storage_->Put(key, Json::parse(R"({"id":7,"number":"x","config":[1],"dropEvent":{"a":1}})"),
                  [](const Status& kept) { EXPECT_TRUE(kept); });
  }
  Start();
  EXPECT_EQ(Get("/v1/vhosts"), Json({"default", "made"}));
}

TEST_F(AppsTest, RefusesChangesWhileTheStoreIsAway) {
  MakeApp();
  fickle_->away = true;
  const auto before = book_.Now();
  const api::Answer answer =
      Ask("PATCH", "/v1/vhosts/made/apps/app", Json::parse(R"({"type":"vod"})"));
  EXPECT_EQ(answer.status(), 500);
  EXPECT_THAT(answer.error(), HasSubstr("it is away"));
  EXPECT_EQ(book_.Now(), before);
  EXPECT_THAT(happened_, IsEmpty());
  EXPECT_EQ(Ask("POST", "/v1/vhosts/made/apps/app:restart").status(), 200) << "keeps nothing";
  fickle_->away = false;
  EXPECT_EQ(Ask("PATCH", "/v1/vhosts/made/apps/app", Json::parse(R"({"type":"vod"})")).status(),
            200)
      << "once it is back";
  Start();
  EXPECT_EQ(Get("/v1/vhosts/made/apps/app")["type"], "vod");
}

TEST_F(AppsTest, MakesNoChangeBeforeItKnowsWhatIsStored) {
  MakeApp();
  const auto load_again = [this] {
    Start();
    return Load();
  };
  ASSERT_TRUE(load_again());
  apps_ = std::make_unique<Apps>(
      ServerModel::Of(document_->root()), JsonForm("conf/API"),
      Apps::Surroundings{
          .book = book_,
          .storage = *storage_,
          .check = [](const config::Node&, const service::VirtualHosts&) { return Status(); },
          .read_file = nullptr,
          .end_streams = nullptr});
  fickle_->away = true;
  EXPECT_FALSE(Load());
  std::optional<api::Answer> answer;
  apps_->Change(
      [](ServerModel& next, Apps::Plan& plan) -> std::optional<api::Answer> {
        next.hosts.clear();
        plan.writes.push_back({.key = ApiStorage::HostKey("made"), .value = std::nullopt});
        return std::nullopt;
      },
      [](const ServerModel&) { return api::Answer::Ok(); },
      [&](api::Answer given) { answer = std::move(given); });
  ASSERT_TRUE(answer) << "inside the call";
  EXPECT_EQ(answer->status(), 500);
  fickle_->away = false;
  EXPECT_TRUE(Load());
  EXPECT_NE(apps_->now().FindHost("made"), nullptr);
}

}  // namespace
}  // namespace weir::origin
