#include "origin/dump/dump_calls.h"

#include <string>
#include <utility>

#include <fmt/format.h>

#include "origin/api/call_body.h"
#include "origin/api/place.h"
#include "origin/api/schema.h"

namespace weir::dump {
namespace {

using api::Answer;
using api::Call;
using api::Reply;
using nlohmann::json;

/// The calls, with what they need.
class Calls {
 public:
  Calls(Dumps& dumps, const origin::LiveStreams& live, const service::HostBook& book)
      : dumps_(dumps), live_(live), book_(book) {}

  void Start(const Call& call, const Reply& reply) const {
    const auto source = Source(call);
    if (!source) return reply(Answer::Error(404, source.error().detail));
    auto spec = ReadRequest(call.body);
    if (!spec) return reply(Answer::Error(400, spec.error().detail));
    if (const Status output = CheckOutput(call); !output)
      return reply(Answer::Error(404, output.error().detail));
    dumps_.Start(*source, *std::move(spec), [reply, path = PathOf(call).text()](Status started) {
      if (started) return reply(Answer::Ok());
      const Error& error = started.error();
      if (error.code == ErrorCode::kMalformed) return reply(Answer::Error(400, error.detail));
      reply(Answer::Error(500, fmt::format("Could not start dump: [{}] ({})", path, error.detail)));
    });
  }

  void Stop(const Call& call, const Reply& reply) const {
    OfOutput(call, reply, [&](const origin::LiveStream& stream) {
      const Status stopped = dumps_.Stop(stream, api::TextIn(call.body, "id"));
      if (stopped) return Answer::Ok();
      return Answer::Error(500, fmt::format("Could not stop dump: [{}] ({})", PathOf(call).text(),
                                            stopped.error().detail));
    });
  }

  void List(const Call& call, const Reply& reply) const {
    OfOutput(call, reply, [&](const origin::LiveStream& stream) {
      return Answer::Ok(dumps_.List(stream, api::TextIn(call.body, "id")));
    });
  }

 private:
  static stream::StreamPath PathOf(const Call& call) {
    return {.vhost = call.Name("vhost"), .app = call.Name("app"), .name = call.Name("stream")};
  }

  /// The stream of the call's path.
  Result<origin::LiveStreamPtr> Source(const Call& call) const {
    const stream::StreamPath path = PathOf(call);
    const auto now = book_.Now();
    const auto application = api::FindApplication(now->hosts, path.vhost, path.app);
    if (!application) return tl::unexpected(application.error());
    origin::LiveStreamPtr stream = live_.Find(path);
    if (stream == nullptr) return Fail(ErrorCode::kNotFound, api::NoStream(path));
    return stream;
  }

  /// Of the call's outputStreamName. Here a stream goes out by its own name alone.
  Status CheckOutput(const Call& call) const {
    stream::StreamPath path = PathOf(call);
    const std::string output = api::TextIn(call.body, "outputStreamName");
    if (output != path.name) {
      path.name = output;
      return Fail(ErrorCode::kNotFound,
                  fmt::format("Could not find output stream: [{}]", path.text()));
    }
    const auto now = book_.Now();
    const auto application = api::FindApplication(now->hosts, path.vhost, path.app);
    if (application && (*application)->Publisher("LLHLS") != nullptr) return {};
    return Fail(ErrorCode::kNotFound,
                fmt::format("Could not find LLHLS stream: [{}]", path.text()));
  }

  template <class Act>
  void OfOutput(const Call& call, const Reply& reply, Act act) const {
    const auto source = Source(call);
    if (!source) return reply(Answer::Error(404, source.error().detail));
    if (api::TextIn(call.body, "outputStreamName").empty())
      return reply(Answer::Error(400, "outputStreamName is required"));
    if (const Status output = CheckOutput(call); !output)
      return reply(Answer::Error(404, output.error().detail));
    reply(act(**source));
  }

  Dumps& dumps_;
  const origin::LiveStreams& live_;
  const service::HostBook& book_;
};

/// Nothing is mandatory here: the handlers say in OvenMediaEngine's words what is missing.
json StartSchema() {
  return api::ObjectSchema(
      {{"outputStreamName", api::TextSchema("The stream's own name.")},
       {"id", api::TextSchema("Names the dump, for as long as its stream lives.")},
       {"outputPath", api::TextSchema("A folder below the root folder, with macros.")},
       {"playlist", api::ListSchema(api::TextSchema("As viewers ask for it: master.m3u8."),
                                    "Multivariant playlists to write beside the others.")},
       {"infoFile", api::TextSchema("Lists the files; below the root folder, with macros.")},
       {"userData", api::TextSchema("Free text for the info file.")}});
}

json IdSchema() {
  return api::ObjectSchema({{"outputStreamName", api::TextSchema("The stream's own name.")},
                            {"id", api::TextSchema("Of one dump; without it all are meant.")}});
}

}  // namespace

void AddCalls(api::Routes& routes, Dumps& dumps, const origin::LiveStreams& live,
              const service::HostBook& book) {
  const Calls calls(dumps, live, book);
  const auto add = [&](const char* action, const char* summary, json body, api::Handler handler) {
    routes.Add(
        {.method = "POST",
         .pattern = fmt::format("/v1/vhosts/{{vhost}}/apps/{{app}}/streams/{{stream}}:{}", action),
         .summary = summary,
         .body = std::move(body),
         .checked = false,
         .bad = {400, 500},
         .tags = {"dumps"}},
        std::move(handler));
  };
  add("startHlsDump", "Writes a stream's HLS segments and playlists into a folder.", StartSchema(),
      [calls](const Call& call, const Reply& reply) { calls.Start(call, reply); });
  add("stopHlsDump", "Ends a stream's dumps.", IdSchema(),
      [calls](const Call& call, const Reply& reply) { calls.Stop(call, reply); });
  add("hlsDumps", "Lists a stream's dumps, those that have ended too.", IdSchema(),
      [calls](const Call& call, const Reply& reply) { calls.List(call, reply); });
}

}  // namespace weir::dump
