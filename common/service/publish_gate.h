#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "crypto/uuid.h"
#include "media/media_sink.h"
#include "service/virtual_hosts.h"
#include "stream/stream_path.h"

namespace weir::service {

/// What a publisher asks for, in words every ingest protocol shares.
struct PublishRequest {
  /// Of this publication and no other: what the API and backends know it by.
  std::string id = crypto::RandomUuid();
  std::string protocol;  ///< "rtmp", "srt", ...: for logs and access rules.
  std::string host;      ///< Host name the publisher used: picks the virtual host.
  std::string app;
  std::string stream;
  std::string query;  ///< Without '?': for signed policies. May hold a secret, so never logged.
  std::string url;    ///< As the publisher gave it, without the query.
  std::string peer;   ///< "192.0.2.1:50123"
  bool secure = false;
  /// The virtual host by its own name: of what the server publishes itself. `host` picks none then.
  std::string vhost{};
};

/// Null where no virtual host serves it.
const VirtualHost* HostOf(const PublishRequest& request, const VirtualHosts& hosts);

/// A publication that was let in: takes the frames, raw from the wire, with wire timestamps already
/// unwrapped, and repairs and marks them on their way to the stream. Destroying it, or OnEnd, ends
/// the publication and frees its name.
class Publication : public media::MediaSink {
 public:
  /// Where it is published: elsewhere than was asked for, where the access rules say so.
  virtual const stream::StreamPath& path() const = 0;

  /// `end` is called at most once, from a turn of the loop in which no sink call is under way,
  /// when the server wants the publisher gone: a stop by API, a newcomer that replaces it, a drain.
  virtual void OnStop(std::function<void(Error)> end) = 0;
};

/// Decides who may publish what.
///
/// Thread: one per loop.
class PublishGate {
 public:
  using Answer = std::function<void(Result<std::unique_ptr<Publication>>)>;

  virtual ~PublishGate() = default;

  /// Calls `answer` exactly once, on this loop, perhaps inside the call. Refusals: kRefused (name
  /// taken, not allowed), kNotFound (no such host or application), kUnavailable (draining).
  virtual void Open(const PublishRequest& request, Answer answer) = 0;
};

}  // namespace weir::service
