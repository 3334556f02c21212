#include "origin/push/calls.h"

#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "origin/api/call_body.h"
#include "origin/api/refusal.h"
#include "origin/api/schema.h"

namespace weir::push {
namespace {

using api::Answer;
using api::Call;
using nlohmann::json;

constexpr const char* kApp = "/v1/vhosts/{vhost}/apps/{app}";

/// Nothing where the application is there; whether it pushes is another question.
std::optional<Answer> CheckApp(const CallContext& context, const Call& call) {
  const auto options = context.options(call.Name("vhost"), call.Name("app"));
  if (options || options.error().code != ErrorCode::kNotFound) return std::nullopt;
  return api::Refusal(options.error());
}

/// The same where it pushes.
std::optional<Answer> CheckPushes(const CallContext& context, const Call& call) {
  const auto options = context.options(call.Name("vhost"), call.Name("app"));
  if (options) return std::nullopt;
  return Answer::Error(404, options.error().detail);
}

void StartPush(const CallContext& context, const Call& call, api::Reply reply) {
  if (auto refusal = CheckPushes(context, call)) return reply(*std::move(refusal));
  const auto spec = ReadSpec(call.body, call.Name("vhost"), call.Name("app"), context.utc());
  if (!spec) return reply(Answer::Error(400, spec.error().detail));
  context.pushes.Add(*spec, [spec = *spec, reply = std::move(reply)](const Result<void>& kept) {
    if (kept) return reply(Answer::Ok(ShowPush(spec, {})));
    if (kept.error().code == ErrorCode::kConflict) return reply(Answer::Error(409, "Duplicate ID"));
    reply(api::Refusal(kept.error()));
  });
}

void StopPush(const CallContext& context, const Call& call, api::Reply reply) {
  if (auto refusal = CheckPushes(context, call)) return reply(*std::move(refusal));
  const std::string id = api::TextIn(call.body, "id");
  if (id.empty()) return reply(Answer::Error(400, "There is no required parameter [ id]"));
  const tasks::TaskKey key{.vhost = call.Name("vhost"), .app = call.Name("app"), .id = id};
  context.pushes.Remove(key, [key, reply = std::move(reply)](const Result<Pushes::Shown>& gone) {
    if (gone) return reply(Answer::Ok());
    if (gone.error().code != ErrorCode::kNotFound) return reply(api::Refusal(gone.error()));
    reply(Answer::Error(
        404, fmt::format("Could not find id '{}': [{}/{}]", key.id, key.vhost, key.app)));
  });
}

void ListPushes(const CallContext& context, const Call& call, const api::Reply& reply) {
  if (auto refusal = CheckApp(context, call)) return reply(*std::move(refusal));
  const std::string id = api::TextIn(call.body, "id");
  json shown = json::array();
  for (const Pushes::Shown& push : context.pushes.List(call.Name("vhost"), call.Name("app"))) {
    if (id.empty() || push.spec.id == id) shown.push_back(ShowPush(push.spec, push.progress));
  }
  reply(Answer::Ok(std::move(shown)));
}

json StreamSchema() {
  return api::ObjectSchema(
      {{"name", api::TextSchema("The output stream's name; it need not be there yet.")},
       {"variantNames",
        api::ListSchema(
            api::TextSchema("An encode's name."),
            "Which tracks; empty: for rtmp the first of video and of audio, else all.")},
       {"trackIds", api::ListSchema(api::NumberSchema("A track's id."), "The same by ids.")},
       {"tracks",
        api::ListSchema(api::NumberSchema("A track's id."), "Another name of trackIds.")}});
}

/// Nothing is mandatory here: the handlers say in OvenMediaEngine's words what is missing.
json StartSchema() {
  return api::ObjectSchema(
      {{"id", api::TextSchema("Names the push, in its application.")},
       {"stream", StreamSchema()},
       {"protocol", api::TextSchema("rtmp, srt or mpegts.")},
       {"url", api::TextSchema("rtmp://, rtmps://, srt://, udp:// or tcp:// and where to.")},
       {"streamKey", api::TextSchema("Of rtmp: behind the url. Not used by the others.")}});
}

json IdSchema() {
  return api::ObjectSchema({{"id", api::TextSchema("Of one push.")}});
}

}  // namespace

void AddCalls(api::Routes& routes, const CallContext& context) {
  const std::vector<std::string> tags{"push"};
  routes.Add({.method = "POST",
              .pattern = fmt::format("{}:startPush", kApp),
              .summary = "Sends a stream on to another server, now or once it comes.",
              .body = StartSchema(),
              .bad = {400, 409},
              .tags = tags},
             [context](const Call& call, api::Reply reply) {
               StartPush(context, call, std::move(reply));
             });
  routes.Add(
      {.method = "POST",
       .pattern = fmt::format("{}:stopPush", kApp),
       .summary = "Ends a push.",
       .body = IdSchema(),
       .bad = {400},
       .tags = tags},
      [context](const Call& call, api::Reply reply) { StopPush(context, call, std::move(reply)); });
  routes.Add(
      {.method = "POST",
       .pattern = fmt::format("{}:pushes", kApp),
       .summary = "Lists an application's pushes, or the one with that id.",
       .body = IdSchema(),
       .bad = {400},
       .tags = tags,
       .optional_body = true},
      [context](const Call& call, const api::Reply& reply) { ListPushes(context, call, reply); });
  routes.Add(
      {.method = "GET",
       .pattern = fmt::format("{}:pushes", kApp),
       .summary = "Lists an application's pushes.",
       .tags = tags},
      [context](const Call& call, const api::Reply& reply) { ListPushes(context, call, reply); });
}

}  // namespace weir::push
