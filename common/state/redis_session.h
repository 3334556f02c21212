#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/byte_session.h"
#include "state/redis_reply_reader.h"

namespace weir::state {

/// How a conversation with a server begins.
struct RedisGreeting {
  std::string user;
  std::string password;
  bool must_be_master = false;  ///< A replica is no good.
  std::string channel{};        ///< Subscribed to, where not empty: the session then only listens.
};

/// The client's side of a conversation with a Redis server or sentinel: says who we are, then sends
/// commands and gives each its reply. A server that is silent for kReplyPatience while a reply is
/// due, be it to a PING after kPingEvery of nothing, ends it.
class RedisSession final : public net::ByteSession {
 public:
  static constexpr Clock::duration kReplyPatience = std::chrono::seconds(3);
  static constexpr Clock::duration kPingEvery = std::chrono::seconds(2);

  /// Who is told. May detach the session inside a call.
  class Owner {
   public:
    virtual ~Owner() = default;

    /// The server knows us and is ready: commands may be sent from here on.
    virtual void OnReady() = 0;

    /// A message of the channel.
    virtual void OnPublished(const std::string& message) = 0;
  };

  using OnReply = std::function<void(RedisReply)>;

  /// `output` outlives the session, and `owner` too, or detaches it.
  RedisSession(net::ByteOutput& output, const RedisGreeting& greeting, Owner& owner,
               Clock::time_point now);

  /// An error the server replies is a reply too. Where the conversation ends first, there is none.
  void Send(const std::vector<std::string_view>& command, OnReply on_reply, Clock::time_point now);

  /// Commands without a reply.
  size_t in_flight() const { return in_flight_.size(); }

  /// Nobody is told anything any more.
  void Detach();

  // net::ByteSession
  Status OnBytes(std::span<const uint8_t> bytes, Clock::time_point now) override;
  Status OnDeadline(Clock::time_point now) override;
  std::optional<Clock::time_point> NextDeadline() const override;

 private:
  enum class Step { kAuth, kRole, kFirstPing, kSubscribe, kPing, kCommand };

  struct Awaited {
    Step step;
    OnReply on_reply;
    Clock::time_point since;
  };

  void SendStep(Step step, const std::vector<std::string_view>& command, Clock::time_point now);
  void Write(const std::vector<std::string_view>& command);
  Status OnReplyRead(RedisReply reply, Clock::time_point now);
  Status OnStepReply(Step step, const RedisReply& reply, Clock::time_point now);

  net::ByteOutput& output_;
  Owner* owner_;  // Null once detached.
  const std::string channel_;
  RedisReplyReader reader_;
  std::deque<Awaited> in_flight_;
  Clock::time_point last_heard_;
};

}  // namespace weir::state
