#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"

namespace weir::state {

// What is longer is refused with kLimitExceeded.
inline constexpr size_t kKeyMax = 512;  ///< Bytes of a key, a prefix, or a lease's name.
inline constexpr size_t kValueMax = size_t{256} * 1024;
inline constexpr size_t kOwnerMax = 128;
inline constexpr size_t kPageEntriesMax = 1000;
inline constexpr std::chrono::milliseconds kTtlMax = std::chrono::hours(1);

/// A page ends with the entry that takes its values past this many bytes.
inline constexpr size_t kPageBytes = size_t{1024} * 1024;

/// The version that a key has which is not there.
inline constexpr uint64_t kAbsent = 0;

/// A key with its value. Both are any bytes; a key is not empty.
struct Entry {
  std::string key;
  std::string value;
  uint64_t version = kAbsent;  ///< Another one after every write, and never an earlier one again.

  bool operator==(const Entry&) const = default;
};

/// Entries in the order of their keys' bytes.
struct Page {
  std::vector<Entry> entries;
  bool more = false;  ///< Ask on after the last key.
};

/// The right to do something, as long as it is renewed in time.
struct Lease {
  std::string name;
  std::string owner;
  /// Higher than that of every earlier lease of any name: who acts for the lease shows it, and who
  /// has seen a higher one refuses the act.
  uint64_t fence = 0;

  bool operator==(const Lease&) const = default;
};

struct GetRequest {
  std::string key;
};

struct PutRequest {
  std::string key;
  std::string value;
  std::optional<uint64_t> expected{};  ///< The version the key must have: kAbsent, or of an Entry.
};

struct RemoveRequest {
  std::string key;
  std::optional<uint64_t> expected{};  ///< As for a put, but not kAbsent.
};

struct ScanRequest {
  std::string prefix;   ///< Empty: all keys.
  std::string after{};  ///< Only keys behind this one: the last of the page before.
  size_t entries_max = 100;
};

struct AcquireRequest {
  std::string name;
  std::string owner;  ///< Who asks: a node's name, say. Not empty.
  std::chrono::milliseconds ttl{};
};

struct RenewRequest {
  Lease lease;
  std::chrono::milliseconds ttl{};  ///< From now on.
};

struct ReleaseRequest {
  Lease lease;
};

using Request = std::variant<GetRequest, PutRequest, RemoveRequest, ScanRequest, AcquireRequest,
                             RenewRequest, ReleaseRequest>;

/// What a request is answered with, in the same order: a put gives the new version.
using Reply = std::variant<std::monostate, Entry, uint64_t, Page, Lease>;

/// Whether a store may be asked this: kLimitExceeded, or kMalformed.
Status Check(const Request& request);

/// What a request takes while it waits.
size_t SizeOf(const Request& request);

}  // namespace weir::state
