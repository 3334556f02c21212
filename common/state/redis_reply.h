#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace weir::state {

/// What a Redis server answers: a value of its protocol, RESP2.
struct RedisReply {
  enum class Kind { kNil, kInteger, kText, kError, kArray };

  Kind kind = Kind::kNil;
  int64_t integer = 0;
  std::string text{};  ///< Of kText, which may be any bytes, and of kError.
  std::vector<RedisReply> items{};

  bool operator==(const RedisReply&) const = default;
};

}  // namespace weir::state
