#pragma once

#include <string_view>

namespace weir::http {

/// Why a request cannot be taken, as the client is told.
struct Refusal {
  int status = 400;
  std::string_view text;  ///< A literal.
};

}  // namespace weir::http
