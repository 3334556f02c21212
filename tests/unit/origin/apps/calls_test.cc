#include "origin/apps/calls.h"

#include <gmock/gmock.h>

#include "apps_fixture.h"

namespace weir::origin {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Json = nlohmann::json;

class CallsTest : public AppsFixture {
 protected:
  void Expect(int status, const std::string& text, const std::string& method,
              const std::string& path, const char* body = "null") {
    const api::Answer answer = Ask(method, path, Json::parse(body));
    EXPECT_EQ(answer.status(), status) << method << " " << path << " " << body;
    EXPECT_EQ(answer.error(), text) << method << " " << path << " " << body;
  }

  static constexpr const char* kProfile =
      R"([{"name":"p","outputStreamName":"${OriginStreamName}",
          "encodes":{"videos":[{"bypass":true}]}}])";
};

TEST_F(CallsTest, ListsAndShowsVirtualHosts) {
  EXPECT_EQ(Get("/v1/vhosts"), Json({"default"}));
  EXPECT_EQ(Get("/v1/vhosts/default"), Json::parse(R"({"name":"default","host":{"names":["*"]}})"));
  const Json all = Get("/v1/vhosts/default:");
  EXPECT_EQ(all["applications"][1],
            Json::parse(R"({"name":"other","type":"live","dynamic":false})"));
  EXPECT_EQ(Get("/v1/vhosts/default/apps/app"), all["applications"][0]);
  EXPECT_EQ(Get("/v1/vhosts/default/apps/app:"), all["applications"][0]);
  EXPECT_EQ(all["applications"][0]["publishers"]["llhls"]["segmentDuration"], 2);
}

TEST_F(CallsTest, SaysWhatIsNotThere) {
  for (const char* path : {"/v1/vhosts/no", "/v1/vhosts/no:", "/v1/vhosts/no/apps",
                           "/v1/vhosts/no/apps/app", "/v1/vhosts/no/apps/app/outputProfiles"})
    Expect(404, "Could not find the virtual host: [no]", "GET", path);
  for (const char* path :
       {"/v1/vhosts/default/apps/no", "/v1/vhosts/default/apps/no:",
        "/v1/vhosts/default/apps/no/outputProfiles", "/v1/vhosts/default/apps/no/outputProfiles/p",
        "/v1/vhosts/default/apps/no:EventForwardPolicy"})
    Expect(404, "Could not find the application: [default/no]", "GET", path);
  Expect(404, "Could not find the application: [default/no]", "POST",
         "/v1/vhosts/default/apps/no:restart", "{}");
  Expect(404, "Could not find the virtual host: [no]", "POST", "/v1/vhosts/no/apps/app:restart",
         "{}");
  Expect(404, "Could not find the virtual host: [no]", "DELETE", "/v1/vhosts/no");
  Expect(404, "Could not find the virtual host: [no]", "POST", "/v1/vhosts/no:reloadCertificate");
  Expect(404, "Could not find the output profile: [default/app/no]", "GET",
         "/v1/vhosts/default/apps/app/outputProfiles/no");
}

TEST_F(CallsTest, ChangesNothingThatTheFileDeclares) {
  const std::string text = "The VirtualHost is read-only: [default]";
  const std::string app = "/v1/vhosts/default/apps/app";
  Expect(403, text, "DELETE", "/v1/vhosts/default");
  Expect(403, text, "POST", "/v1/vhosts/default/apps", R"([{"name":"x","type":"live"}])");
  Expect(403, text, "PUT", "/v1/vhosts/default", "{}");
  for (const char* method : {"PATCH", "PUT"})
    Expect(403, text, method, app, R"({"type":"vod"})");
  Expect(403, text, "DELETE", app);
  Expect(403, text, "POST", app + "/outputProfiles", kProfile);
}

TEST_F(CallsTest, MakesVirtualHostsOneByOne) {
  const api::Answer answer =
      Ask("POST", "/v1/vhosts", Json::parse(R"([{"name":"new","host":{"names":["new.example"]}},
          {"name":"new"},{"name":"default"},{"name":"a/b"},{"name":"*"},{"x":1},7])"));
  EXPECT_EQ(answer.status(), 207);
  const Json body = BodyOf(answer);
  EXPECT_EQ(body[0], Json::parse(R"({"statusCode":200,"message":"OK",
      "response":{"name":"new","host":{"names":["new.example"]}}})"));
  EXPECT_EQ(
      body[1],
      Json::parse(R"({"statusCode":409,"message":"The virtual host already exists: [new]"})"));
  EXPECT_EQ(body[2]["statusCode"], 409);
  EXPECT_EQ(body[3]["statusCode"], 400);
  EXPECT_EQ(body[4]["message"], "Failed to create the virtual host: [*]");
  EXPECT_EQ(body[5]["message"], "Unknown item found: x");
  EXPECT_EQ(body[6]["message"], "Request body must be an object");
  EXPECT_EQ(Get("/v1/vhosts"), Json({"default", "new"}));
  Expect(400, "Request body must be an array", "POST", "/v1/vhosts", "{}");
  EXPECT_EQ(BodyOf(Ask("POST", "/v1/vhosts", Json::array())), Json::array());
}

TEST_F(CallsTest, MakesAVirtualHostWithItsApplications) {
  Ask("POST", "/v1/vhosts", Json::parse(R"([{"name":"new","applications":[
      {"name":"a","type":"live"},{"name":"b","type":"live"}]}])"));
  EXPECT_EQ(Get("/v1/vhosts/new/apps"), Json({"a", "b"}));
  EXPECT_THAT(happened_, ElementsAre("new/a starts", "new/b starts"));
  Start();
  EXPECT_EQ(Get("/v1/vhosts/new/apps"), Json({"a", "b"}));
}

TEST_F(CallsTest, FillsInWhatAnApplicationHasByDefault) {
  MakeApp();
  const Json app = Get("/v1/vhosts/made/apps/app");
  EXPECT_EQ(app["providers"],
            Json::parse(R"({"ovt":{},"rtspPull":{},"webrtc":{},"srt":{},"rtmp":{}})"));
  EXPECT_EQ(app["publishers"], Json::parse(R"({"llhls":{},"webrtc":{},"ovt":{}})"));
  EXPECT_EQ(app["outputProfiles"]["outputProfile"][0],
            Json::parse(R"({"name":"default","outputStreamName":"${OriginStreamName}","encodes":{
      "videos":[{"name":"bypass_video","bypass":true}],
      "audios":[{"name":"opus","codec":"opus","bitrate":"128000","samplerate":48000,"channel":2,
                 "bypassIfMatch":{"codec":"eq"}},
                {"name":"aac","codec":"aac","bitrate":"128000","samplerate":48000,"channel":2,
                 "bypassIfMatch":{"codec":"eq"}}]}})"));
}

TEST_F(CallsTest, MakesApplications) {
  MakeApp();
  const std::string apps = "/v1/vhosts/made/apps";
  const api::Answer answer =
      Ask("POST", apps, Json::parse(R"([{"name":"app","type":"live"},{"name":"b","type":"vod",
          "providers":{"rtmp":{}},"publishers":{},"outputProfiles":{}}])"));
  EXPECT_EQ(answer.status(), 207);
  EXPECT_EQ(BodyOf(answer)[0], Json::parse(R"({"statusCode":409,
      "message":"Could not create the application: [made/app] already exists"})"));
  EXPECT_EQ(BodyOf(answer)[1]["response"], Json::parse(R"({"name":"b","type":"vod",
      "providers":{"rtmp":{}},"publishers":{},"outputProfiles":{},"dynamic":false})"));
  Expect(400, "Request body must be an array", "POST", apps, "{}");
  Expect(400, "Unknown item found: x", "POST", apps,
         R"([{"name":"c","type":"live"},{"name":"d","type":"live","x":1}])");
  Expect(400, "type must be live or vod", "POST", apps, R"([{"name":"c","type":"film"}])");
  EXPECT_EQ(Get(apps), Json({"app", "b"})) << "one that is bad spoils all";
  Json many = Json::array();
  for (int i = 0; i < 101; ++i)
    many.push_back({{"name", "x"}, {"type", "live"}});
  EXPECT_EQ(Ask("POST", apps, many).status(), 400);
}

TEST_F(CallsTest, ChangesAnApplication) {
  MakeApp();
  const std::string app = "/v1/vhosts/made/apps/app";
  const api::Answer answer =
      Ask("PATCH", app, Json::parse(R"({"Publishers":{"LLHLS":{"segmentCount":4}}})"));
  EXPECT_EQ(answer.status(), 200);
  EXPECT_EQ(BodyOf(answer)["response"]["publishers"],
            Json::parse(R"({"llhls":{"segmentCount":4},"webrtc":{},"ovt":{}})"));
  EXPECT_THAT(happened_,
              ElementsAre("made/app ends", "streams of made/app end", "made/app starts"));
  happened_.clear();
  Expect(400, "Request body must be an object", "PATCH", app, "[]");
  Expect(400, "Cannot change [name] using this API", "PATCH", app, R"({"name":"b"})");
  Expect(400, "Cannot change [Dynamic] using this API", "PATCH", app, R"({"Dynamic":true})");
  Expect(400, "Cannot change [outputProfiles] using this API", "PATCH", app,
         R"({"outputProfiles":{}})");
  Expect(400, "Unknown item found: publishers.x", "PATCH", app, R"({"publishers":{"x":{}}})");
  EXPECT_EQ(
      Ask("PATCH", app, Json::parse(R"({"publishers":{"llhls":{"segmentCount":0}}})")).status(),
      400)
      << "as its reader says";
  EXPECT_THAT(happened_, IsEmpty());
}

TEST_F(CallsTest, ReplacesAnApplicationButForItsProfiles) {
  MakeApp();
  const std::string app = "/v1/vhosts/made/apps/app";
  const Json profiles = Get(app)["outputProfiles"];
  const api::Answer answer =
      Ask("PUT", app, Json::parse(R"({"type":"live","publishers":{"ovt":{}}})"));
  EXPECT_EQ(answer.status(), 200);
  const Json now = BodyOf(answer)["response"];
  EXPECT_EQ(now["publishers"], Json::parse(R"({"ovt":{}})"));
  EXPECT_FALSE(now.contains("providers"));
  EXPECT_EQ(now["outputProfiles"], profiles);
  Expect(400, "Cannot change [name] using this API", "PUT", app, R"({"name":"b"})");
  Expect(400, "A virtual host cannot be changed: delete it and make it anew", "PUT",
         "/v1/vhosts/made", "{}");
}

TEST_F(CallsTest, EndsAnApplication) {
  MakeApp();
  EXPECT_EQ(Ask("DELETE", "/v1/vhosts/made/apps/app").status(), 200);
  EXPECT_THAT(happened_,
              ElementsAre("made/app ends", "streams of made/app end", "made/app is gone"));
  Expect(404, "Could not find the application: [made/app]", "DELETE", "/v1/vhosts/made/apps/app");
  Start();
  EXPECT_EQ(Get("/v1/vhosts/made/apps"), Json::array());
}

TEST_F(CallsTest, DoesNotShowTheTemplateOfApplications) {
  file_.replace(file_.find("<Name>other</Name>"), 18, "<Name>*</Name>");
  Start();
  EXPECT_EQ(Get("/v1/vhosts/default/apps"), Json({"app"}));
  Expect(404, "Could not find the application: [default/*]", "GET", "/v1/vhosts/default/apps/*");
}

TEST_F(CallsTest, MakesProfilesAndStartsTheApplicationOnce) {
  MakeApp();
  const std::string profiles = "/v1/vhosts/made/apps/app/outputProfiles";
  Json body = Json::parse(kProfile);
  body.push_back(body[0]);
  body.push_back(body[0]);
  body[1]["name"] = "q";
  const api::Answer answer = Ask("POST", profiles, body);
  EXPECT_EQ(answer.status(), 207);
  EXPECT_EQ(BodyOf(answer)[0]["response"], body[0]);
  EXPECT_EQ(BodyOf(answer)[1]["statusCode"], 200);
  EXPECT_EQ(
      BodyOf(answer)[2],
      Json::parse(R"({"statusCode":409,"message":"The output profile \"p\" already exists"})"));
  EXPECT_THAT(happened_,
              ElementsAre("made/app ends", "streams of made/app end", "made/app starts"));
  EXPECT_EQ(Get(profiles), Json({"default", "p", "q"}));
  EXPECT_EQ(Get(profiles + "/p"), body[0]);
  happened_.clear();
  EXPECT_EQ(Ask("POST", profiles, Json::parse(kProfile)).status(), 409);
  EXPECT_THAT(happened_, IsEmpty()) << "nothing was made";
}

TEST_F(CallsTest, RefusesProfilesThatAreNone) {
  MakeApp();
  const std::string profiles = "/v1/vhosts/made/apps/app/outputProfiles";
  const std::string invalid = "Invalid request body: ";
  const std::string none =
      invalid + R"("encodes" must have at least one item (videos array or audios array))";
  Expect(400, "Request body must be an array", "POST", profiles, "{}");
  for (const char* body : {"[7]", R"([{"name":"x"}])", R"([{"name":"x","encodes":{}}])"})
    Expect(400, invalid + R"("name", "outputStreamName", "encodes" are required)", "POST", profiles,
           body);
  for (const char* body : {R"([{"name":7,"outputStreamName":"o","encodes":{}}])",
                           R"([{"name":"x","outputStreamName":"o","encodes":[]}])"})
    Expect(400, invalid + R"("name" must be a string and "encodes" must be an object)", "POST",
           profiles, body);
  Expect(400, none, "POST", profiles, R"([{"name":"x","outputStreamName":"o","encodes":{}}])");
  Expect(400, invalid + R"("encodes.videos" must be an array)", "POST", profiles,
         R"([{"name":"x","outputStreamName":"o","encodes":{"videos":{}}}])");
  Expect(400, invalid + R"("encodes.audios" must be an array)", "POST", profiles,
         R"([{"name":"x","outputStreamName":"o","encodes":{"audios":1}}])");
  Expect(400, none + " and each item must have at least one item", "POST", profiles,
         R"([{"name":"x","outputStreamName":"o","encodes":{"videos":[],"audios":[]}}])");
  EXPECT_EQ(Get(profiles), Json({"default"}));
}

TEST_F(CallsTest, ReplacesAndRemovesAProfile) {
  MakeApp();
  const std::string profile = "/v1/vhosts/made/apps/app/outputProfiles/default";
  const Json body =
      Json::parse(R"({"outputStreamName":"o","encodes":{"audios":[{"bypass":true}]}})");
  const api::Answer answer = Ask("PATCH", profile, body);
  EXPECT_EQ(answer.status(), 200);
  Json expected = body;
  expected["name"] = "default";
  EXPECT_EQ(BodyOf(answer)["response"], expected);
  Expect(400, "The name entry cannot be specified in the modification", "PATCH", profile,
         R"({"name":"x"})");
  Expect(400, "Request body must be an object", "PATCH", profile, "[]");
  EXPECT_EQ(Ask("DELETE", profile).status(), 200);
  Expect(404, "Could not find the output profile: [made/app/default]", "DELETE", profile);
  Expect(404, "Could not find the output profile: [made/app/default]", "PATCH", profile, "{}");
  EXPECT_EQ(Get("/v1/vhosts/made/apps/app/outputProfiles"), Json::array());
}

TEST_F(CallsTest, KeepsAnEventForwardPolicy) {
  const std::string app = "/v1/vhosts/default/apps/app";
  EXPECT_EQ(Get(app + ":EventForwardPolicy"), Json::parse(R"({"dropEvent":[]})"));
  EXPECT_EQ(
      Ask("POST", app + ":setEventForwardPolicy", Json::parse(R"({"dropEvent":["amf"]})")).status(),
      200);
  EXPECT_EQ(Get(app + ":EventForwardPolicy"), Json::parse(R"({"dropEvent":["amf"]})"));
  EXPECT_THAT(happened_, IsEmpty()) << "nothing starts again";
}

TEST_F(CallsTest, ReadsCertificatesAnew) {
  EXPECT_EQ(Ask("POST", "/v1/vhosts:reloadAllCertificates").status(), 200);
  EXPECT_EQ(Ask("POST", "/v1/vhosts/default:reloadCertificate").status(), 200);
  reloaded_ = Fail(ErrorCode::kNotFound, "no file");
  const std::string text = "Failed to reload certificate. Check server log for more information.";
  Expect(500, text, "POST", "/v1/vhosts:reloadAllCertificates");
  Expect(500, text, "POST", "/v1/vhosts/default:reloadCertificate");
  Expect(400, "TLS is not enabled for the API Server", "POST",
         "/v1/managers/api:reloadCertificate");
}

}  // namespace
}  // namespace weir::origin
