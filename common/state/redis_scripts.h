#pragma once

#include <string>
#include <string_view>

namespace weir::state {

/// A Lua program that a Redis server runs as one step, nobody in between. Redis 5 or later.
struct RedisScript {
  std::string text;
  std::string sha;  ///< What EVALSHA calls it.
};

/// What Redis keeps for a store, below its prefix P:
///
///   P"values"       hash    key -> "<version> <value>"
///   P"keys"         zset    the same keys, all with score 0: their order
///   P"number"       string  the last version or fencing number
///   P"lease:"NAME   string  "<fence> <owner>", with the lease's time to live
///   P"changes"      channel "+<version> <key>" for a put, "-<version> <key>" for a removal
///
/// Numbers are taken from the server's clock, in microseconds, or one higher than the last: so they
/// grow even where Redis lost what it had.
struct RedisScripts {
  RedisScripts();

  RedisScript put;      ///< KEYS values keys number; ARGV channel key expected-or-"" value
  RedisScript remove;   ///< KEYS values keys number; ARGV channel key expected-or-""
  RedisScript scan;     ///< KEYS values keys; ARGV prefix after entries_max bytes_max
  RedisScript acquire;  ///< KEYS lease number; ARGV owner ttl-ms
  RedisScript renew;    ///< KEYS lease; ARGV "<fence> <owner>" ttl-ms
  RedisScript release;  ///< KEYS lease; ARGV "<fence> <owner>"
};

}  // namespace weir::state
