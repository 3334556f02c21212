#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "state/redis_reply.h"
#include "state/redis_scripts.h"
#include "state/request.h"
#include "state/watch.h"

namespace weir::state {

/// What a request is in Redis' words.
struct RedisCommand {
  std::vector<std::string> words;
  const RedisScript* script = nullptr;  ///< Of an EVALSHA: its text goes where words[1] is.

  std::vector<std::string_view> views() const;
};

/// Turns requests into commands, and replies into ours.
class RedisCodec {
 public:
  explicit RedisCodec(std::string prefix);

  RedisCommand Encode(const Request& request) const;

  /// `reply` is what the command of `request` got.
  Result<Reply> Decode(const Request& request, const RedisReply& reply) const;

  const std::string& channel() const { return channel_; }

  /// A message of the channel; nothing where it is not ours.
  static std::optional<Change> DecodeChange(std::string_view message);

 private:
  struct Encoder;

  const std::string prefix_;
  const std::string channel_;
  const RedisScripts scripts_;
};

/// What an error reply means to the caller.
Error RedisError(const std::string& text);

/// Whether an error reply says that another server must be asked: this one is a replica now, or has
/// lost its data's source.
bool MeansAnotherServer(const RedisReply& reply);

/// Whether the server does not know the script (any more).
bool MeansNoScript(const RedisReply& reply);

}  // namespace weir::state
