#pragma once

#include <compare>
#include <cstdint>
#include <memory>
#include <string>

#include "media/media_sink.h"
#include "protocols/relay/ingest.h"
#include "protocols/relay/messages/control.h"
#include "protocols/relay/messages/stats.h"
#include "service/origin_url.h"
#include "stream/stream_path.h"

namespace weir::relay {

/// Where an origin's relay listens.
struct Endpoint {
  std::string host;  ///< Name or numeric address, IPv6 without brackets.
  uint16_t port = 0;

  std::string text() const {
    const bool v6 = host.find(':') != std::string::npos;
    return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
  }

  auto operator<=>(const Endpoint&) const = default;
};

inline Endpoint EndpointOf(const service::OriginUrl& url) {
  return {.host = url.host, .port = url.port};
}

/// Receives one stream from an origin, and the origin's orders about it. OnEnd is the last call:
/// kLost also where the connection broke, or never came about.
class ChannelSink : public media::MediaSink {
 public:
  virtual void OnControl(const ControlMessage& message) = 0;

  /// What its viewers here call the stream; null: it has none.
  virtual const stream::StreamPath* watched_as() const { return nullptr; }
};

/// One stream being received. Destroying it, also inside a call of its sink, stops the calls.
class OriginChannel {
 public:
  virtual ~OriginChannel() = default;

  virtual void SendStats(const StreamStats& stats) = 0;
};

/// Opens channels to origins.
class OriginLinks {
 public:
  virtual ~OriginLinks() = default;

  /// Calls reach `sink` from a later turn on; it outlives the channel.
  virtual std::unique_ptr<OriginChannel> Open(const Endpoint& origin, const ChannelRequest& request,
                                              ChannelSink& sink) = 0;
};

}  // namespace weir::relay
