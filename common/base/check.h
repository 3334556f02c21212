#pragma once

namespace weir::internal {

[[noreturn]] void CheckFailed(const char* condition, const char* file, int line);

}  // namespace weir::internal

/// Aborts where one of our own invariants is broken. Never for what a peer or the disk did.
#define WEIR_CHECK(condition) \
  ((condition) ? void() : ::weir::internal::CheckFailed(#condition, __FILE__, __LINE__))
