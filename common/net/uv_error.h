#pragma once

#include <string>
#include <string_view>

#include <fmt/format.h>
#include <uv.h>

#include "base/result.h"

namespace weir::net {

/// What libuv, or the kernel by way of a negated errno, says of an operation:
/// "cannot listen on 0.0.0.0:1935: address already in use".
inline Error UvError(int status, std::string_view what) {
  return {.code = ErrorCode::kUnavailable,
          .detail = fmt::format("{}: {}", what, uv_strerror(status))};
}

}  // namespace weir::net
