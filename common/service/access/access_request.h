#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "service/access/access_options.h"

namespace weir::service {

/// A request for a stream, in the words of the access rules.
struct AccessRequest {
  Direction direction = Direction::kOutgoing;
  std::string protocol;  ///< "rtmp", "llhls"

  /// "http://host:3333/app/stream/llhls.m3u8", without the query, with a port. More than one where
  /// it cannot be told how the URL was written, the likeliest first: a proxy may have ended TLS.
  std::vector<std::string> urls;

  std::string query;         ///< Without '?'; as sent. May hold a secret.
  std::string peer;          ///< "192.0.2.1:50123": of the connection.
  std::string real_address;  ///< "192.0.2.1": of the client, behind trusted proxies too.
  std::string user_agent;

  /// The first of `urls`, with the query.
  std::string Url() const { return query.empty() ? urls.front() : urls.front() + "?" + query; }
};

/// The value of a parameter as sent, not decoded, and whether there is one.
struct RawParameter {
  bool found = false;
  std::string_view value;
};

RawParameter FindParameter(std::string_view query, std::string_view name);

/// The query without the parameters of that name, all else as sent and in order.
std::string WithoutParameter(std::string_view query, std::string_view name);

}  // namespace weir::service
