#include "origin/streams/metrics.h"

#include <algorithm>
#include <initializer_list>

#include "base/local_time.h"

namespace weir::streams {
namespace {

using Json = nlohmann::json;

/// Every name is there, also where there is nobody.
Json Named(const Metrics::Connections& connections, std::initializer_list<const char*> names) {
  Json json = Json::object();
  for (const char* name : names)
    json[name] = 0;
  for (const auto& [name, count] : connections)
    json[name] = count;
  return json;
}

Json PublisherConnections(const Metrics::Connections& connections) {
  return Named(connections,
               {"file", "hlsv3", "llhls", "ovt", "push", "srt", "thumbnail", "webrtc"});
}

Json ProviderConnections(const Metrics::Connections& connections) {
  return Named(connections, {"file", "mpegts", "multiplex", "ovt", "rtmp", "rtsp", "rtsppull",
                             "scheduled", "srt", "webrtc"});
}

}  // namespace

void Metrics::Step::Add(const Step& other) {
  bytes_in += other.bytes_in;
  bytes_out += other.bytes_out;
  for (const auto& [name, count] : other.publishers)
    publishers[name] += count;
  for (const auto& [name, count] : other.providers)
    providers[name] += count;
}

void Metrics::Flow::Take(uint64_t bytes, double elapsed, UtcTime now) {
  constexpr double kShareOfLast = 0.2;
  total += bytes;
  if (bytes > 0) moved = now;
  last = static_cast<int64_t>(8 * static_cast<double>(bytes) / elapsed);
  average = average == 0 ? last
                         : static_cast<int64_t>(kShareOfLast * static_cast<double>(last) +
                                                (1 - kShareOfLast) * static_cast<double>(average));
  max = std::max(max, last);
}

void Metrics::Take(const Step& step, double elapsed, UtcTime now) {
  updated_ = now;
  in_.Take(step.bytes_in, elapsed, now);
  out_.Take(step.bytes_out, elapsed, now);
  publishers_ = step.publishers;
  providers_ = step.providers;
  connections_ = 0;
  for (const auto& [name, count] : publishers_)
    connections_ += count;
  if (connections_ <= connections_max_) return;
  connections_max_ = connections_;
  connections_max_time_ = now;
}

nlohmann::json Metrics::ToJson() const {
  return {{"createdTime", IsoLocal(created_)},
          {"lastUpdatedTime", IsoLocal(updated_)},
          {"totalBytesIn", in_.total},
          {"totalBytesOut", out_.total},
          {"lastThroughputIn", in_.last},
          {"lastThroughputOut", out_.last},
          {"avgThroughputIn", in_.average},
          {"avgThroughputOut", out_.average},
          {"maxThroughputIn", in_.max},
          {"maxThroughputOut", out_.max},
          {"lastRecvTime", IsoLocal(in_.moved)},
          {"lastSentTime", IsoLocal(out_.moved)},
          {"totalConnections", connections_},
          {"maxTotalConnections", connections_max_},
          {"maxTotalConnectionTime", IsoLocal(connections_max_time_)},
          {"connections", PublisherConnections(publishers_)}};
}

nlohmann::json Metrics::ToJsonV2() const {
  Json providers{
      {"totalBytesIn", in_.total},           {"lastThroughputIn", in_.last},
      {"avgThroughputIn", in_.average},      {"maxThroughputIn", in_.max},
      {"lastRecvTime", IsoLocal(in_.moved)}, {"connections", ProviderConnections(providers_)}};
  Json publishers{{"totalBytesOut", out_.total},
                  {"lastThroughputOut", out_.last},
                  {"avgThroughputOut", out_.average},
                  {"maxThroughputOut", out_.max},
                  {"lastSentTime", IsoLocal(out_.moved)},
                  {"totalConnections", connections_},
                  {"maxTotalConnections", connections_max_},
                  {"maxTotalConnectionTime", IsoLocal(connections_max_time_)},
                  {"connections", PublisherConnections(publishers_)}};
  return {{"createdTime", IsoLocal(created_)},
          {"lastUpdatedTime", IsoLocal(updated_)},
          {"providers", std::move(providers)},
          {"publishers", std::move(publishers)}};
}

}  // namespace weir::streams
