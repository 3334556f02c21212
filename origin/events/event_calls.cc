#include "origin/events/event_calls.h"

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/log.h"
#include "http/date.h"
#include "origin/api/place.h"
#include "origin/api/schema.h"
#include "origin/events/event_reader.h"

namespace weir::origin {
namespace {

using api::Answer;
using nlohmann::json;

json EventSchema() {
  return api::ObjectSchema(
      {{"eventFormat", api::TextSchema("id3v2, cue, scte35, sei or amf")},
       {"eventType", api::TextSchema("event (the default), video or audio")},
       {"urgent", api::FlagSchema("Accepted; nothing waits in queues")},
       {"events",
        api::ListSchema(api::FreeObjectSchema("As the format has it"),
                        "Of id3v2: the frames of one tag; of the others the first counts")}},
      {"eventFormat", "events"});
}

/// What is missing of a stream's way, as OvenMediaEngine says it.
Answer NotFound(const service::VirtualHosts& hosts, const stream::StreamPath& path) {
  const auto application = api::FindApplication(hosts, path.vhost, path.app);
  return Answer::Error(404, application ? api::NoStream(path) : application.error().detail);
}

}  // namespace

void EventCalls::AddTo(api::Routes& routes) {
  constexpr const char* kStream = "/v1/vhosts/{vhost}/apps/{app}/streams/{stream}";
  const auto route = [&](const char* action, const char* summary, json body, bool checked) {
    return api::Route{.method = "POST",
                      .pattern = fmt::format("{}:{}", kStream, action),
                      .summary = summary,
                      .body = std::move(body),
                      .checked = checked,
                      .bad = {400, 500},
                      .tags = {"events"}};
  };
  Add(routes, route("sendEvent", "Puts timed data into a live stream.", EventSchema(), false),
      &EventCalls::Send);
  Add(routes,
      route("sendEvents", "The same for several at once.",
            api::ListSchema(EventSchema(), "Each is answered for itself"), false),
      &EventCalls::SendAll);
  api::Route conclude = route(
      "concludeHlsLive", "Ends the stream's playlists: they stay as they are.",
      api::ObjectSchema({{"urgent", api::FlagSchema("Accepted; nothing waits in queues")}}), true);
  conclude.optional_body = true;
  Add(routes, std::move(conclude), &EventCalls::Conclude);
}

void EventCalls::Add(api::Routes& routes, api::Route route, Action action) {
  routes.Add(std::move(route), [this, action](const api::Call& call, const api::Reply& reply) {
    reply(Run(call, action));
  });
}

Answer EventCalls::Run(const api::Call& call, Action action) {
  Target target{
      .path = {.vhost = call.Name("vhost"), .app = call.Name("app"), .name = call.Name("stream")},
      .stream = {}};
  target.stream = streams_.Find(target.path);
  if (!target.stream) return NotFound(book_.Now()->hosts, target.path);
  return (this->*action)(target, call.body);
}

Answer EventCalls::Send(const Target& target, const json& body) {
  auto event = ReadEvent(body, http::SystemUtc());
  if (!event) return Answer::Error(400, event.error().detail);
  if (*event)
    stream::Inject(target.stream, std::make_shared<const media::Event>(**std::move(event)));
  return Answer::Ok();
}

Answer EventCalls::SendAll(const Target& target, const json& body) {
  if (!body.is_array() || body.empty()) return Answer::Error(400, "events(array) is required");
  std::vector<Answer> answers;
  for (const json& one : body)
    answers.push_back(Send(target, one));
  return Answer::Each(answers);
}

Answer EventCalls::Conclude(const Target& target, const json& /*body*/) {
  std::erase_if(concluded_,
                [this](const auto& known) { return streams_.Find(known.first) != known.second; });
  if (!concluded_.try_emplace(target.path, target.stream).second) {
    return Answer::Error(500, fmt::format("Could not conclude HLS live: [{}] (Already concluded)",
                                          target.path.text()));
  }
  log::Info("api", target.path.text(), "playlists are concluded");
  stream::Inject(target.stream, std::make_shared<const media::Event>(
                                    media::Event{.kind = media::Event::Kind::kConclude}));
  return Answer::Ok();
}

}  // namespace weir::origin
