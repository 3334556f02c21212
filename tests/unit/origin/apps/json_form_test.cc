#include "origin/apps/json_form.h"

#include <string>

#include <gmock/gmock.h>

#include "origin/apps/json_names.h"

namespace weir::origin {
namespace {

using Json = nlohmann::json;
using config::Draft;

const JsonForm kForm("conf/API");

Draft ReadApp(const std::string& json) {
  auto read = kForm.Read("Application", "Application", Json::parse(json));
  EXPECT_TRUE(read) << read.error().detail;
  return read ? *read : Draft{};
}

std::string Refusal(const std::string& json) {
  const auto read = kForm.Read("Application", "Application", Json::parse(json));
  EXPECT_FALSE(read);
  return read ? std::string() : read.error().detail;
}

/// An element with every child its shape knows, lists with two of them.
Draft Everything(const config::ElementTable& table, const std::string& name,
                 const std::string& shape, ValueKind kind) {
  Draft draft{.name = name, .text = {}, .where = "conf/API", .attributes = {}, .children = {}};
  if (shape.empty()) {
    draft.text = kind == ValueKind::kFlag     ? "true"
                 : kind == ValueKind::kWhole  ? "-7"
                 : kind == ValueKind::kNumber ? "0.25"
                                              : "some text";
    return draft;
  }
  for (const config::KnownElement& child : table.ChildrenOf(shape)) {
    const JsonMember member = JsonMemberOf(shape, child);
    for (int i = 0; i < (member.list ? 2 : 1); ++i)
      draft.children.push_back(Everything(table, child.name, child.shape, member.kind));
  }
  return draft;
}

TEST(JsonForm, BringsEveryElementOfAVirtualHostBack) {
  const Draft all = Everything(config::ElementTable(), "VirtualHost", "VirtualHost", {});
  const Json json = kForm.Write(all, "VirtualHost");
  const auto back = kForm.Read("VirtualHost", "VirtualHost", json);
  ASSERT_TRUE(back) << back.error().detail;
  // Members of objects have an order of their own, so what is written is compared.
  EXPECT_EQ(kForm.Write(*back, "VirtualHost"), json);
  EXPECT_EQ(json["applications"].size(), 2u);
  EXPECT_EQ(json["applications"][1]["publishers"]["llhls"]["chunkDuration"], 0.25);
}

TEST(JsonForm, NamesThingsAsOvenMediaEngineDoes) {
  const Json json = kForm.Write(
      Everything(config::ElementTable(), "VirtualHost", "VirtualHost", {}), "VirtualHost");
  const auto has = [&json](const char* path) {
    return json.contains(Json::json_pointer(path)) ? path : std::string("no ") + path;
  };
  for (const char* path :
       {"/host/names/0",
        "/host/tls/certPath",
        "/origins/origin/0/pass/urls/url/0",
        "/origins/origin/0/ignoreRtcpSRTimestamp",
        "/signedPolicy/enables/providers",
        "/admissionWebhooks/controlServerUrl",
        "/originMapStore/redisServer/host",
        "/applications/0/providers/rtspPull",
        "/applications/0/providers/mpegts/streams/0/port",
        "/applications/0/publishers/llhls/crossDomains/urls/0",
        "/applications/0/publishers/llhls/dVR/enable",
        "/applications/0/publishers/llhls/dRM/infoFile",
        "/applications/0/publishers/mPEGTSPush/streamMap/path",
        "/applications/0/outputProfiles/hwaccels/decoder",
        "/applications/0/outputProfiles/outputProfile/0/encodes/videos/0/bFrames",
        "/applications/0/outputProfiles/outputProfile/0/encodes/videos/0/bypassIfMatch/sAR",
        "/applications/0/outputProfiles/outputProfile/0/encodes/images/0/codec",
        "/applications/0/outputProfiles/outputProfile/0/playlists/0/options/hLSChunklistPathDepth",
        "/applications/0/outputProfiles/outputProfile/0/playlists/0/options/webRtcAutoAbr",
        "/applications/0/outputProfiles/outputProfile/0/playlists/0/renditions/0/video_index_hint",
        "/applications/0/outputProfiles/outputProfile/0/playlists/0/rendition_templates/0/"
        "video_template/max_width"}) {
    EXPECT_EQ(has(path), path);
  }
}

TEST(JsonForm, TakesOtherSpellings) {
  const Draft app = ReadApp(R"({"Name":"a","type":"live","publishers":{"LLHLS":{"DVR":{"Enable":
      "true"}}},"outputProfiles":{"outputProfile":[{"name":"p","outputStreamName":"o",
      "playlists":[{"name":"n","fileName":"f","options":{"hlsChunklistPathDepth":1}}]}]}})");
  EXPECT_EQ(kForm.Write(app, "Application"), Json::parse(R"({"name":"a","type":"live",
      "publishers":{"llhls":{"dVR":{"enable":true}}},"outputProfiles":{"outputProfile":[
      {"name":"p","outputStreamName":"o","playlists":[{"name":"n","fileName":"f",
      "options":{"hLSChunklistPathDepth":1}}]}]}})"));
}

TEST(JsonForm, ShowsValuesAsWhatTheyAre) {
  const Draft app = ReadApp(R"({"name":"5","type":"live","publishers":{"llhls":{"segmentCount":"5",
      "segmentDuration":2,"chunkDuration":0.5,"originMode":false}},"outputProfiles":{
      "outputProfile":[{"name":"p","outputStreamName":"o","encodes":{"audios":[{"bitrate":128000,
      "bypassIfMatch":{"samplerate":"eq"}}]}}]}})");
  const Json json = kForm.Write(app, "Application");
  EXPECT_EQ(json["name"], "5");
  EXPECT_EQ(json["publishers"]["llhls"], Json::parse(R"({"segmentCount":5,"segmentDuration":2,
      "chunkDuration":0.5,"originMode":false})"));
  EXPECT_EQ(json["outputProfiles"]["outputProfile"][0]["encodes"]["audios"][0],
            Json::parse(R"({"bitrate":"128000","bypassIfMatch":{"samplerate":"eq"}})"));
}

TEST(JsonForm, LeavesNullsOut) {
  const Draft app = ReadApp(R"({"name":"a","type":"live","providers":null})");
  EXPECT_EQ(app.Child("Providers"), nullptr);
}

TEST(JsonForm, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(Refusal(R"({"name":"a","type":"live","x":1})"), "Unknown item found: x");
  EXPECT_EQ(Refusal(R"({"name":"a","type":"live","publishers":{"llhls":{"dynamo":{}}}})"),
            "Unknown item found: publishers.llhls.dynamo");
  EXPECT_EQ(Refusal(R"({"name":"a","type":"live","outputProfiles":{"outputProfile":[
      {"name":"p","outputStreamName":"o","encodes":{"videos":[{"bypas":true}]}}]}})"),
            "Unknown item found: outputProfiles.outputProfile[0].encodes.videos[0].bypas");
}

TEST(JsonForm, RefusesWhatIsNotOfItsKind) {
  EXPECT_EQ(Refusal("[]"), "Request body must be an object");
  EXPECT_EQ(Refusal("7"), "Request body must be an object");
  EXPECT_EQ(Refusal(R"({"type":"live"})"), "name is required");
  EXPECT_EQ(Refusal(R"({"name":{},"type":"live"})"), "name must be a string");
  EXPECT_EQ(Refusal(R"({"name":["a"],"type":"live"})"), "name must be a string");
  EXPECT_EQ(Refusal(R"({"name":true,"type":"live"})"), "name must be a string");
  EXPECT_EQ(Refusal(R"({"name":"a\u0000b","type":"live"})"), "name has control characters");
  EXPECT_EQ(Refusal(R"({"name":"a","Name":"b","type":"live"})"), "name is given twice");
  EXPECT_EQ(Refusal(R"({"name":"a","type":"live","providers":"rtmp"})"),
            "providers must be an object");
  EXPECT_EQ(Refusal(R"({"name":"a","type":"live","publishers":{"llhls":{"segmentCount":1.5}}})"),
            "publishers.llhls.segmentCount must be a whole number");
  EXPECT_EQ(Refusal(R"({"name":"a","type":"live","publishers":{"llhls":{"segmentCount":"x"}}})"),
            "publishers.llhls.segmentCount must be a number");
  EXPECT_EQ(Refusal(R"({"name":"a","type":"live","publishers":{"llhls":{"originMode":1}}})"),
            "publishers.llhls.originMode must be true or false");
  EXPECT_EQ(Refusal(R"({"name":"a","type":"live","outputProfiles":{"outputProfile":{}}})"),
            "outputProfiles.outputProfile must be an array");
  const Json endless{{"name", std::string(70'000, 'x')}, {"type", "live"}};
  EXPECT_EQ(Refusal(endless.dump()), "name is too long");
}

TEST(JsonForm, ReadsAPartWhereThatIsEnough) {
  const auto part = kForm.Read("Application", "Application", Json::parse(R"({"type":"vod"})"),
                               JsonForm::Extent::kPart);
  ASSERT_TRUE(part);
  // What is in a list replaces it, so it has to be whole.
  EXPECT_FALSE(kForm.Read("Application", "Application",
                          Json::parse(R"({"outputProfiles":{"outputProfile":[{"name":"p"}]}})"),
                          JsonForm::Extent::kPart));
}

TEST(JsonForm, MergesObjectsAndReplacesTheRest) {
  Json target = Json::parse(R"({"a":{"b":1,"c":[1,2]},"d":"e"})");
  MergeJson(Json::parse(R"({"a":{"c":[3],"f":{}},"d":7})"), target);
  EXPECT_EQ(target, Json::parse(R"({"a":{"b":1,"c":[3],"f":{}},"d":7})"));
}

}  // namespace
}  // namespace weir::origin
