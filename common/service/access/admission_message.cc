#include "service/access/admission_message.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "http/query.h"
#include "net/ip_address.h"
#include "service/letters.h"

namespace weir::service {
namespace {

using nlohmann::json;

constexpr size_t kTextMax = size_t{8} * 1024;

/// "2026-11-21T13:45:00.000Z"
std::string Iso8601(UtcTime time) {
  const auto millis = std::chrono::floor<std::chrono::milliseconds>(time);
  const auto seconds = std::chrono::floor<std::chrono::seconds>(millis);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                     fmt::gmtime(static_cast<std::time_t>(seconds.time_since_epoch().count())),
                     (millis - seconds).count());
}

/// 50123 of "192.0.2.1:50123", 0 where there is none.
uint16_t PortOf(std::string_view address) {
  const size_t colon = address.rfind(':');
  if (colon == std::string_view::npos || colon < net::HostOf(address).size()) return 0;
  uint16_t port = 0;
  std::from_chars(address.data() + colon + 1, address.data() + address.size(), port);
  return port;
}

json Question(const AccessRequest& request, std::string_view status, UtcTime now) {
  json client{{"address", net::HostOf(request.peer)}, {"port", PortOf(request.peer)}};
  if (!request.real_address.empty()) client["real_ip"] = request.real_address;
  if (!request.user_agent.empty()) client["user_agent"] = request.user_agent;
  const bool incoming = request.direction == Direction::kIncoming;
  return {{"client", std::move(client)},
          {"request",
           {{"direction", incoming ? "incoming" : "outgoing"},
            {"protocol", request.protocol},
            {"status", status},
            {"url", request.Url()},
            {"time", Iso8601(now)}}}};
}

/// What a peer sent may be no UTF-8, which JSON cannot hold.
std::string Dump(const json& question) {
  return question.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// A member's text, no longer than is sensible; empty where it is no text.
std::string TextOf(const json& object, const char* name) {
  const auto found = object.find(name);
  if (found == object.end() || !found->is_string()) return {};
  return found->get_ref<const std::string&>().substr(0, kTextMax);
}

std::chrono::milliseconds LifetimeOf(const json& object) {
  const auto found = object.find("lifetime");
  if (found == object.end() || !found->is_number_unsigned()) return {};
  // Longer than anything runs, and far from overflowing a clock.
  constexpr uint64_t kLongest = uint64_t{365} * 24 * 3'600 * 1'000;
  return std::chrono::milliseconds(
      static_cast<int64_t>(std::min(found->get<uint64_t>(), kLongest)));
}

/// "scheme://host:port/app/stream/file", with the file left out for ingest.
struct Parts {
  std::string scheme{};
  std::string_view host{};
  std::string_view port{};
  std::string_view app{};
  std::string_view stream{};
  std::string_view file{};
};

Result<Parts> Split(std::string_view url) {
  const auto wrong = [](char c) { return static_cast<uint8_t>(c) <= ' ' || c == '\x7f'; };
  const size_t colon = url.find("://");
  if (colon == std::string_view::npos || std::any_of(url.begin(), url.end(), wrong))
    return Fail(ErrorCode::kMalformed, "new_url is no URL");
  Parts parts{.scheme = LowerCase(url.substr(0, colon))};
  url.remove_prefix(colon + 3);
  url = url.substr(0, url.find('?'));
  const std::string_view authority = TakeUntil(url, '/');
  parts.host = net::HostOf(authority);
  const size_t port = authority.rfind(':');
  if (port != std::string_view::npos && authority.find(']', port) == std::string_view::npos &&
      parts.host.size() < authority.size())
    parts.port = authority.substr(port + 1);
  parts.app = TakeUntil(url, '/');
  parts.stream = TakeUntil(url, '/');
  parts.file = url;
  if (parts.host.empty() || parts.app.empty() || parts.stream.empty())
    return Fail(ErrorCode::kMalformed, "new_url names no stream");
  return parts;
}

/// A name in a path, decoded; empty where it can stand for none.
std::string NameOf(std::string_view text) {
  const auto name = http::PercentDecode(text);
  if (!name || *name == "." || *name == ".." || name->find('/') != std::string::npos) return {};
  return *name;
}

}  // namespace

std::string WriteOpening(const AccessRequest& request, UtcTime now) {
  return Dump(Question(request, "opening", now));
}

std::string WriteClosing(const AccessRequest& request, std::string_view new_url, UtcTime now) {
  json question = Question(request, "closing", now);
  if (!new_url.empty()) question["request"]["new_url"] = new_url;
  return Dump(question);
}

Result<AdmissionAnswer> ReadAdmissionAnswer(int status, std::string_view body) {
  if (status != 200)
    return Fail(ErrorCode::kMalformed, fmt::format("the control server answered {}", status));
  const json answer = json::parse(body, nullptr, false);
  if (!answer.is_object())
    return Fail(ErrorCode::kMalformed, "the control server's answer is no JSON object");
  const auto allowed = answer.find("allowed");
  if (allowed == answer.end() || !allowed->is_boolean())
    return Fail(ErrorCode::kMalformed, "the control server's answer does not say what is allowed");
  return AdmissionAnswer{.allowed = allowed->get<bool>(),
                         .new_url = TextOf(answer, "new_url"),
                         .lifetime = LifetimeOf(answer),
                         .reason = TextOf(answer, "reason")};
}

Result<NewPlace> ReadNewUrl(std::string_view new_url, std::string_view url) {
  const Result<Parts> to = Split(new_url);
  if (!to) return tl::unexpected(to.error());
  const Result<Parts> from = Split(url);
  if (!from) return tl::unexpected(from.error());
  if (to->scheme != from->scheme) return Fail(ErrorCode::kMalformed, "new_url has another scheme");
  if (!to->port.empty() && to->port != from->port)
    return Fail(ErrorCode::kMalformed, "new_url has another port");
  if (to->file != from->file) return Fail(ErrorCode::kMalformed, "new_url has another file");
  NewPlace place{.host = LowerCase(to->host), .app = NameOf(to->app), .stream = NameOf(to->stream)};
  if (place.app.empty() || place.stream.empty())
    return Fail(ErrorCode::kMalformed, "new_url names no stream");
  return place;
}

}  // namespace weir::service
