#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "state/request.h"

namespace weir::state {

/// The embedded store's file: an SQLite 3 database that one process has for itself, with a
/// write-ahead log beside it. What a call has returned from is on the disk; a kill at any moment
/// loses no more than the call under way, and that wholly.
///
/// Blocks. Thread: one at a time.
class SqliteFile {
 public:
  /// Makes the file where there is none. A damaged one is an Error, and stays as it is.
  static Result<std::unique_ptr<SqliteFile>> Open(const std::string& path);
  ~SqliteFile();

  SqliteFile(const SqliteFile&) = delete;
  SqliteFile& operator=(const SqliteFile&) = delete;

  Result<Entry> Get(const std::string& key);
  Result<Page> Scan(const ScanRequest& request);

  // These take a new number: `clock_number`, or the one after the last where that is more.
  Result<uint64_t> Put(const PutRequest& request, uint64_t clock_number);
  Result<uint64_t> Remove(const RemoveRequest& request, uint64_t clock_number);
  Result<uint64_t> TakeNumber(uint64_t clock_number);

 private:
  struct State;
  explicit SqliteFile(std::unique_ptr<State> state);

  Status Expect(const std::string& key, std::optional<uint64_t> expected);
  Result<uint64_t> NextNumber(uint64_t clock_number);

  /// Runs `change` in a transaction, undone where it fails.
  template <class Change>
  Result<uint64_t> Transact(Change change);

  std::unique_ptr<State> state_;
};

}  // namespace weir::state
