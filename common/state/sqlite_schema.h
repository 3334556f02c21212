#pragma once

#include <span>
#include <string>

#include <sqlite3.h>

#include "base/result.h"

namespace weir::state {

/// What makes the schema of each version of the one before, from nothing on. A step that was
/// released is never changed: the next one is added.
std::span<const char* const> SchemaSteps();

/// Brings a database to the version of the last step, each step in a transaction. kUnsupported: it
/// has a later one already, or is some other program's.
Status Migrate(sqlite3* database, std::span<const char* const> steps);

}  // namespace weir::state
