#pragma once

#include <functional>
#include <string_view>

#include "base/result.h"
#include "origin/api/routes.h"
#include "origin/record/record_options.h"
#include "origin/record/records.h"

namespace weir::record {

/// Adds startRecord, stopRecord and records, as OvenMediaEngine has them. `records` outlives the
/// routes; `options` is FindRecordOptions of the virtual hosts as they are now.
void AddCalls(
    api::Routes& routes, Records& records,
    std::function<Result<RecordOptions>(std::string_view vhost, std::string_view app)> options);

}  // namespace weir::record
