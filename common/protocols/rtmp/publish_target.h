#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "formats/amf/value.h"
#include "service/publish_gate.h"

namespace weir::rtmp {

/// What a client said in connect: the first half of where it publishes.
struct ConnectTarget {
  std::string scheme = "rtmp";
  std::string host;  ///< Empty when there was no tcUrl.
  uint16_t port = 1935;
  std::string app;       ///< First part of the path.
  std::string instance;  ///< The rest of it: an instance, or the stream where the key is empty.
  std::string query;
};

/// Reads tcUrl and app of the connect command. kMalformed: a tcUrl that is none, or no app at all.
Result<ConnectTarget> ReadConnectTarget(const amf::Object& command);

/// Puts the key of the publish command behind it: "stream", "stream?query", or empty, where the
/// stream stands in the URL ("rtmp://host/app/stream"). A query in the key goes before one in the
/// URL. kRefused: the stream has no name, or one that cannot stand in a URL's path.
Result<service::PublishRequest> CompleteTarget(const ConnectTarget& target, std::string_view key);

}  // namespace weir::rtmp
