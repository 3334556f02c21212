#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "protocols/rtmp/egress_target.h"
#include "protocols/srt/caller_options.h"

namespace weir::push {

/// MPEG-TS over UDP or TCP.
struct TsEndpoint {
  bool tcp = false;
  std::string host;
  uint16_t port = 0;
  int ttl = 0;                   ///< Of UDP; 0 is the system's own.
  size_t datagram_size = 1'316;  ///< Most bytes of one, whole packets.
};

/// Where a stream is pushed to.
struct Destination {
  std::variant<rtmp::EgressTarget, srt::CallerOptions, TsEndpoint> where;
  std::string shown;  ///< "rtmp://host:1935/app": for logs, without anything that may be a secret.
};

/// Reads what a push is asked with: `protocol` is "rtmp", "srt" or "mpegts".
///
/// kNotFound: there is no such protocol. kMalformed, kUnsupported: the detail is a text for whoever
/// asked, in OvenMediaEngine's words where it has some, and shows no secret.
Result<Destination> ReadDestination(std::string_view protocol, std::string_view url,
                                    std::string_view stream_key);

}  // namespace weir::push
