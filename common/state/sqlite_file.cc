#include "state/sqlite_file.h"

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "net/owned_fd.h"
#include "state/sqlite_schema.h"
#include "state/sqlite_statement.h"

namespace weir::state {
namespace {

// As long as a program that is being replaced may take to let go of the file.
constexpr int kLockPatienceMs = 5'000;

// One process has the file: nobody else could be told of changes. Says so before anything is read.
constexpr const char* kSetUp =
    "PRAGMA locking_mode = EXCLUSIVE;"
    "PRAGMA journal_mode = WAL;"
    "PRAGMA synchronous = FULL;"
    "BEGIN IMMEDIATE; COMMIT;";

Status CheckWhole(sqlite3* database) {
  Result<SqliteStatement> check = SqliteStatement::Prepare(database, "PRAGMA quick_check(1)");
  if (!check) return tl::unexpected(check.error());
  const Result<bool> row = check->Step();
  if (!row) return tl::unexpected(row.error());
  const std::string found = *row ? check->Bytes(0) : "";
  if (found != "ok") return Fail(ErrorCode::kMalformed, "it is damaged: " + found);
  return {};
}

Status SetUp(sqlite3* database) {
  sqlite3_extended_result_codes(database, 0);
  sqlite3_busy_timeout(database, kLockPatienceMs);
  if (Status done = RunSql(database, kSetUp); !done) return done;
  if (Status whole = CheckWhole(database); !whole) return whole;
  return Migrate(database, SchemaSteps());
}

/// Where there is no file yet: one that nobody else may read, since it may hold secrets. SQLite
/// gives the log beside it the same rights.
void CreatePrivate(const std::string& path) {
  const net::OwnedFd created(
      ::open(path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR));
}

tl::unexpected<Error> CannotUse(const std::string& path, const Error& reason) {
  return Fail(reason.code, fmt::format("cannot use the state file {}: {}", path, reason.detail));
}

}  // namespace

struct SqliteFile::State {
  SqlitePtr database;
  SqliteStatement get;
  SqliteStatement scan;
  SqliteStatement put;
  SqliteStatement remove;
  SqliteStatement last;
  SqliteStatement set_last;
};

SqliteFile::SqliteFile(std::unique_ptr<State> state) : state_(std::move(state)) {}

SqliteFile::~SqliteFile() = default;

Result<std::unique_ptr<SqliteFile>> SqliteFile::Open(const std::string& path) {
  CreatePrivate(path);
  sqlite3* opened = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &opened,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  SqlitePtr database(opened);
  if (code != SQLITE_OK) return CannotUse(path, SqliteError(opened, "cannot open it"));
  if (const Status done = SetUp(opened); !done) return CannotUse(path, done.error());

  std::vector<SqliteStatement> statements;
  for (const char* sql :
       {"SELECT key, value, version FROM entry WHERE key = ?1",
        "SELECT key, value, version FROM entry WHERE key >= ?1 AND key > ?2 ORDER BY key",
        "INSERT INTO entry (key, value, version) VALUES (?1, ?2, ?3) ON CONFLICT (key) DO UPDATE "
        "SET value = ?2, version = ?3",
        "DELETE FROM entry WHERE key = ?1", "SELECT number FROM last",
        "UPDATE last SET number = ?1"}) {
    Result<SqliteStatement> prepared = SqliteStatement::Prepare(opened, sql);
    if (!prepared) return CannotUse(path, prepared.error());
    statements.push_back(std::move(*prepared));
  }
  return std::unique_ptr<SqliteFile>(
      new SqliteFile(std::make_unique<State>(State{.database = std::move(database),
                                                   .get = std::move(statements[0]),
                                                   .scan = std::move(statements[1]),
                                                   .put = std::move(statements[2]),
                                                   .remove = std::move(statements[3]),
                                                   .last = std::move(statements[4]),
                                                   .set_last = std::move(statements[5])})));
}

namespace {

Entry EntryOf(const SqliteStatement& row) {
  return {
      .key = row.Bytes(0), .value = row.Bytes(1), .version = static_cast<uint64_t>(row.Number(2))};
}

}  // namespace

Result<Entry> SqliteFile::Get(const std::string& key) {
  SqliteStatement& get = state_->get;
  const Result<bool> row = get.Bind(1, key).Step();
  Result<Entry> entry = Fail(ErrorCode::kNotFound, "no such key");
  if (!row) {
    entry = tl::unexpected(row.error());
  } else if (*row) {
    entry = EntryOf(get);
  }
  get.Reset();
  return entry;
}

Result<Page> SqliteFile::Scan(const ScanRequest& request) {
  SqliteStatement& scan = state_->scan;
  scan.Bind(1, request.prefix).Bind(2, request.after);
  Result<Page> page;
  size_t bytes = 0;
  while (true) {
    const Result<bool> row = scan.Step();
    if (!row) {
      page = tl::unexpected(row.error());
      break;
    }
    if (!*row) break;
    Entry entry = EntryOf(scan);
    if (!entry.key.starts_with(request.prefix)) break;
    if (page->entries.size() == request.entries_max || bytes > kPageBytes) {
      page->more = true;
      break;
    }
    bytes += entry.value.size();
    page->entries.push_back(std::move(entry));
  }
  scan.Reset();
  return page;
}

Result<uint64_t> SqliteFile::Put(const PutRequest& request, uint64_t clock_number) {
  return Transact([&]() -> Result<uint64_t> {
    if (Status fine = Expect(request.key, request.expected); !fine)
      return tl::unexpected(fine.error());
    const Result<uint64_t> number = NextNumber(clock_number);
    if (!number) return number;
    SqliteStatement& put = state_->put;
    put.Bind(1, request.key).Bind(2, request.value).Bind(3, static_cast<int64_t>(*number));
    if (Status done = put.Run(); !done) return tl::unexpected(done.error());
    return number;
  });
}

Result<uint64_t> SqliteFile::Remove(const RemoveRequest& request, uint64_t clock_number) {
  return Transact([&]() -> Result<uint64_t> {
    if (Status fine = Expect(request.key, request.expected); !fine)
      return tl::unexpected(fine.error());
    const Result<uint64_t> number = NextNumber(clock_number);
    if (!number) return number;
    if (Status done = state_->remove.Bind(1, request.key).Run(); !done)
      return tl::unexpected(done.error());
    if (sqlite3_changes(state_->database.get()) == 0)
      return Fail(ErrorCode::kNotFound, "no such key");
    return number;
  });
}

Result<uint64_t> SqliteFile::TakeNumber(uint64_t clock_number) {
  return Transact([&] { return NextNumber(clock_number); });
}

Status SqliteFile::Expect(const std::string& key, std::optional<uint64_t> expected) {
  if (!expected) return {};
  const Result<Entry> entry = Get(key);
  if (!entry && entry.error().code != ErrorCode::kNotFound) return tl::unexpected(entry.error());
  const uint64_t version = entry ? entry->version : kAbsent;
  if (version != *expected)
    return Fail(ErrorCode::kConflict, "the key has another version than expected");
  return {};
}

Result<uint64_t> SqliteFile::NextNumber(uint64_t clock_number) {
  const Result<bool> row = state_->last.Step();
  const uint64_t last = row && *row ? static_cast<uint64_t>(state_->last.Number(0)) : 0;
  state_->last.Reset();
  if (!row) return tl::unexpected(row.error());
  const uint64_t next = std::max(last + 1, clock_number);
  if (Status done = state_->set_last.Bind(1, static_cast<int64_t>(next)).Run(); !done)
    return tl::unexpected(done.error());
  return next;
}

template <class Change>
Result<uint64_t> SqliteFile::Transact(Change change) {
  sqlite3* database = state_->database.get();
  if (Status begun = RunSql(database, "BEGIN IMMEDIATE"); !begun)
    return tl::unexpected(begun.error());
  Result<uint64_t> number = change();
  if (number) {
    if (Status done = RunSql(database, "COMMIT"); !done) number = tl::unexpected(done.error());
  }
  // Some errors have undone it already.
  if (!number && sqlite3_get_autocommit(database) == 0) std::ignore = RunSql(database, "ROLLBACK");
  return number;
}

}  // namespace weir::state
