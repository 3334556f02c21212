#include "state/sqlite_schema.h"

#include <array>
#include <tuple>

#include <fmt/format.h>

#include "state/sqlite_statement.h"

namespace weir::state {
namespace {

constexpr int64_t kApplicationId = 0x57656972;  // "Weir"

constexpr std::array<const char*, 1> kSteps = {
    "CREATE TABLE entry (key BLOB NOT NULL PRIMARY KEY, version INTEGER NOT NULL, value BLOB NOT "
    "NULL);"
    "CREATE TABLE last (number INTEGER NOT NULL);"
    "INSERT INTO last VALUES (0);",
};

/// A database of ours, or one in which nothing was made yet.
Status CheckOwner(sqlite3* database, int64_t version) {
  const Result<int64_t> id = QueryNumber(database, "PRAGMA application_id");
  if (!id) return tl::unexpected(id.error());
  if (*id == kApplicationId) return {};
  const Result<int64_t> tables = QueryNumber(database, "SELECT count(*) FROM sqlite_schema");
  if (!tables) return tl::unexpected(tables.error());
  if (*id == 0 && version == 0 && *tables == 0) return {};
  return Fail(ErrorCode::kUnsupported, "it is a database of some other program");
}

}  // namespace

std::span<const char* const> SchemaSteps() {
  return kSteps;
}

Status Migrate(sqlite3* database, std::span<const char* const> steps) {
  const Result<int64_t> version = QueryNumber(database, "PRAGMA user_version");
  if (!version) return tl::unexpected(version.error());
  if (Status ours = CheckOwner(database, *version); !ours) return ours;
  if (*version < 0 || *version > static_cast<int64_t>(steps.size())) {
    return Fail(ErrorCode::kUnsupported,
                fmt::format("it has schema version {}, of a later Weir; this one knows {}",
                            *version, steps.size()));
  }
  for (size_t next = static_cast<size_t>(*version); next < steps.size(); ++next) {
    const Status done = RunSql(
        database, fmt::format("BEGIN; {} PRAGMA application_id = {}; PRAGMA user_version = {}; "
                              "COMMIT;",
                              steps[next], kApplicationId, next + 1));
    if (!done) {
      std::ignore = RunSql(database, "ROLLBACK");
      return done;
    }
  }
  return {};
}

}  // namespace weir::state
