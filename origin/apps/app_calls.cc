#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "origin/api/schema.h"
#include "origin/apps/call_parts.h"
#include "origin/apps/calls.h"
#include "service/letters.h"

namespace weir::origin {
namespace {

using api::Answer;
using api::Call;
using api::Reply;
using Json = nlohmann::json;

std::optional<Answer> MakeApp(const JsonForm& form, const std::string& vhost,
                              const config::Draft& draft, ServerModel& next, Apps::Plan& plan) {
  if (auto wrong = CheckHost(next, vhost, Access::kChange)) return wrong;
  HostModel& host = *next.FindHost(vhost);
  AppModel app{.draft = draft};
  const std::string name = app.name();
  if (host.FindApp(name) != nullptr)
    return Answer::Error(
        409, fmt::format("Could not create the application: [{}/{}] already exists", vhost, name));
  if (!IsName(name) || host.apps.size() >= Apps::kAppsMax)
    return Answer::Error(500,
                         fmt::format("Failed to create the application: [{}/{}]", vhost, name));
  for (const AppModel& other : host.apps)
    app.number = std::max(app.number, other.number + 1);
  plan.writes.push_back(AppRecord(form, host, app));
  plan.starting.push_back({.vhost = vhost, .app = name});
  host.apps.push_back(std::move(app));
  return std::nullopt;
}

Apps::Report ShowingApp(const JsonForm& form, std::string vhost, std::string app) {
  return [&form, vhost = std::move(vhost), app = std::move(app)](const ServerModel& now) {
    return Answer::Ok(ShowApp(form, *now.FindHost(vhost)->FindApp(app)));
  };
}

void PostApp(Apps& apps, const std::string& vhost, const Json& item, const Reply& reply) {
  const JsonForm& form = apps.form();
  Result<config::Draft> draft = ReadNewApp(form, item);
  if (!draft) return reply(Answer::Error(400, draft.error().detail));
  std::string name = draft->Need("Name").text;
  apps.Change(
      [&form, vhost, draft = *std::move(draft)](ServerModel& next, Apps::Plan& plan) {
        return MakeApp(form, vhost, draft, next, plan);
      },
      ShowingApp(form, vhost, std::move(name)), reply);
}

/// One item that cannot be read spoils all.
void PostApps(Apps& apps, const Call& call, const Reply& reply) {
  const std::string& vhost = call.Name("vhost");
  if (auto wrong = CheckHost(apps.now(), vhost, Access::kChange)) return reply(*wrong);
  if (auto wrong = CheckItems(call.body)) return reply(*wrong);
  for (const Json& item : call.body) {
    const Result<config::Draft> draft = ReadNewApp(apps.form(), item);
    if (!draft) return reply(Answer::Error(400, draft.error().detail));
  }
  ForEach(
      call.body,
      [&apps, vhost](const Json& item, const Reply& done) { PostApp(apps, vhost, item, done); },
      reply);
}

/// What no change may name, whatever its capitals; nothing where all is well.
std::optional<Answer> CheckChange(const Json& body) {
  if (!body.is_object()) return Answer::Error(400, "Request body must be an object");
  constexpr std::array<std::string_view, 3> kFixed{"name", "dynamic", "outputprofiles"};
  for (const auto& [key, value] : body.items()) {
    if (std::find(kFixed.begin(), kFixed.end(), service::LowerCase(key)) != kFixed.end())
      return Answer::Error(400, fmt::format("Cannot change [{}] using this API", key));
  }
  return std::nullopt;
}

/// `app` after `method` with `body`: a PATCH changes what it gives, a PUT leaves the name and the
/// output profiles as they are and nothing else.
Result<config::Draft> Changed(const JsonForm& form, const config::Draft& app,
                              const std::string& method, const Json& patch) {
  // Read and written once, so that every member has the one spelling it is found by.
  const auto part = form.Read("Application", "Application", patch, JsonForm::Extent::kPart);
  if (!part) return part;
  Json json = form.Write(app, "Application");
  if (method == "PUT") {
    Json kept = {{"name", json["name"]}};
    if (json.contains("outputProfiles")) kept["outputProfiles"] = json["outputProfiles"];
    json = std::move(kept);
  }
  MergeJson(form.Write(*part, "Application"), json);
  return form.Read("Application", "Application", json);
}

void ChangeApp(Apps& apps, const Call& call, const Reply& reply) {
  const JsonForm& form = apps.form();
  const std::string& vhost = call.Name("vhost");
  const std::string& app = call.Name("app");
  if (auto wrong = CheckApp(apps.now(), vhost, app, Access::kChange)) return reply(*wrong);
  if (auto wrong = CheckChange(call.body)) return reply(*wrong);
  apps.Change(
      [&form, vhost, app, method = call.method, body = call.body](
          ServerModel& next, Apps::Plan& plan) -> std::optional<Answer> {
        if (auto wrong = CheckApp(next, vhost, app, Access::kChange)) return wrong;
        AppModel& model = *next.FindHost(vhost)->FindApp(app);
        Result<config::Draft> draft = Changed(form, model.draft, method, body);
        if (!draft) return Answer::Error(400, draft.error().detail);
        model.draft = *std::move(draft);
        PlanRemake(form, *next.FindHost(vhost), model, plan);
        return std::nullopt;
      },
      ShowingApp(form, vhost, app), reply);
}

void DeleteApp(Apps& apps, const Call& call, const Reply& reply) {
  const std::string& vhost = call.Name("vhost");
  const std::string& app = call.Name("app");
  apps.Change(
      [vhost, app](ServerModel& next, Apps::Plan& plan) -> std::optional<Answer> {
        if (auto wrong = CheckApp(next, vhost, app, Access::kChange)) return wrong;
        HostModel& host = *next.FindHost(vhost);
        plan.writes.push_back(
            {.key = ApiStorage::AppKey(vhost, host.id, app), .value = std::nullopt});
        plan.clearance.push_back(
            {.key = ApiStorage::EventsKey(vhost, host.id, app), .value = std::nullopt});
        plan.ending.push_back({.vhost = vhost, .app = app});
        next.dropped_events.erase({vhost, app});
        std::erase_if(host.apps, [&app](const AppModel& one) { return one.name() == app; });
        return std::nullopt;
      },
      [](const ServerModel& /*now*/) { return Answer::Ok(); }, reply);
}

void GetApps(const Apps& apps, const Call& call, const Reply& reply) {
  const HostModel* host = apps.now().FindHost(call.Name("vhost"));
  if (host == nullptr) return reply(NoHost(call.Name("vhost")));
  Json names = Json::array();
  for (const AppModel& app : host->apps) {
    if (!app.is_template()) names.push_back(app.name());
  }
  reply(Answer::Ok(std::move(names)));
}

void GetApp(const Apps& apps, const Call& call, const Reply& reply) {
  const std::string& vhost = call.Name("vhost");
  const std::string& app = call.Name("app");
  if (auto wrong = CheckApp(apps.now(), vhost, app, Access::kRead)) return reply(*wrong);
  reply(Answer::Ok(ShowApp(apps.form(), *apps.now().FindHost(vhost)->FindApp(app))));
}

}  // namespace

void AddAppCalls(api::Routes& routes, Apps& apps) {
  const auto add = [&](api::Route route, auto handler) {
    route.tags = {"apps"};
    AddCall(routes, apps, std::move(route), std::move(handler));
  };
  const Json application = api::FreeObjectSchema("An application, as conf/reference.md has it");
  add({.method = "GET",
       .pattern = "/v1/vhosts/{vhost}/apps",
       .summary = "The names of a virtual host's applications."},
      [&apps](const Call& call, const Reply& reply) { GetApps(apps, call, reply); });
  add({.method = "POST",
       .pattern = "/v1/vhosts/{vhost}/apps",
       .summary = "Makes applications.",
       .body = api::ListSchema(application, "Applications"),
       .checked = false,
       .bad = {207, 400, 403, 409, 500}},
      [&apps](const Call& call, const Reply& reply) { PostApps(apps, call, reply); });
  for (const char* pattern : {"/v1/vhosts/{vhost}/apps/{app}", "/v1/vhosts/{vhost}/apps/{app}:"}) {
    add({.method = "GET", .pattern = pattern, .summary = "An application."},
        [&apps](const Call& call, const Reply& reply) { GetApp(apps, call, reply); });
  }
  for (const auto& [method, summary] : {
           std::pair{"PATCH", "Changes what is given of an application, and starts it again."},
           std::pair{"PUT",
                     "Replaces all of an application but its name and output profiles, and "
                     "starts it again."},
       }) {
    add({.method = method,
         .pattern = "/v1/vhosts/{vhost}/apps/{app}",
         .summary = summary,
         .body = application,
         .checked = false,
         .bad = {400, 403, 500}},
        [&apps](const Call& call, const Reply& reply) { ChangeApp(apps, call, reply); });
  }
  add({.method = "DELETE",
       .pattern = "/v1/vhosts/{vhost}/apps/{app}",
       .summary = "Ends an application that the API made.",
       .bad = {403, 500}},
      [&apps](const Call& call, const Reply& reply) { DeleteApp(apps, call, reply); });
  add({.method = "POST",
       .pattern = "/v1/vhosts/{vhost}/apps/{app}:restart",
       .summary = "Reads an application's configuration anew and starts it again.",
       .body = api::ObjectSchema({}),
       .bad = {400, 500},
       .optional_body = true},
      [&apps](const Call& call, const Reply& reply) {
        const std::string& vhost = call.Name("vhost");
        const std::string& app = call.Name("app");
        if (auto wrong = CheckApp(apps.now(), vhost, app, Access::kRead)) return reply(*wrong);
        apps.Restart(vhost, app, reply);
      });
}

}  // namespace weir::origin
