#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"

namespace weir::relay {

/// The most credit a stream can have: more in one message, or together, is a fault.
inline constexpr int64_t kCreditMax = int64_t{1} << 30;

/// The edge has consumed so much: as many bytes of frames more may come.
struct Credit {
  int64_t bytes = 0;  ///< Greater than zero.

  bool operator==(const Credit&) const = default;
};

std::vector<uint8_t> Encode(const Credit& message);
Result<Credit> DecodeCredit(std::span<const uint8_t> body);

}  // namespace weir::relay
