#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/result.h"
#include "origin/record/record_options.h"
#include "origin/record/record_task.h"

namespace weir::record {

/// Makes a recording of what startRecord was asked, and of what the application says where it was
/// not. kMalformed and kRefused have a text for whoever asked.
Result<RecordTask> ReadRequest(const nlohmann::json& body, const RecordOptions& options,
                               std::string transaction_id, UtcTime now);

/// What of `variant_names` is video and audio.
void ResolveNames(const RecordOptions& options, RecordSpec& spec);

}  // namespace weir::record
