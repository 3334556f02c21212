#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace weir::stream {

/// What the run ledger remembers of one stream.
struct LedgerEntry {
  std::string path;  ///< StreamPath::text(), shortened where it is very long.
  int64_t last_number = 0;
  int64_t runs = 0;

  bool operator==(const LedgerEntry&) const = default;
};

/// The ledger's file: lines of text, the first "weir-runs 1", the last "end <entries>", between
/// them "<last number> <runs> <path>", spaces and the like in paths as %20.
std::string RenderLedger(const std::vector<LedgerEntry>& entries);

/// kMalformed: not whole, or not a ledger. kLimitExceeded: more than `entries_max` entries.
Result<std::vector<LedgerEntry>> ParseLedger(std::string_view text, size_t entries_max);

/// The whole of a file; kNotFound where there is none.
Result<std::string> ReadWholeFile(const std::string& file, size_t size_max);

/// Replaces a file at once: after a crash there is the old one or the new one. Blocks.
Status ReplaceFile(const std::string& file, std::string_view text);

}  // namespace weir::stream
