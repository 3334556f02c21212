#include "origin/apps/call_parts.h"

#include <memory>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "origin/api/place.h"

namespace weir::origin {
namespace {

using Json = nlohmann::json;

/// So that the keys of records stay within what the store takes.
constexpr size_t kNameMax = 200;

Json DefaultProviders() {
  const Json none = Json::object();
  return {{"ovt", none}, {"rtspPull", none}, {"webrtc", none}, {"srt", none}, {"rtmp", none}};
}

Json DefaultPublishers() {
  const Json none = Json::object();
  return {{"llhls", none}, {"webrtc", none}, {"ovt", none}};
}

Json DefaultAudio(const char* codec) {
  return {{"name", codec},       {"codec", codec}, {"bitrate", 128000},
          {"samplerate", 48000}, {"channel", 2},   {"bypassIfMatch", {{"codec", "eq"}}}};
}

Json DefaultProfiles() {
  const Json video{{"name", "bypass_video"}, {"bypass", true}};
  const Json encodes{{"videos", Json::array({video})},
                     {"audios", Json::array({DefaultAudio("opus"), DefaultAudio("aac")})}};
  const Json profile{
      {"name", "default"}, {"outputStreamName", "${OriginStreamName}"}, {"encodes", encodes}};
  return {{"outputProfile", Json::array({profile})}};
}

Status AddDefault(const JsonForm& form, const char* name, const Json& json, config::Draft& app) {
  if (app.Child(name) != nullptr) return {};
  Result<config::Draft> made = form.Read(name, name, json);
  if (!made) return tl::unexpected(made.error());
  app.children.push_back(*std::move(made));
  return {};
}

/// The walk through an array.
struct Walk {
  Json items;
  std::function<void(const Json&, api::Reply)> one;
  api::Reply reply;
  std::vector<api::Answer> answers{};
};

void GoOn(const std::shared_ptr<Walk>& walk) {
  if (walk->answers.size() == walk->items.size())
    return walk->reply(api::Answer::Each(walk->answers));
  walk->one(walk->items[walk->answers.size()], [walk](api::Answer answer) {
    walk->answers.push_back(std::move(answer));
    GoOn(walk);
  });
}

}  // namespace

api::Answer NoHost(std::string_view vhost) {
  return api::Answer::Error(404, api::NoHost(vhost));
}

api::Answer NoApp(std::string_view vhost, std::string_view app) {
  return api::Answer::Error(404, api::NoApplication(vhost, app));
}

api::Answer ReadOnly(std::string_view vhost) {
  return api::Answer::Error(403, fmt::format("The VirtualHost is read-only: [{}]", vhost));
}

std::optional<api::Answer> CheckHost(const ServerModel& now, const std::string& vhost,
                                     Access access) {
  const HostModel* host = now.FindHost(vhost);
  if (host == nullptr) return NoHost(vhost);
  if (access == Access::kChange && !host->made) return ReadOnly(vhost);
  return std::nullopt;
}

std::optional<api::Answer> CheckApp(const ServerModel& now, const std::string& vhost,
                                    const std::string& app, Access access) {
  if (auto wrong = CheckHost(now, vhost, Access::kRead)) return wrong;
  const AppModel* there = now.FindHost(vhost)->FindApp(app);
  if (there == nullptr || there->is_template()) return NoApp(vhost, app);
  return CheckHost(now, vhost, access);
}

std::optional<api::Answer> CheckItems(const Json& body) {
  if (!body.is_array()) return api::Answer::Error(400, "Request body must be an array");
  if (body.size() > kItemsMax)
    return api::Answer::Error(400, fmt::format("Request body has more than {} items", kItemsMax));
  return std::nullopt;
}

void ForEach(Json items, std::function<void(const Json&, api::Reply)> one, api::Reply reply) {
  GoOn(std::make_shared<Walk>(
      Walk{.items = std::move(items), .one = std::move(one), .reply = std::move(reply)}));
}

Json ShowApp(const JsonForm& form, const AppModel& app) {
  Json json = form.Write(app.draft, "Application");
  json["dynamic"] = false;
  return json;
}

Json ShowHost(const JsonForm& form, const HostModel& host) {
  return form.Write(host.draft, "VirtualHost");
}

Result<config::Draft> ReadNewApp(const JsonForm& form, const Json& json) {
  Result<config::Draft> app = form.Read("Application", "Application", json);
  if (!app) return app;
  const std::string& type = app->Need("Type").text;
  if (type != "live" && type != "vod")
    return Fail(ErrorCode::kMalformed, "type must be live or vod");
  for (const Status& added : {AddDefault(form, "Providers", DefaultProviders(), *app),
                              AddDefault(form, "Publishers", DefaultPublishers(), *app),
                              AddDefault(form, "OutputProfiles", DefaultProfiles(), *app)}) {
    if (!added) return tl::unexpected(added.error());
  }
  return app;
}

Apps::Write AppRecord(const JsonForm& form, const HostModel& host, const AppModel& app) {
  return {.key = ApiStorage::AppKey(host.name(), host.id, app.name()),
          .value = Json{{"number", app.number}, {"config", form.Write(app.draft, "Application")}}};
}

void PlanRemake(const JsonForm& form, const HostModel& host, const AppModel& app,
                Apps::Plan& plan) {
  plan.writes.push_back(AppRecord(form, host, app));
  plan.ending = plan.starting = {{.vhost = host.name(), .app = app.name()}};
}

void AddCall(api::Routes& routes, Apps& apps, api::Route route,
             std::function<void(const api::Call& call, const api::Reply& reply)> handler) {
  routes.Add(std::move(route),
             [&apps, handler = std::move(handler)](const api::Call& call, api::Reply reply) {
               apps.WhenLoaded([handler, call, reply = std::move(reply)] { handler(call, reply); });
             });
}

bool IsName(std::string_view name) {
  return !name.empty() && name.size() <= kNameMax && name != "*";
}

}  // namespace weir::origin
