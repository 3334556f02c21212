#include "state/redis_session.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace weir::state {
namespace {

using Kind = RedisReply::Kind;

bool IsText(const RedisReply& reply, size_t item, std::string_view text) {
  return reply.kind == Kind::kArray && reply.items.size() > item &&
         reply.items[item].kind == Kind::kText && reply.items[item].text == text;
}

}  // namespace

RedisSession::RedisSession(net::ByteOutput& output, const RedisGreeting& greeting, Owner& owner,
                           Clock::time_point now)
    : output_(output), owner_(&owner), channel_(greeting.channel), last_heard_(now) {
  if (!greeting.user.empty()) {
    SendStep(Step::kAuth, {"AUTH", greeting.user, greeting.password}, now);
  } else if (!greeting.password.empty()) {
    SendStep(Step::kAuth, {"AUTH", greeting.password}, now);
  }
  if (greeting.must_be_master) SendStep(Step::kRole, {"ROLE"}, now);
  SendStep(Step::kFirstPing, {"PING"}, now);  // fails while the server loads its data
}

void RedisSession::Send(const std::vector<std::string_view>& command, OnReply on_reply,
                        Clock::time_point now) {
  in_flight_.push_back({.step = Step::kCommand, .on_reply = std::move(on_reply), .since = now});
  Write(command);
}

void RedisSession::SendStep(Step step, const std::vector<std::string_view>& command,
                            Clock::time_point now) {
  in_flight_.push_back({.step = step, .on_reply = nullptr, .since = now});
  Write(command);
}

void RedisSession::Write(const std::vector<std::string_view>& command) {
  std::string wire = fmt::format("*{}\r\n", command.size());
  for (const std::string_view word : command) {
    wire += fmt::format("${}\r\n", word.size());
    wire.append(word).append("\r\n");
  }
  output_.Write(SharedBytes(std::move(wire)));
}

void RedisSession::Detach() {
  owner_ = nullptr;
}

Status RedisSession::OnBytes(std::span<const uint8_t> bytes, Clock::time_point now) {
  last_heard_ = now;
  Status status;
  const Status fed = reader_.Feed(bytes, [&](RedisReply reply) {
    if (owner_ == nullptr) return false;
    status = OnReplyRead(std::move(reply), now);
    return status.has_value();
  });
  return status ? fed : status;
}

Status RedisSession::OnReplyRead(RedisReply reply, Clock::time_point now) {
  if (!channel_.empty() && IsText(reply, 0, "message")) {
    if (reply.items.size() != 3 || reply.items[2].kind != Kind::kText)
      return Fail(ErrorCode::kMalformed, "a message of redis without a text");
    owner_->OnPublished(reply.items[2].text);
    return {};
  }
  if (in_flight_.empty()) return Fail(ErrorCode::kMalformed, "a reply of redis to nothing");
  const Awaited awaited = std::move(in_flight_.front());
  in_flight_.pop_front();
  if (awaited.step != Step::kCommand) return OnStepReply(awaited.step, reply, now);
  awaited.on_reply(std::move(reply));
  return {};
}

Status RedisSession::OnStepReply(Step step, const RedisReply& reply, Clock::time_point now) {
  const bool refused = reply.kind == Kind::kError;
  switch (step) {
    case Step::kAuth:
      if (refused) return Fail(ErrorCode::kRefused, "redis refuses the password: " + reply.text);
      return {};
    case Step::kRole:
      if (refused) return Fail(ErrorCode::kRefused, "redis does not tell its role: " + reply.text);
      if (!IsText(reply, 0, "master"))
        return Fail(ErrorCode::kUnavailable, "this redis is no master");
      return {};
    case Step::kFirstPing:
      if (refused) return Fail(ErrorCode::kUnavailable, "redis is not ready: " + reply.text);
      if (channel_.empty()) {
        owner_->OnReady();
      } else {
        SendStep(Step::kSubscribe, {"SUBSCRIBE", channel_}, now);
      }
      return {};
    case Step::kSubscribe:
      if (!IsText(reply, 0, "subscribe"))
        return Fail(ErrorCode::kRefused, "redis lets us not subscribe: " + reply.text);
      owner_->OnReady();
      return {};
    case Step::kPing:
    case Step::kCommand:
      return {};
  }
  return {};
}

Status RedisSession::OnDeadline(Clock::time_point now) {
  if (!in_flight_.empty())
    return Fail(
        ErrorCode::kUnavailable,
        fmt::format("redis does not answer for {} s",
                    std::chrono::duration_cast<std::chrono::seconds>(kReplyPatience).count()));
  SendStep(Step::kPing, {"PING"}, now);
  return {};
}

std::optional<Clock::time_point> RedisSession::NextDeadline() const {
  if (in_flight_.empty()) return last_heard_ + kPingEvery;
  return std::max(in_flight_.front().since, last_heard_) + kReplyPatience;
}

}  // namespace weir::state
