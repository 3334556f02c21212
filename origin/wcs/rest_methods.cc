#include "origin/wcs/rest_methods.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "http/status.h"
#include "origin/api/refusal.h"

namespace weir::wcs {
namespace {

using nlohmann::json;
using Answer = RestMethods::Answer;
using Reply = RestMethods::Reply;

constexpr std::array kNotThere{
    "/stream/snapshot",
    "/stream/startRecording",
    "/stream/stopRecording",
    "/stream/event/send",
    "/data/send",
    "/push/mute",
    "/push/unmute",
    "/push/sound_on",
    "/push/sound_off",
    "/pull/push",
    "/pull/rtmp/pull",
    "/pull/rtmp/find_all",
    "/pull/rtmp/terminate",
};

Answer Problem(int status, std::string text) {
  return {.status = status,
          .body = {{"status", status},
                   {"error", std::string(http::ReasonPhrase(status))},
                   {"message", std::move(text)}}};
}

json TextSchema(const char* description) {
  return {{"type", "string"}, {"description", description}};
}

json ObjectSchema(json properties) {
  return {{"type", "object"}, {"properties", std::move(properties)}};
}

json FilterSchema() {
  return ObjectSchema(
      {{"mediaSessionId", TextSchema("The id of one publisher or viewer")},
       {"mediaSessionIds",
        {{"type", "array"}, {"items", TextSchema("An id")}, {"maxItems", Filter::kIdsMax}}},
       {"name", TextSchema("stream, app/stream or vhost/app/stream")},
       {"published",
        {{"type", "boolean"}, {"description", "Publishers if true, viewers if false"}}},
       {"status", TextSchema("PUBLISHING or PLAYING")},
       {"sessionId", TextSchema("The connection's id")}});
}

/// A list, or 404 where it is empty.
Answer ListOrNone(json list) {
  if (list.empty()) return Problem(404, "there is none");
  return {.status = 200, .body = std::move(list)};
}

Answer ListOf(const std::vector<hooks::StreamObject>& streams) {
  json list = json::array();
  for (const hooks::StreamObject& stream : streams)
    list.push_back(hooks::ToJson(stream));
  return ListOrNone(std::move(list));
}

json ToConnection(const hooks::StreamObject& stream) {
  json connection{{"sessionId", stream.session_id},
                  {"appKey", stream.app_key.empty() ? stream.path.app : stream.app_key},
                  {"status", "ESTABLISHED"},
                  {"mediaProviders", {stream.provider}},
                  {"createDate", stream.created_ms}};
  if (!stream.user_agent.empty()) connection["userAgent"] = stream.user_agent;
  return connection;
}

Answer ConnectionsOf(const std::vector<hooks::StreamObject>& streams, const std::string& app_key) {
  json list = json::array();
  std::set<std::string> seen;
  for (const hooks::StreamObject& stream : streams) {
    json connection = ToConnection(stream);
    const bool wanted = app_key.empty() || connection["appKey"] == app_key;
    if (wanted && seen.insert(stream.session_id).second) list.push_back(std::move(connection));
  }
  return ListOrNone(std::move(list));
}

/// The strings of a body that has these keys and no others. Empty ones are left out.
Result<std::map<std::string, std::string>> ReadTexts(const json& body,
                                                     const std::set<std::string>& keys) {
  if (!body.is_object()) return Fail(ErrorCode::kMalformed, "the body must be a JSON object");
  std::map<std::string, std::string> texts;
  for (const auto& [key, value] : body.items()) {
    if (!keys.contains(key))
      return Fail(ErrorCode::kMalformed, fmt::format("'{}' is not known", key.substr(0, 64)));
    if (!value.is_string() || value.get_ref<const std::string&>().empty())
      return Fail(ErrorCode::kMalformed, fmt::format("{} must be a string", key));
    texts[key] = value.get<std::string>();
  }
  if (texts.empty()) return Fail(ErrorCode::kMalformed, "there is nothing to filter by");
  return texts;
}

json ToJson(const Pull& pull) {
  return {{"localMediaSessionId", pull.media_session_id},
          {"remoteMediaSessionId", ""},
          {"localStreamName", pull.local_stream_name},
          {"remoteStreamName", pull.remote_stream_name},
          {"uri", pull.uri},
          {"status", "PROCESSED_REMOTE"}};
}

/// Any of uri, localStreamName and remoteStreamName, and one of them at least.
Result<PullChoice> ReadPullChoice(const json& body) {
  auto texts = ReadTexts(body, {"uri", "localStreamName", "remoteStreamName"});
  if (!texts) return tl::unexpected(texts.error());
  return PullChoice{.uri = (*texts)["uri"],
                    .local_stream_name = (*texts)["localStreamName"],
                    .remote_stream_name = (*texts)["remoteStreamName"]};
}

json ToJson(const Push& push) {
  return {{"mediaSessionId", push.media_session_id},
          {"streamName", "rtmp_" + push.stream_name},
          {"rtmpUrl", push.rtmp_url},
          {"width", push.width},
          {"height", push.height},
          {"muted", false},
          {"soundEnabled", false},
          {"options", json::object()}};
}

/// As everywhere, but that WCS says 500 of what may work later.
int StatusFor(const Error& error) {
  const int status = api::Refusal(error).status();
  return status == 503 ? 500 : status;
}

}  // namespace

RestMethods::RestMethods(StreamDesk& desk, Pushes* pushes, Pulls* pulls)
    : desk_(desk), pushes_(pushes), pulls_(pulls) {
  AddStreams();
  AddConnections();
  AddPushes();
  AddPulls();
  AddWhatIsNotThere();
}

void RestMethods::AddStreams() {
  methods_.push_back({.path = "/stream/terminate",
                      .summary = "Ends publishers and viewers.",
                      .body = FilterSchema(),
                      .call = [this](const json& body, Reply reply) {
                        const Result<Filter> filter = ReadFilter(body, false);
                        if (!filter) return reply(Problem(400, filter.error().detail));
                        desk_.Terminate(*filter, [reply = std::move(reply)](size_t count) {
                          reply(count > 0 ? Answer{} : Problem(404, "no stream is meant"));
                        });
                      }});
  methods_.push_back({.path = "/stream/find",
                      .summary = "Publishers and viewers that are meant.",
                      .body = FilterSchema(),
                      .call = [this](const json& body, Reply reply) {
                        const Result<Filter> filter = ReadFilter(body, true);
                        if (!filter) return reply(Problem(400, filter.error().detail));
                        desk_.Find(*filter, [reply = std::move(reply)](const auto& streams) {
                          reply(ListOf(streams));
                        });
                      }});
  methods_.push_back({.path = "/stream/find_all",
                      .summary = "All publishers and viewers.",
                      .has_body = false,
                      .call = [this](const json& /*body*/, Reply reply) {
                        desk_.Find({}, [reply = std::move(reply)](const auto& streams) {
                          reply(ListOf(streams));
                        });
                      }});
}

void RestMethods::AddConnections() {
  const json schema = ObjectSchema({{"sessionId", TextSchema("The connection's id")},
                                    {"appKey", TextSchema("Its application")}});
  methods_.push_back(
      {.path = "/connection/find",
       .summary = "Connections of publishers and viewers that are meant.",
       .body = schema,
       .call = [this](const json& body, Reply reply) {
         const auto texts = ReadTexts(body, {"sessionId", "appKey"});
         if (!texts) return reply(Problem(400, texts.error().detail));
         const auto session = texts->find("sessionId");
         const auto app = texts->find("appKey");
         Filter filter;
         if (session != texts->end()) filter.session_id = session->second;
         desk_.Find(filter,
                    [reply = std::move(reply), app_key = app == texts->end() ? "" : app->second](
                        const auto& streams) { reply(ConnectionsOf(streams, app_key)); });
       }});
  methods_.push_back({.path = "/connection/find_all",
                      .summary = "All connections of publishers and viewers.",
                      .has_body = false,
                      .call = [this](const json& /*body*/, Reply reply) {
                        desk_.Find({}, [reply = std::move(reply)](const auto& streams) {
                          reply(ConnectionsOf(streams, ""));
                        });
                      }});
  methods_.push_back({.path = "/connection/terminate",
                      .summary = "Ends a connection, and the streams on it.",
                      .body = ObjectSchema({{"sessionId", TextSchema("The connection's id")}}),
                      .call = [this](const json& body, Reply reply) {
                        const auto texts = ReadTexts(body, {"sessionId"});
                        if (!texts) return reply(Problem(400, texts.error().detail));
                        Filter filter;
                        filter.session_id = texts->at("sessionId");
                        desk_.Terminate(filter, [reply = std::move(reply)](size_t count) {
                          reply(count > 0 ? Answer{} : Problem(404, "no connection is meant"));
                        });
                      }});
}

void RestMethods::AddPushes() {
  const auto add = [this](const char* path, const char* summary, bool has_body, json schema,
                          auto call) {
    methods_.push_back({.path = path,
                        .summary = summary,
                        .has_body = has_body,
                        .body = std::move(schema),
                        .call = [this, call](const json& body, Reply reply) {
                          if (pushes_ == nullptr)
                            return reply(Problem(501, "this server sends nothing on"));
                          call(body, std::move(reply));
                        }});
  };
  const json find = ObjectSchema({{"streamName", TextSchema("As /push/startup was told")},
                                  {"rtmpUrl", TextSchema("Where to")}});
  json startup = find;
  startup["properties"]["rtmpTransponderFullUrl"] = {{"type", "boolean"}};
  startup["properties"]["options"] = {{"type", "object"}};
  add("/push/startup", "Sends a stream on by RTMP.", true, std::move(startup),
      [this](const json& body, Reply reply) { StartPush(body, std::move(reply)); });
  add("/push/find", "Streams sent on, those that are meant.", true, find,
      [this](const json& body, const Reply& reply) { FindPushes(body, false, reply); });
  add("/push/find_all", "All streams sent on.", false, {},
      [this](const json& body, const Reply& reply) { FindPushes(body, true, reply); });
  add("/push/terminate", "Sends a stream on no more.", true,
      ObjectSchema({{"mediaSessionId", TextSchema("The push's id")}}),
      [this](const json& body, const Reply& reply) {
        const auto texts = ReadTexts(body, {"mediaSessionId"});
        if (!texts) return reply(Problem(400, texts.error().detail));
        reply(pushes_->End(texts->at("mediaSessionId")) ? Answer{} : Problem(404, "there is none"));
      });
}

void RestMethods::StartPush(const json& body, Reply reply) {
  json texts_only = body;
  bool whole = false;
  if (body.is_object()) {
    whole = body.value("rtmpTransponderFullUrl", json(false)) == json(true);
    texts_only.erase("rtmpTransponderFullUrl");
    texts_only.erase("options");
  }
  const auto texts = ReadTexts(texts_only, {"streamName", "rtmpUrl"});
  if (!texts) return reply(Problem(400, texts.error().detail));
  if (texts->size() != 2) return reply(Problem(400, "streamName and rtmpUrl are needed"));
  pushes_->Start(texts->at("streamName"), texts->at("rtmpUrl"), whole,
                 [reply = std::move(reply)](const Result<Push>& push) {
                   if (push) return reply({.status = 200, .body = ToJson(*push)});
                   reply(Problem(StatusFor(push.error()), push.error().detail));
                 });
}

void RestMethods::FindPushes(const json& body, bool all, const Reply& reply) {
  std::map<std::string, std::string> wanted;
  if (!all) {
    auto texts = ReadTexts(body, {"streamName", "rtmpUrl"});
    if (!texts) return reply(Problem(400, texts.error().detail));
    wanted = *std::move(texts);
  }
  json list = json::array();
  for (const Push& push : pushes_->List()) {
    json entry = ToJson(push);
    const bool meant = std::all_of(wanted.begin(), wanted.end(), [&](const auto& want) {
      return entry[want.first] == want.second ||
             (want.first == "streamName" && push.stream_name == want.second);
    });
    if (meant) list.push_back(std::move(entry));
  }
  reply(ListOrNone(std::move(list)));
}

void RestMethods::AddPulls() {
  const auto add = [this](const char* path, const char* summary, bool has_body, auto call) {
    methods_.push_back(
        {.path = path,
         .summary = summary,
         .has_body = has_body,
         .body = has_body ? ObjectSchema({{"uri", TextSchema("ovt://host:9000/app/stream")},
                                          {"localStreamName", TextSchema("Its name here")},
                                          {"remoteStreamName", TextSchema("Its name there")}})
                          : json(),
         .call = [this, call](const json& body, Reply reply) {
           if (pulls_ == nullptr)
             return reply(Problem(501, "this server takes nothing from others"));
           call(body, std::move(reply));
         }});
  };
  for (const char* path : {"/pull/pull", "/pull/startup"}) {
    add(path, "Takes a stream from another origin.", true,
        [this](const json& body, Reply reply) { StartPull(body, std::move(reply)); });
  }
  add("/pull/find_all", "All streams taken from other origins.", false,
      [this](const json& /*body*/, const Reply& reply) {
        json list = json::array();
        for (const Pull& pull : pulls_->List())
          list.push_back(ToJson(pull));
        reply(ListOrNone(std::move(list)));
      });
  add("/pull/terminate", "Takes streams from other origins no more.", true,
      [this](const json& body, Reply reply) { EndPulls(body, std::move(reply)); });
}

void RestMethods::StartPull(const json& body, Reply reply) {
  const auto what = ReadPullChoice(body);
  if (!what) return reply(Problem(400, what.error().detail));
  if (what->uri.empty()) return reply(Problem(400, "uri is needed"));
  pulls_->Start(*what, [reply = std::move(reply)](const Result<Pull>& pull) {
    if (pull) return reply({.status = 200, .body = ToJson(*pull)});
    const bool unsupported = pull.error().code == ErrorCode::kUnsupported;
    reply(Problem(unsupported ? 501 : StatusFor(pull.error()), pull.error().detail));
  });
}

void RestMethods::EndPulls(const json& body, Reply reply) {
  const auto choice = ReadPullChoice(body);
  if (!choice) return reply(Problem(400, choice.error().detail));
  pulls_->End(*choice, [reply = std::move(reply)](const Result<size_t>& count) {
    if (!count) return reply(Problem(500, count.error().detail));
    reply(*count > 0 ? Answer{} : Problem(404, "there is none"));
  });
}

void RestMethods::AddWhatIsNotThere() {
  for (const char* path : kNotThere) {
    methods_.push_back({.path = path,
                        .summary = "Not offered: answers 501.",
                        .has_body = false,
                        .call = [](const json& /*body*/, const Reply& reply) {
                          reply(Problem(501, "this server does not offer that"));
                        }});
  }
}

}  // namespace weir::wcs
