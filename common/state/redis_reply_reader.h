#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>

#include "base/result.h"
#include "state/redis_reply.h"

struct redisReader;

namespace weir::state {

/// Turns a server's bytes into replies, by hiredis' reader, with limits of our own.
class RedisReplyReader {
 public:
  static constexpr size_t kReplyBytesMax = size_t{4} << 20;  ///< A whole reply on the wire.
  static constexpr size_t kItemsMax = 8192;                  ///< In all its arrays together.

  RedisReplyReader();
  ~RedisReplyReader();

  RedisReplyReader(const RedisReplyReader&) = delete;
  RedisReplyReader& operator=(const RedisReplyReader&) = delete;

  /// Takes all bytes. `on_reply` gives false to hear no more. After an Error every further call
  /// fails. kMalformed, or kLimitExceeded.
  Status Feed(std::span<const uint8_t> bytes, const std::function<bool(RedisReply)>& on_reply);

 private:
  struct Free {
    void operator()(redisReader* reader) const;
  };

  std::unique_ptr<redisReader, Free> reader_;
  size_t items_left_ = kItemsMax;  // Of the reply being read; the reader counts it down.
  size_t unfinished_ = 0;          // Bytes since the last whole reply.
};

}  // namespace weir::state
