#include "state/sqlite_statement.h"

#include <utility>

#include <fmt/format.h>

namespace weir::state {

Error SqliteError(sqlite3* database, std::string_view what) {
  const int code = sqlite3_errcode(database);
  const bool damaged = code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
  return {.code = damaged ? ErrorCode::kMalformed : ErrorCode::kUnavailable,
          .detail = fmt::format("{}: {}", what, sqlite3_errmsg(database))};
}

Result<SqliteStatement> SqliteStatement::Prepare(sqlite3* database, std::string_view sql) {
  sqlite3_stmt* prepared = nullptr;
  const int code = sqlite3_prepare_v3(database, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &prepared, nullptr);
  if (code != SQLITE_OK) return tl::unexpected(SqliteError(database, "cannot prepare"));
  return SqliteStatement(database, Ptr(prepared));
}

SqliteStatement& SqliteStatement::Bind(int index, std::string_view bytes) {
  // A null pointer would bind NULL, which equals nothing.
  sqlite3_bind_blob64(statement_.get(), index, bytes.empty() ? "" : bytes.data(), bytes.size(),
                      SQLITE_STATIC);
  return *this;
}

SqliteStatement& SqliteStatement::Bind(int index, int64_t number) {
  sqlite3_bind_int64(statement_.get(), index, number);
  return *this;
}

Result<bool> SqliteStatement::Step() {
  const int code = sqlite3_step(statement_.get());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return tl::unexpected(SqliteError(database_, "not done"));
}

Status SqliteStatement::Run() {
  const Result<bool> stepped = Step();
  Reset();
  if (!stepped) return tl::unexpected(stepped.error());
  return {};
}

std::string SqliteStatement::Bytes(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_.get(), column));
  const int size = sqlite3_column_bytes(statement_.get(), column);
  return size == 0 ? std::string() : std::string(bytes, static_cast<size_t>(size));
}

int64_t SqliteStatement::Number(int column) const {
  return sqlite3_column_int64(statement_.get(), column);
}

void SqliteStatement::Reset() {
  sqlite3_reset(statement_.get());
  sqlite3_clear_bindings(statement_.get());
}

Status RunSql(sqlite3* database, const std::string& sql) {
  if (sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    return tl::unexpected(SqliteError(database, "not done"));
  return {};
}

Result<int64_t> QueryNumber(sqlite3* database, const std::string& sql) {
  Result<SqliteStatement> query = SqliteStatement::Prepare(database, sql);
  if (!query) return tl::unexpected(query.error());
  const Result<bool> row = query->Step();
  if (!row) return tl::unexpected(row.error());
  return *row ? query->Number(0) : 0;
}

}  // namespace weir::state
