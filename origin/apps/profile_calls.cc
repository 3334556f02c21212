#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

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

constexpr std::string_view kNoItems =
    R"("encodes" must have at least one item (videos array or audios array))";

/// OvenMediaEngine's words for what is wrong with the outline of a profile; empty when it is well.
std::string WrongOutline(const Json& profile) {
  for (const char* name : {"name", "outputStreamName", "encodes"}) {
    if (!profile.is_object() || !profile.contains(name))
      return R"("name", "outputStreamName", "encodes" are required)";
  }
  const Json& encodes = profile["encodes"];
  if (!profile["name"].is_string() || !encodes.is_object())
    return R"("name" must be a string and "encodes" must be an object)";
  if (!encodes.contains("videos") && !encodes.contains("audios")) return std::string(kNoItems);
  size_t items = 0;
  for (const char* kind : {"videos", "audios"}) {
    const auto list = encodes.find(kind);
    if (list == encodes.end()) continue;
    if (!list->is_array()) return fmt::format(R"("encodes.{}" must be an array)", kind);
    items += list->size();
  }
  if (items == 0) return fmt::format("{} and each item must have at least one item", kNoItems);
  return {};
}

Result<config::Draft> ReadProfile(const JsonForm& form, const Json& json) {
  if (const std::string wrong = WrongOutline(json); !wrong.empty())
    return Fail(ErrorCode::kMalformed, fmt::format("Invalid request body: {}", wrong));
  return form.Read("OutputProfile", "OutputProfile", json);
}

std::string NameOf(const config::Draft& profile) {
  const config::Draft* name = profile.Child("Name");
  return name == nullptr ? std::string() : name->text;
}

/// In an application, or null.
const config::Draft* FindProfile(const AppModel& app, std::string_view profile) {
  const config::Draft* list = app.draft.Child("OutputProfiles");
  if (list == nullptr) return nullptr;
  const auto found = std::find_if(list->children.begin(), list->children.end(),
                                  [profile](const config::Draft& one) {
                                    return one.name == "OutputProfile" && NameOf(one) == profile;
                                  });
  return found == list->children.end() ? nullptr : &*found;
}

config::Draft* FindProfile(AppModel& app, std::string_view profile) {
  return const_cast<config::Draft*>(FindProfile(std::as_const(app), profile));
}

Answer NoProfile(const Call& call) {
  return Answer::Error(
      404, fmt::format("Could not find the output profile: [{}/{}/{}]", call.Name("vhost"),
                       call.Name("app"), call.Name("profile")));
}

const AppModel& AppOf(const ServerModel& now, const Call& call) {
  return *now.FindHost(call.Name("vhost"))->FindApp(call.Name("app"));
}

/// The checks all these calls begin with.
std::optional<Answer> Check(const ServerModel& now, const Call& call, Access access) {
  if (auto wrong = CheckApp(now, call.Name("vhost"), call.Name("app"), access)) return wrong;
  if (!call.names.contains("profile")) return std::nullopt;
  if (FindProfile(AppOf(now, call), call.Name("profile")) == nullptr) return NoProfile(call);
  return std::nullopt;
}

/// What has become of one profile that was posted: there already, or made.
Answer Posted(const JsonForm& form, const AppModel& app, const std::string& name, bool made) {
  if (!made)
    return Answer::Error(409, fmt::format(R"(The output profile "{}" already exists)", name));
  return Answer::Ok(form.Write(*FindProfile(app, name), "OutputProfile"));
}

struct NewProfile {
  config::Draft draft;
  std::string name;
  bool made = false;
};

Answer AllPosted(const JsonForm& form, const AppModel& app,
                 const std::vector<NewProfile>& profiles) {
  std::vector<Answer> answers;
  for (const NewProfile& profile : profiles)
    answers.push_back(Posted(form, app, profile.name, profile.made));
  return Answer::Each(answers);
}

/// All in one change, so that the application starts again once.
void PostProfiles(Apps& apps, const Call& call, const Reply& reply) {
  const JsonForm& form = apps.form();
  if (auto wrong = Check(apps.now(), call, Access::kChange)) return reply(*wrong);
  if (auto wrong = CheckItems(call.body)) return reply(*wrong);
  auto profiles = std::make_shared<std::vector<NewProfile>>();  // of the edit and the report
  for (const Json& item : call.body) {
    Result<config::Draft> draft = ReadProfile(form, item);
    if (!draft) return reply(Answer::Error(400, draft.error().detail));
    std::string name = NameOf(*draft);
    profiles->push_back({.draft = *std::move(draft), .name = std::move(name)});
  }
  apps.Change(
      [&form, call, profiles](ServerModel& next, Apps::Plan& plan) -> std::optional<Answer> {
        if (auto wrong = Check(next, call, Access::kChange)) return wrong;
        HostModel& host = *next.FindHost(call.Name("vhost"));
        AppModel& app = *host.FindApp(call.Name("app"));
        bool any = false;
        for (NewProfile& profile : *profiles) {
          profile.made = FindProfile(app, profile.name) == nullptr;
          if (profile.made) app.draft.Need("OutputProfiles").children.push_back(profile.draft);
          any = any || profile.made;
        }
        if (!any) return AllPosted(form, app, *profiles);
        PlanRemake(form, host, app, plan);
        return std::nullopt;
      },
      [&form, call, profiles](const ServerModel& now) {
        return AllPosted(form, AppOf(now, call), *profiles);
      },
      reply);
}

void ReplaceProfile(Apps& apps, const Call& call, const Reply& reply) {
  const JsonForm& form = apps.form();
  if (auto wrong = Check(apps.now(), call, Access::kChange)) return reply(*wrong);
  if (!call.body.is_object()) return reply(Answer::Error(400, "Request body must be an object"));
  for (const auto& [key, value] : call.body.items()) {
    if (service::LowerCase(key) == "name")
      return reply(Answer::Error(
          400, fmt::format("The {} entry cannot be specified in the modification", key)));
  }
  Json whole = call.body;
  whole["name"] = call.Name("profile");
  Result<config::Draft> draft = ReadProfile(form, whole);
  if (!draft) return reply(Answer::Error(400, draft.error().detail));
  apps.Change(
      [&form, call, draft = *std::move(draft)](ServerModel& next,
                                               Apps::Plan& plan) -> std::optional<Answer> {
        if (auto wrong = Check(next, call, Access::kChange)) return wrong;
        HostModel& host = *next.FindHost(call.Name("vhost"));
        AppModel& app = *host.FindApp(call.Name("app"));
        *FindProfile(app, call.Name("profile")) = draft;
        PlanRemake(form, host, app, plan);
        return std::nullopt;
      },
      [&form, call](const ServerModel& now) {
        return Posted(form, AppOf(now, call), call.Name("profile"), true);
      },
      reply);
}

void DeleteProfile(Apps& apps, const Call& call, const Reply& reply) {
  const JsonForm& form = apps.form();
  apps.Change(
      [&form, call](ServerModel& next, Apps::Plan& plan) -> std::optional<Answer> {
        if (auto wrong = Check(next, call, Access::kChange)) return wrong;
        HostModel& host = *next.FindHost(call.Name("vhost"));
        AppModel& app = *host.FindApp(call.Name("app"));
        std::vector<config::Draft>& list = app.draft.Need("OutputProfiles").children;
        std::erase_if(list, [name = call.Name("profile")](const config::Draft& one) {
          return one.name == "OutputProfile" && NameOf(one) == name;
        });
        PlanRemake(form, host, app, plan);
        return std::nullopt;
      },
      [](const ServerModel& /*now*/) { return Answer::Ok(); }, reply);
}

void GetProfiles(const Apps& apps, const Call& call, const Reply& reply) {
  if (auto wrong = Check(apps.now(), call, Access::kRead)) return reply(*wrong);
  Json names = Json::array();
  if (const config::Draft* list = AppOf(apps.now(), call).draft.Child("OutputProfiles")) {
    for (const config::Draft& one : list->children) {
      if (one.name == "OutputProfile") names.push_back(NameOf(one));
    }
  }
  reply(Answer::Ok(std::move(names)));
}

void GetProfile(const Apps& apps, const Call& call, const Reply& reply) {
  if (auto wrong = Check(apps.now(), call, Access::kRead)) return reply(*wrong);
  reply(Posted(apps.form(), AppOf(apps.now(), call), call.Name("profile"), true));
}

}  // namespace

void AddProfileCalls(api::Routes& routes, Apps& apps) {
  const auto add = [&](api::Route route, auto handler) {
    route.tags = {"outputProfiles"};
    AddCall(routes, apps, std::move(route), std::move(handler));
  };
  const char* all = "/v1/vhosts/{vhost}/apps/{app}/outputProfiles";
  const char* one = "/v1/vhosts/{vhost}/apps/{app}/outputProfiles/{profile}";
  const Json profile = api::FreeObjectSchema("An output profile, as conf/reference.md has it");
  add({.method = "GET", .pattern = all, .summary = "The names of an application's profiles."},
      [&apps](const Call& call, const Reply& reply) { GetProfiles(apps, call, reply); });
  add({.method = "POST",
       .pattern = all,
       .summary = "Makes output profiles, and starts the application again.",
       .body = api::ListSchema(profile, "Output profiles"),
       .checked = false,
       .bad = {207, 400, 403, 409, 500}},
      [&apps](const Call& call, const Reply& reply) { PostProfiles(apps, call, reply); });
  add({.method = "GET", .pattern = one, .summary = "An output profile."},
      [&apps](const Call& call, const Reply& reply) { GetProfile(apps, call, reply); });
  for (const char* method : {"PATCH", "PUT"}) {
    add({.method = method,
         .pattern = one,
         .summary = "Replaces all of an output profile but its name, and starts the application "
                    "again.",
         .body = profile,
         .checked = false,
         .bad = {400, 403, 500}},
        [&apps](const Call& call, const Reply& reply) { ReplaceProfile(apps, call, reply); });
  }
  add({.method = "DELETE",
       .pattern = one,
       .summary = "Removes an output profile, and starts the application again.",
       .bad = {403, 500}},
      [&apps](const Call& call, const Reply& reply) { DeleteProfile(apps, call, reply); });
}

}  // namespace weir::origin
