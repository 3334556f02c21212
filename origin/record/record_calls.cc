#include "origin/record/record_calls.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "origin/api/call_body.h"
#include "origin/api/refusal.h"
#include "origin/api/schema.h"

namespace weir::record {
namespace {

using api::Answer;
using api::Call;
using nlohmann::json;

constexpr const char* kApp = "/v1/vhosts/{vhost}/apps/{app}";

Answer Refusal(const Error& error) {
  if (error.code == ErrorCode::kConflict) return Answer::Error(409, "Duplicate ID already exists");
  return api::Refusal(error);
}

/// The calls, with what they need.
class Calls {
 public:
  using Options = std::function<Result<RecordOptions>(std::string_view, std::string_view)>;

  Calls(Records& records, Options options) : records_(records), options_(std::move(options)) {}

  void Start(const Call& call, const api::Reply& reply) const {
    const auto options = Find(call);
    if (!options) return reply(Answer::Error(404, options.error().detail));
    records_.WhenLoaded([&records = records_, call, options = *options, reply] {
      records.Start(call.Name("vhost"), call.Name("app"), options, call.body,
                    [reply](Result<json> started) {
                      reply(started ? Answer::Ok(*std::move(started)) : Refusal(started.error()));
                    });
    });
  }

  void Stop(const Call& call, const api::Reply& reply) const {
    const auto options = Find(call);
    if (!options) return reply(Answer::Error(404, options.error().detail));
    const std::string id = api::TextIn(call.body, "id");
    if (id.empty()) return reply(Answer::Error(400, "There is no required parameter [ id]"));
    const tasks::TaskKey key{.vhost = call.Name("vhost"), .app = call.Name("app"), .id = id};
    records_.WhenLoaded([&records = records_, key, reply] {
      records.Stop(key, [reply, id = key.id](Result<json> stopped) {
        if (stopped) return reply(Answer::Ok(*std::move(stopped)));
        if (stopped.error().code != ErrorCode::kNotFound) return reply(Refusal(stopped.error()));
        reply(Answer::Error(
            404, fmt::format("There is no record information related to the ID [{}]", id)));
      });
    });
  }

  void List(const Call& call, const api::Reply& reply) const {
    const auto options = Find(call);
    if (!options) return reply(Answer::Error(404, options.error().detail));
    records_.WhenLoaded([&records = records_, call, reply] {
      reply(Answer::Ok(
          records.List(call.Name("vhost"), call.Name("app"), api::TextIn(call.body, "id"))));
    });
  }

 private:
  Result<RecordOptions> Find(const Call& call) const {
    return options_(call.Name("vhost"), call.Name("app"));
  }

  Records& records_;
  const Options options_;
};

json StreamSchema() {
  return api::ObjectSchema(
      {{"name", api::TextSchema("The output stream's name; it need not be there yet.")},
       {"variantNames",
        api::ListSchema(api::TextSchema("An encode's name."), "Which tracks; empty: all.")},
       {"trackIds", api::ListSchema(api::NumberSchema("A track's id."), "The same by ids.")},
       {"tracks",
        api::ListSchema(api::NumberSchema("A track's id."), "Another name of trackIds.")}});
}

/// Nothing is mandatory here: the handlers say in OvenMediaEngine's words what is missing.
json StartSchema() {
  return api::ObjectSchema(
      {{"id", api::TextSchema("Names the recording, in its application.")},
       {"stream", StreamSchema()},
       {"filePath", api::TextSchema("Where to, below the root folder, with macros; .mp4 or .ts.")},
       {"infoPath", api::TextSchema("The info file, the same way.")},
       {"interval", api::NumberSchema("Length of each file in milliseconds.")},
       {"schedule", api::TextSchema("When files are split: <second minute hour>, as crontab.")},
       {"segmentationRule", api::TextSchema("discontinuity, or continuity of timestamps.")},
       {"metadata", api::TextSchema("Free text for the info file.")}});
}

json IdSchema() {
  return api::ObjectSchema({{"id", api::TextSchema("Of one recording.")}});
}

}  // namespace

void AddCalls(
    api::Routes& routes, Records& records,
    std::function<Result<RecordOptions>(std::string_view vhost, std::string_view app)> options) {
  const Calls calls(records, std::move(options));
  const std::vector<std::string> tags{"record"};
  routes.Add({.method = "POST",
              .pattern = fmt::format("{}:startRecord", kApp),
              .summary = "Records a stream into files, now or once it comes.",
              .body = StartSchema(),
              .checked = false,
              .bad = {400, 409},
              .tags = tags},
             [calls](const Call& call, const api::Reply& reply) { calls.Start(call, reply); });
  routes.Add({.method = "POST",
              .pattern = fmt::format("{}:stopRecord", kApp),
              .summary = "Ends a recording.",
              .body = IdSchema(),
              .checked = false,
              .bad = {400},
              .tags = tags},
             [calls](const Call& call, const api::Reply& reply) { calls.Stop(call, reply); });
  routes.Add({.method = "POST",
              .pattern = fmt::format("{}:records", kApp),
              .summary = "Lists an application's recordings, or the one with that id.",
              .body = IdSchema(),
              .checked = false,
              .bad = {400},
              .tags = tags,
              .optional_body = true},
             [calls](const Call& call, const api::Reply& reply) { calls.List(call, reply); });
  routes.Add({.method = "GET",
              .pattern = fmt::format("{}:records", kApp),
              .summary = "Lists an application's recordings.",
              .tags = tags},
             [calls](const Call& call, const api::Reply& reply) { calls.List(call, reply); });
}

}  // namespace weir::record
