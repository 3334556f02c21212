#include <string>
#include <utility>
#include <vector>

#include "origin/api/schema.h"
#include "origin/apps/call_parts.h"
#include "origin/apps/calls.h"

namespace weir::origin {
namespace {

using api::Answer;
using api::Call;
using api::Reply;
using Json = nlohmann::json;

Json PolicySchema() {
  Json kind = api::TextSchema("A kind of event that publishers may not send");
  kind["enum"] = {"amf", "scte35", "id3v2", "webvtt", "cue", "oven_event"};
  Json list = api::ListSchema(std::move(kind), "What is dropped");
  list["maxItems"] = 6;
  return api::ObjectSchema({{"dropEvent", std::move(list)}}, {"dropEvent"});
}

void SetPolicy(Apps& apps, const Call& call, const Reply& reply) {
  apps.Change(
      [call](ServerModel& next, Apps::Plan& plan) -> std::optional<Answer> {
        const std::string& vhost = call.Name("vhost");
        const std::string& app = call.Name("app");
        if (auto wrong = CheckApp(next, vhost, app, Access::kRead)) return wrong;
        next.dropped_events[{vhost, app}] = call.body["dropEvent"].get<std::vector<std::string>>();
        plan.writes.push_back(
            {.key = ApiStorage::EventsKey(vhost, next.FindHost(vhost)->storage_id(), app),
             .value = call.body});
        return std::nullopt;
      },
      [](const ServerModel& /*now*/) { return Answer::Ok(); }, reply);
}

void GetPolicy(const Apps& apps, const Call& call, const Reply& reply) {
  const std::string& vhost = call.Name("vhost");
  const std::string& app = call.Name("app");
  if (auto wrong = CheckApp(apps.now(), vhost, app, Access::kRead)) return reply(*wrong);
  const auto& policies = apps.now().dropped_events;
  const auto policy = policies.find({vhost, app});
  Json dropped = Json::array();
  if (policy != policies.end()) dropped = policy->second;
  reply(Answer::Ok({{"dropEvent", std::move(dropped)}}));
}

}  // namespace

void AddEventPolicyCalls(api::Routes& routes, Apps& apps) {
  AddCall(routes, apps,
          {.method = "POST",
           .pattern = "/v1/vhosts/{vhost}/apps/{app}:setEventForwardPolicy",
           .summary = "Says which events are not taken in from publishers.",
           .body = PolicySchema(),
           .bad = {400, 500},
           .tags = {"apps"}},
          [&apps](const Call& call, const Reply& reply) { SetPolicy(apps, call, reply); });
  AddCall(routes, apps,
          {.method = "GET",
           .pattern = "/v1/vhosts/{vhost}/apps/{app}:EventForwardPolicy",
           .summary = "Which events are not taken in from publishers.",
           .tags = {"apps"}},
          [&apps](const Call& call, const Reply& reply) { GetPolicy(apps, call, reply); });
}

}  // namespace weir::origin
