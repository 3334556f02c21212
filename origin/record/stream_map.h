#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "origin/record/record_options.h"
#include "origin/record/record_task.h"

namespace weir::record {

/// One <Record> of a stream map: how every stream of some names is recorded.
struct MapEntry {
  std::string stream_name;  ///< With * and ?.
  RecordSpec spec;          ///< But for id and stream; paths may be empty.
};

/// Reads a file as OvenMediaEngine has it, <RecordInfo> with <Record> elements; those that are not
/// enabled are left out. Blocks. Errors name file and line.
Result<std::vector<MapEntry>> ReadStreamMap(const std::string& file);

}  // namespace weir::record
