#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "crypto/random.h"
#include "origin/api/schema.h"
#include "origin/apps/call_parts.h"
#include "origin/apps/calls.h"

namespace weir::origin {
namespace {

using api::Answer;
using api::Call;
using api::Reply;
using Json = nlohmann::json;

constexpr size_t kIdDigits = 16;

api::Answer NotMade(const std::string& vhost) {
  return Answer::Error(400, fmt::format("Failed to create the virtual host: [{}]", vhost));
}

/// Takes the applications out of a virtual host that is to be made.
Result<std::vector<AppModel>> TakeApps(config::Draft& host) {
  std::vector<AppModel> apps;
  const config::Draft* list = host.Child("Applications");
  if (list != nullptr) {
    for (const config::Draft& draft : list->children) {
      apps.push_back({.draft = draft, .number = apps.size() + 1});
      if (!IsName(apps.back().name()))
        return Fail(ErrorCode::kMalformed, "an application has an impossible name");
    }
  }
  host.Remove("Applications");
  return apps;
}

/// The applications' records first: without that of their virtual host they are nothing.
void PlanHost(const JsonForm& form, const HostModel& host, Apps::Plan& plan) {
  for (const AppModel& app : host.apps) {
    plan.writes.push_back(AppRecord(form, host, app));
    plan.starting.push_back({.vhost = host.name(), .app = app.name()});
  }
  plan.writes.push_back({.key = ApiStorage::HostKey(host.name()),
                         .value = Json{{"id", host.id},
                                       {"number", host.number},
                                       {"config", form.Write(host.draft, "VirtualHost")}}});
}

std::optional<Answer> MakeHost(const JsonForm& form, config::Draft draft, ServerModel& next,
                               Apps::Plan& plan) {
  Result<std::vector<AppModel>> apps = TakeApps(draft);
  if (!apps) return Answer::Error(400, apps.error().detail);
  HostModel host{.draft = std::move(draft),
                 .made = true,
                 .id = crypto::RandomHex(kIdDigits),
                 .apps = *std::move(apps)};
  if (next.FindHost(host.name()) != nullptr)
    return Answer::Error(409, fmt::format("The virtual host already exists: [{}]", host.name()));
  if (!IsName(host.name()) || next.hosts.size() >= Apps::kHostsMax ||
      host.apps.size() > Apps::kAppsMax)
    return NotMade(host.name());
  for (const HostModel& other : next.hosts)
    host.number = std::max(host.number, other.number + 1);
  PlanHost(form, host, plan);
  next.hosts.push_back(std::move(host));
  return std::nullopt;
}

void PostHost(Apps& apps, const Json& item, const Reply& reply) {
  Result<config::Draft> draft = apps.form().Read("VirtualHost", "VirtualHost", item);
  if (!draft) return reply(Answer::Error(400, draft.error().detail));
  const std::string name = draft->Need("Name").text;
  apps.Change(
      [&form = apps.form(), draft = *std::move(draft)](ServerModel& next, Apps::Plan& plan) {
        return MakeHost(form, draft, next, plan);
      },
      [&form = apps.form(), name](const ServerModel& now) {
        return Answer::Ok(ShowHost(form, *now.FindHost(name)));
      },
      reply);
}

void PostHosts(Apps& apps, const Call& call, const Reply& reply) {
  if (auto wrong = CheckItems(call.body)) return reply(*wrong);
  ForEach(
      call.body, [&apps](const Json& item, const Reply& done) { PostHost(apps, item, done); },
      reply);
}

std::optional<Answer> RemoveHost(const std::string& vhost, ServerModel& next, Apps::Plan& plan) {
  if (auto wrong = CheckHost(next, vhost, Access::kChange)) return wrong;
  const HostModel* host = next.FindHost(vhost);
  // What goes first is what makes the rest be left over.
  plan.writes.push_back({.key = ApiStorage::HostKey(vhost), .value = std::nullopt});
  for (const AppModel& app : host->apps) {
    const std::string name = app.name();
    plan.ending.push_back({.vhost = vhost, .app = name});
    for (std::string key :
         {ApiStorage::AppKey(vhost, host->id, name), ApiStorage::EventsKey(vhost, host->id, name)})
      plan.clearance.push_back({.key = std::move(key), .value = std::nullopt});
    next.dropped_events.erase({vhost, name});
  }
  std::erase_if(next.hosts, [&vhost](const HostModel& one) { return one.name() == vhost; });
  return std::nullopt;
}

void DeleteHost(Apps& apps, const Call& call, const Reply& reply) {
  apps.Change([vhost = call.Name("vhost")](
                  ServerModel& next, Apps::Plan& plan) { return RemoveHost(vhost, next, plan); },
              [](const ServerModel& /*now*/) { return Answer::Ok(); }, reply);
}

void GetHosts(const Apps& apps, const Reply& reply) {
  Json names = Json::array();
  for (const HostModel& host : apps.now().hosts)
    names.push_back(host.name());
  reply(Answer::Ok(std::move(names)));
}

void GetHost(const Apps& apps, const Call& call, bool with_apps, const Reply& reply) {
  const HostModel* host = apps.now().FindHost(call.Name("vhost"));
  if (host == nullptr) return reply(NoHost(call.Name("vhost")));
  Json json = ShowHost(apps.form(), *host);
  if (with_apps) {
    json["applications"] = Json::array();
    for (const AppModel& app : host->apps)
      json["applications"].push_back(ShowApp(apps.form(), app));
  }
  reply(Answer::Ok(std::move(json)));
}

}  // namespace

void AddHostCalls(api::Routes& routes, Apps& apps) {
  const auto add = [&](api::Route route, auto handler) {
    route.tags = {"vhosts"};
    AddCall(routes, apps, std::move(route), std::move(handler));
  };
  add({.method = "GET", .pattern = "/v1/vhosts", .summary = "The names of all virtual hosts."},
      [&apps](const Call&, const Reply& reply) { GetHosts(apps, reply); });
  add({.method = "POST",
       .pattern = "/v1/vhosts",
       .summary = "Makes virtual hosts.",
       .body = api::ListSchema(api::FreeObjectSchema("A virtual host, as conf/reference.md has it"),
                               "Virtual hosts"),
       .checked = false,
       .bad = {207, 400, 409, 500}},
      [&apps](const Call& call, const Reply& reply) { PostHosts(apps, call, reply); });
  add({.method = "GET",
       .pattern = "/v1/vhosts/{vhost}",
       .summary = "A virtual host without its applications."},
      [&apps](const Call& call, const Reply& reply) { GetHost(apps, call, false, reply); });
  add({.method = "GET",
       .pattern = "/v1/vhosts/{vhost}:",
       .summary = "A virtual host with its applications."},
      [&apps](const Call& call, const Reply& reply) { GetHost(apps, call, true, reply); });
  add({.method = "PUT",
       .pattern = "/v1/vhosts/{vhost}",
       .summary = "Refused: a virtual host is changed by deleting and making it.",
       .body = api::FreeObjectSchema("A virtual host, as conf/reference.md has it"),
       .checked = false,
       .bad = {400, 403}},
      [&apps](const Call& call, const Reply& reply) {
        if (auto wrong = CheckHost(apps.now(), call.Name("vhost"), Access::kChange))
          return reply(*wrong);
        reply(Answer::Error(400, "A virtual host cannot be changed: delete it and make it anew"));
      });
  add({.method = "DELETE",
       .pattern = "/v1/vhosts/{vhost}",
       .summary = "Ends a virtual host that the API made, and all that is in it.",
       .bad = {403, 500}},
      [&apps](const Call& call, const Reply& reply) { DeleteHost(apps, call, reply); });
}

}  // namespace weir::origin
