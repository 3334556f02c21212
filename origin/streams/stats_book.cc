#include "origin/streams/stats_book.h"

#include <chrono>
#include <utility>

#include "http/date.h"
#include "service/letters.h"

namespace weir::streams {
namespace {

constexpr auto kLookEvery = std::chrono::seconds(1);

}  // namespace

StatsBook::StatsBook(net::EventLoop& loop, const origin::LiveStreams& live, AudienceOf audience_of)
    : loop_(loop),
      live_(live),
      audience_of_(std::move(audience_of)),
      looked_(loop.now()),
      server_(http::SystemUtc()),
      timer_(loop, [this] { Look(); }) {
  timer_.Start(kLookEvery);
}

const Metrics& StatsBook::Vhost(const std::string& vhost) {
  return vhosts_.try_emplace(vhost, http::SystemUtc()).first->second;
}

const Metrics& StatsBook::App(const std::string& vhost, const std::string& app) {
  return apps_.try_emplace({vhost, app}, http::SystemUtc()).first->second;
}

const Metrics& StatsBook::Stream(const origin::LiveStreamPtr& stream) {
  return KnownOf(stream).metrics;
}

StatsBook::Known& StatsBook::KnownOf(const origin::LiveStreamPtr& stream) {
  const auto& identity = stream->identity();
  return streams_.try_emplace(identity.id, Known{.metrics = Metrics(identity.created)})
      .first->second;
}

Metrics::Step StatsBook::StepOf(const origin::LiveStreamPtr& stream, Known& known) {
  const origin::LiveStream::Identity& identity = stream->identity();
  Audience audience = audience_of_(identity.path);
  const uint64_t in = stream->state().bytes;
  const uint64_t out = audience.bytes_out;
  Metrics::Step step{.bytes_in = in - known.bytes_in,
                     .bytes_out = out > known.bytes_out ? out - known.bytes_out : 0,
                     .publishers = std::move(audience.viewers),
                     .providers = {{service::LowerCase(identity.protocol), 1}}};
  known.bytes_in = in;
  known.bytes_out = out;
  known.seen = true;
  return step;
}

void StatsBook::Look() {
  const UtcTime now = http::SystemUtc();
  const double elapsed =
      std::chrono::duration<double>(loop_.now() - std::exchange(looked_, loop_.now())).count();
  Metrics::Step server;
  std::map<std::string, Metrics::Step> vhosts;
  std::map<std::pair<std::string, std::string>, Metrics::Step> apps;
  for (auto& [id, known] : streams_)
    known.seen = false;
  for (const origin::LiveStreamPtr& stream : live_.List()) {
    const stream::StreamPath& path = stream->identity().path;
    Known& known = KnownOf(stream);
    const Metrics::Step step = StepOf(stream, known);
    known.metrics.Take(step, elapsed, now);
    server.Add(step);
    vhosts[path.vhost].Add(step);
    apps[{path.vhost, path.app}].Add(step);
  }
  std::erase_if(streams_, [](const auto& one) { return !one.second.seen; });
  server_.Take(server, elapsed, now);
  for (const auto& [name, step] : vhosts)
    (void)Vhost(name);
  for (auto& [name, metrics] : vhosts_)
    metrics.Take(vhosts[name], elapsed, now);
  for (const auto& [names, step] : apps)
    (void)App(names.first, names.second);
  for (auto& [names, metrics] : apps_)
    metrics.Take(apps[names], elapsed, now);
  timer_.Start(kLookEvery);
}

}  // namespace weir::streams
