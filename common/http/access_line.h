#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "http/message.h"

namespace weir::http {

/// What an access log says of one request.
struct AccessEntry {
  std::string client{};  ///< "192.0.2.1"
  std::string method{};
  std::string target{};  ///< As LoggedTarget gives it.
  Version version = Version::kHttp11;
  std::string user_agent{};
  int status = 0;
  size_t body_bytes = 0;
  Clock::duration took{};  ///< From the request to its answer.
};

/// All of a request but its answer.
AccessEntry AccessEntryOf(const Request& request);

/// A target without what may be secret: of the query only the delivery directives (_HLS_...) stay,
/// and a token in front of the path becomes "*".
std::string LoggedTarget(std::string_view target);

/// Renders entries as the "combined" format that log readers know, with the seconds it took behind:
///
///   192.0.2.1 - - [06/Nov/1994:08:49:37 +0000] "GET /app/s/llhls.m3u8 HTTP/1.1" 200 612 "-"
///   "hls.js" 0.004
///
/// The Referer is left out: it may hold a secret. What is not printable is escaped ("\x0a").
///
/// Thread: one.
class AccessLineWriter {
 public:
  /// Adds a line to `lines`.
  void Append(const AccessEntry& entry, UtcTime now, std::string& lines);

 private:
  std::chrono::sys_seconds second_{};
  std::string time_;  // of second_
};

}  // namespace weir::http
