#include "origin/push/destination.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "http/query.h"
#include "net/endpoint_url.h"

namespace weir::push {
namespace {

constexpr std::string_view kBadUrl = "Could not parse url";
constexpr std::string_view kWrongScheme = "Unsupported protocol";
constexpr size_t kTsPacket = 188;
constexpr size_t kDatagramMax = 1'472;
constexpr int kTtlMax = 255;

tl::unexpected<Error> Malformed(std::string_view text) {
  return Fail(ErrorCode::kMalformed, std::string(text));
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  });
  return lower;
}

/// Empty where there is none.
std::string SchemeOf(std::string_view url) {
  const size_t colon = url.find("://");
  return colon == std::string_view::npos ? "" : Lower(url.substr(0, colon));
}

std::string Shown(std::string_view scheme, const std::string& host, uint16_t port) {
  const bool bracketed = host.find(':') != std::string::npos;
  return fmt::format("{}://{}:{}", scheme, bracketed ? fmt::format("[{}]", host) : host, port);
}

Result<Destination> ReadRtmp(std::string_view url, std::string_view stream_key) {
  const std::string scheme = SchemeOf(url);
  if (scheme.empty()) return Malformed(kBadUrl);
  if (scheme != "rtmp" && scheme != "rtmps") return Malformed(kWrongScheme);
  auto target = rtmp::ReadEgressTarget(url, stream_key);
  if (!target && stream_key.empty() && rtmp::ReadEgressTarget(url, "key"))
    return Malformed("There is no required parameter [ streamKey]");
  if (!target) return Malformed(kBadUrl);
  std::string shown = Shown(scheme, target->host, target->port);
  // What follows the application's own name may be a key.
  shown += "/" + target->app.substr(0, target->app.find_first_of("/?"));
  return Destination{.where = *std::move(target), .shown = std::move(shown)};
}

Result<Destination> ReadSrt(std::string_view url) {
  const std::string scheme = SchemeOf(url);
  if (!scheme.empty() && scheme != "srt") return Malformed(kWrongScheme);
  auto options = srt::ReadCallerUrl(url);
  if (!options && options.error().code == ErrorCode::kUnsupported)
    return Fail(ErrorCode::kUnsupported, "Unsupported connection mode");
  if (!options && !net::ParseEndpointUrl(url)) return Malformed(kBadUrl);
  if (!options) return Malformed(fmt::format("{}: {}", kBadUrl, options.error().detail));
  std::string shown = Shown(scheme, options->host, options->port);
  return Destination{.where = *std::move(options), .shown = std::move(shown)};
}

/// A query's number from `least` to `most`, or `fallback`.
Result<int> Number(const http::Query& query, std::string_view name, int fallback, int least,
                   int most) {
  const auto text = query.Get(name);
  if (!text || text->empty()) return fallback;
  const auto number = ReadNumber<int>(*text);
  if (!number || *number < least || *number > most)
    return Malformed(fmt::format("{}: '{}' is out of range", kBadUrl, name));
  return *number;
}

Result<Destination> ReadMpegTs(std::string_view url) {
  const auto read = net::ParseEndpointUrl(url);
  if (!read) return Malformed(kBadUrl);
  if (read->scheme != "udp" && read->scheme != "tcp") return Malformed(kWrongScheme);
  const http::Query query(read->query);
  TsEndpoint endpoint{.tcp = read->scheme == "tcp", .host = read->host, .port = read->port};
  const auto listen = query.Get("listen");
  if (endpoint.tcp && listen && *listen != "0")
    return Fail(ErrorCode::kUnsupported, "Unsupported tcp listen");
  const auto ttl = Number(query, "ttl", 0, 0, kTtlMax);
  if (!ttl) return tl::unexpected(ttl.error());
  endpoint.ttl = *ttl;
  const auto size = Number(query, "pkt_size", static_cast<int>(endpoint.datagram_size),
                           static_cast<int>(kTsPacket), static_cast<int>(kDatagramMax));
  if (!size) return tl::unexpected(size.error());
  endpoint.datagram_size = static_cast<size_t>(*size) / kTsPacket * kTsPacket;
  std::string shown = Shown(read->scheme, read->host, read->port);
  return Destination{.where = std::move(endpoint), .shown = std::move(shown)};
}

}  // namespace

Result<Destination> ReadDestination(std::string_view protocol, std::string_view url,
                                    std::string_view stream_key) {
  const std::string name = Lower(protocol);
  if (name == "rtmp") return ReadRtmp(url, stream_key);
  if (name == "srt") return ReadSrt(url);
  if (name == "mpegts") return ReadMpegTs(url);
  return Fail(ErrorCode::kNotFound, fmt::format("Could not find protocol '{}'", protocol));
}

}  // namespace weir::push
