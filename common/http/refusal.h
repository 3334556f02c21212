#pragma once

#include <chrono>
#include <cstddef>
#include <string_view>

#include "base/clock.h"

namespace weir::http {

/// How long, and for how many bytes, a client may go on sending what is thrown away after it was
/// refused. Ending the connection or the stream at once would take the answer from it: TCP resets
/// on unread bytes, and HTTP/2 clients drop what came before a reset.
inline constexpr Clock::duration kLingerPatience = std::chrono::seconds(1);
inline constexpr size_t kLingerBytes = size_t{4} << 20;

/// Why a request cannot be taken, as the client is told.
struct Refusal {
  int status = 400;
  std::string_view text;  ///< A literal.
};

}  // namespace weir::http
