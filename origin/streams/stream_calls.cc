#include "origin/streams/stream_calls.h"

#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/log.h"
#include "origin/api/place.h"
#include "origin/streams/stream_json.h"

namespace weir::streams {
namespace {

using api::Answer;
using api::Call;
using api::Reply;
using Json = nlohmann::json;

constexpr const char* kApp = "/v1/vhosts/{vhost}/apps/{app}";

stream::StreamPath PathOf(const Call& call) {
  return {.vhost = call.Name("vhost"), .app = call.Name("app"), .name = call.Name("stream")};
}

Answer NotFound(const Error& error) {
  return Answer::Error(404, error.detail);
}

}  // namespace

StreamCalls::StreamCalls(const service::HostBook& book, const origin::LiveStreams& live,
                         StatsBook& stats, End end)
    : book_(book), live_(live), stats_(stats), end_(std::move(end)) {}

void StreamCalls::AddTo(api::Routes& routes) {
  AddStreams(routes);
  AddStatistics(routes);
}

bool StreamCalls::HasApplication(const Call& call, const Reply& reply) const {
  const auto hosts = book_.Now();
  const auto found = api::FindApplication(hosts->hosts, call.Name("vhost"), call.Name("app"));
  if (!found) reply(NotFound(found.error()));
  return found.has_value();
}

origin::LiveStreamPtr StreamCalls::Stream(const Call& call, const Reply& reply) const {
  if (!HasApplication(call, reply)) return nullptr;
  const stream::StreamPath path = PathOf(call);
  origin::LiveStreamPtr stream = live_.Find(path);
  if (stream == nullptr) reply(Answer::Error(404, api::NoStream(path)));
  return stream;
}

void StreamCalls::AddStreams(api::Routes& routes) {
  routes.Add({.method = "GET",
              .pattern = fmt::format("{}/streams", kApp),
              .summary = "The names of an application's streams.",
              .tags = {"streams"}},
             [this](const Call& call, const Reply& reply) {
               if (!HasApplication(call, reply)) return;
               Json names = Json::array();
               for (const auto& stream : live_.List(call.Name("vhost"), call.Name("app")))
                 names.push_back(stream->identity().path.name);
               reply(Answer::Ok(std::move(names)));
             });
  routes.Add({.method = "GET",
              .pattern = fmt::format("{}/streams/{{stream}}", kApp),
              .summary = "A stream: where it comes from, its tracks, what it is offered as.",
              .tags = {"streams"}},
             [this](const Call& call, const Reply& reply) {
               if (const auto stream = Stream(call, reply)) reply(Answer::Ok(ToJson(*stream)));
             });
  routes.Add({.method = "DELETE",
              .pattern = fmt::format("{}/streams/{{stream}}", kApp),
              .summary = "Ends a stream: its publisher is disconnected, it is pulled no more.",
              .bad = {500},
              .tags = {"streams"}},
             [this](const Call& call, const Reply& reply) { EndStream(call, reply); });
}

void StreamCalls::EndStream(const Call& call, const Reply& reply) const {
  if (!HasApplication(call, reply)) return;
  const stream::StreamPath path = PathOf(call);
  end_(path, live_.Find(path), [reply, path](const Status& ended) {
    if (ended) return reply(Answer::Ok());
    if (ended.error().code == ErrorCode::kNotFound)
      return reply(Answer::Error(404, api::NoStream(path)));
    log::Err("api", path.text(), "cannot be ended: {}", ended.error().detail);
    reply(Answer::Error(500, "Could not terminate the stream"));
  });
}

void StreamCalls::AddStatistics(api::Routes& routes) {
  const auto add = [&routes](const std::string& pattern, const std::string& of,
                             api::Handler handler) {
    routes.Add({.method = "GET",
                .pattern = pattern,
                .summary = fmt::format("Traffic and connections of {}.", of),
                .tags = {"statistics"}},
               std::move(handler));
  };
  add("/v1/stats/current", "the server", [this](const Call& /*call*/, const Reply& reply) {
    reply(Answer::Ok(stats_.Server().ToJson()));
  });
  for (const bool split : {false, true}) {
    const auto answer = [split](const Metrics& metrics) {
      return Answer::Ok(split ? metrics.ToJsonV2() : metrics.ToJson());
    };
    const std::string base = fmt::format("/{}/stats/current/vhosts/{{vhost}}", split ? "v2" : "v1");
    add(base, "a virtual host", [this, answer](const Call& call, const Reply& reply) {
      const auto hosts = book_.Now();
      const auto found = api::FindHost(hosts->hosts, call.Name("vhost"));
      reply(found ? answer(stats_.Vhost(call.Name("vhost"))) : NotFound(found.error()));
    });
    add(base + "/apps/{app}", "an application",
        [this, answer](const Call& call, const Reply& reply) {
          if (HasApplication(call, reply))
            reply(answer(stats_.App(call.Name("vhost"), call.Name("app"))));
        });
    add(base + "/apps/{app}/streams/{stream}", "a stream",
        [this, answer](const Call& call, const Reply& reply) {
          if (const auto stream = Stream(call, reply)) reply(answer(stats_.Stream(stream)));
        });
  }
  // No queue of ours is between its loops for longer than a turn: what waits, waits per connection,
  // within its bounds, and is in /metrics.
  routes.Add({.method = "GET",
              .pattern = "/v1/stats/current/internals",
              .summary = "What there is of internal statistics.",
              .tags = {"statistics"}},
             [](const Call& /*call*/, const Reply& reply) {
               reply(Answer::Ok(Json::array({"/v1/stats/current/internals/queues"})));
             });
  for (const char* pattern : {"/v1/stats/current/internals/queues", "/v2/internals/queues"}) {
    routes.Add({.method = "GET",
                .pattern = pattern,
                .summary = "Queues between internal workers: this server has none.",
                .tags = {"statistics"}},
               [](const Call& /*call*/, const Reply& reply) { reply(Answer::Ok(Json::array())); });
  }
}

}  // namespace weir::streams
