#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "http/message.h"

namespace weir::http {

/// What is asked of another server. Host, Content-Length and Connection are added.
struct ClientRequest {
  std::string method = "GET";
  Fields fields{};
  std::string body{};

  /// Whether it may be sent twice, should a kept connection turn out to be closed.
  bool repeatable = true;
};

/// What it answered, whole.
struct ClientResponse {
  int status = 0;
  Fields fields{};
  std::string body{};

  /// The first field of that name; empty when there is none.
  std::string_view Field(std::string_view name) const;
};

/// How much an answer may be. More ends the connection.
struct ResponseLimits {
  size_t head_bytes = size_t{16} * 1024;  ///< Status line and fields, interim answers included.
  size_t fields = 100;
  size_t body_bytes = size_t{1} << 20;
};

/// The bytes of a request to `authority` ("host:8080") for `target` ("/path?query"). What a field
/// may not hold is replaced by spaces.
std::string RenderRequest(const ClientRequest& request, std::string_view authority,
                          std::string_view target);

}  // namespace weir::http
