#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace weir::rtmp {

/// What a tcUrl names: "rtmp://host:1935/app/instance?query".
struct RtmpUrl {
  bool secure = false;  ///< "rtmps"
  std::string host;     ///< Name or numeric address, IPv6 without brackets; in lower case.
  uint16_t port = 0;    ///< 1935 where none is given, 443 for rtmps.
  std::string path;     ///< "app" or "app/instance": no slash at either end.
  std::string query;    ///< Without '?'.
};

/// kMalformed: neither rtmp nor rtmps, no host, or a port that is none.
Result<RtmpUrl> ParseRtmpUrl(std::string_view text);

/// Cuts off and returns what stands behind the first '?', without it.
std::string TakeQuery(std::string& text);

}  // namespace weir::rtmp
