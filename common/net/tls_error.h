#pragma once

#include <array>
#include <string>

#include <fmt/format.h>
#include <openssl/err.h>

#include "base/result.h"

namespace weir::net {

/// The first failure that OpenSSL has noted on this thread, behind `what`; forgets all of them.
inline Error TlsError(const std::string& what, ErrorCode code = ErrorCode::kUnavailable) {
  const unsigned long first = ERR_get_error();  // NOLINT(google-runtime-int): OpenSSL's type
  ERR_clear_error();
  const char* reason = first == 0 ? nullptr : ERR_reason_error_string(first);
  if (reason != nullptr) return {.code = code, .detail = fmt::format("{}: {}", what, reason)};
  if (first == 0) return {.code = code, .detail = what};
  std::array<char, 256> text{};
  ERR_error_string_n(first, text.data(), text.size());
  return {.code = code, .detail = fmt::format("{}: {}", what, text.data())};
}

}  // namespace weir::net
