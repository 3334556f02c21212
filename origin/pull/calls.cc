#include "origin/pull/calls.h"

#include <string>
#include <utility>

#include <fmt/format.h>

#include "origin/api/refusal.h"
#include "origin/api/schema.h"

namespace weir::pull {
namespace {

using api::Answer;
using api::Call;
using nlohmann::json;

Answer Refusal(const Error& error, const Call& call) {
  switch (error.code) {
    case ErrorCode::kNotFound:
    case ErrorCode::kMalformed:
    case ErrorCode::kUnsupported:
      return api::Refusal(error);
    case ErrorCode::kConflict:
      return Answer::Error(409, "Stream already exists");
    case ErrorCode::kRefused:
      return Answer::Error(
          500, fmt::format("Could not keep the change, so it was not made: {}", error.detail));
    case ErrorCode::kLimitExceeded:
      return Answer::Error(503, error.detail);
    default:
      return Answer::Error(502, fmt::format("Could not pull the stream : {}", call.url));
  }
}

void StartPull(PullBook& book, const Call& call, api::Reply reply) {
  const auto properties = book.PropertiesOf(call.Name("vhost"), call.Name("app"));
  if (!properties) return reply(Refusal(properties.error(), call));
  const Result<Spec> spec = ReadSpec(call.body, call.Name("vhost"), call.Name("app"));
  if (!spec) return reply(Refusal(spec.error(), call));
  book.Add(*spec, [call, reply = std::move(reply)](const Status& pulled) {
    reply(pulled ? Answer::Created() : Refusal(pulled.error(), call));
  });
}

json PropertiesSchema() {
  return api::ObjectSchema(
      {{"persistent", api::FlagSchema("Once it worked, kept until it is deleted.")},
       {"noInputFailoverTimeoutMs",
        api::NumberSchema("Without a frame for this long the next URL is tried.")},
       {"unusedStreamDeletionTimeoutMs",
        api::NumberSchema("A stream that nobody took for this long is ended.")},
       {"retryCount", api::NumberSchema("How often all URLs are tried, without a frame from any.")},
       {"ignoreRtcpSRTimestamp", api::FlagSchema("Of RTSP: has no effect.")}});
}

json PullSchema() {
  return api::ObjectSchema(
      {{"name", api::TextSchema("What the stream is called here.")},
       {"urls", api::ListSchema(api::TextSchema("ovt://host:port/app/stream"),
                                "Where it comes from, in order of preference.")},
       {"properties", PropertiesSchema()}},
      {"name", "urls"});
}

}  // namespace

void AddCalls(api::Routes& routes, PullBook& book) {
  routes.Add(
      {.method = "POST",
       .pattern = "/v1/vhosts/{vhost}/apps/{app}/streams",
       .summary = "Pulls a stream from another origin; answered when it is there.",
       .body = PullSchema(),
       .checked = false,
       .good = 201,
       .bad = {400, 409, 500, 502, 503},
       .tags = {"streams"}},
      [&book](const Call& call, api::Reply reply) { StartPull(book, call, std::move(reply)); });
}

}  // namespace weir::pull
