#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <sqlite3.h>

#include "base/c_ptr.h"
#include "base/result.h"

namespace weir::state {

using SqlitePtr = CPtr<sqlite3, sqlite3_close>;

/// What SQLite says of an operation. kUnavailable: the disk is full or fails, or another process
/// has the file; kMalformed: the file is damaged.
Error SqliteError(sqlite3* database, std::string_view what);

/// A prepared statement, used again and again: Bind*, Step until there is no row, Reset.
///
/// Thread: one at a time. The database outlives it.
class SqliteStatement {
 public:
  static Result<SqliteStatement> Prepare(sqlite3* database, std::string_view sql);

  // `index` counts from 1. Text bound must live until Reset.
  SqliteStatement& Bind(int index, std::string_view bytes);
  SqliteStatement& Bind(int index, int64_t number);

  /// Whether there is a row, or one more.
  Result<bool> Step();

  /// For statements that give no rows.
  Status Run();

  // `column` counts from 0.
  std::string Bytes(int column) const;
  int64_t Number(int column) const;

  void Reset();

 private:
  using Ptr = CPtr<sqlite3_stmt, sqlite3_finalize>;

  SqliteStatement(sqlite3* database, Ptr statement)
      : database_(database), statement_(std::move(statement)) {}

  sqlite3* database_;
  Ptr statement_;
};

/// Runs statements without rows or values.
Status RunSql(sqlite3* database, const std::string& sql);

/// The first number a query gives.
Result<int64_t> QueryNumber(sqlite3* database, const std::string& sql);

}  // namespace weir::state
