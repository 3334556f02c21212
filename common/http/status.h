#pragma once

#include <string_view>

namespace weir::http {

/// The reason phrase of a status (RFC 9110, 15): "Not Found" for 404. Empty where it has none here.
std::string_view ReasonPhrase(int status);

/// Whether an answer of that status has no body and no Content-Length (RFC 9110, 6.4.1).
constexpr bool IsBodyless(int status) {
  return status < 200 || status == 204 || status == 304;
}

}  // namespace weir::http
