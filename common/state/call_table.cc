#include "state/call_table.h"

namespace weir::state {

CallTable::CallTable(net::EventLoop& loop, std::function<Error(uint64_t id)> why_late)
    : loop_(loop),
      why_late_(std::move(why_late)),
      timer_(loop, [this] { OnTime(); }),
      alive_(std::make_shared<const bool>(true)) {}

std::optional<uint64_t> CallTable::Add(const Request& request, Clock::time_point deadline,
                                       Answer<Reply> answer) {
  const size_t bytes = SizeOf(request);
  Status fine = Check(request);
  if (fine && (calls_.size() >= kCallsMax || bytes_ + bytes > kBytesMax))
    fine = Fail(ErrorCode::kLimitExceeded, "too many calls are waiting for the state store");
  if (!fine) {
    Refuse(std::move(fine.error()), std::move(answer));
    return std::nullopt;
  }
  const uint64_t id = ++last_id_;
  calls_.emplace(id, Waiting{.deadline = deadline, .bytes = bytes, .answer = std::move(answer)});
  bytes_ += bytes;
  deadlines_.emplace(deadline, id);
  if (deadlines_.begin()->second == id) timer_.StartAt(deadline);
  return id;
}

void CallTable::Refuse(Error reason, Answer<Reply> answer) {
  loop_.Post([alive = std::weak_ptr<const bool>(alive_), reason = std::move(reason),
              answer = std::move(answer)]() mutable {
    if (!alive.expired()) answer(tl::unexpected(std::move(reason)));
  });
}

void CallTable::Settle(uint64_t id, Result<Reply> reply) {
  const auto call = calls_.find(id);
  if (call == calls_.end()) return;
  const Answer<Reply> answer = std::move(call->second.answer);
  bytes_ -= call->second.bytes;
  deadlines_.erase({call->second.deadline, id});
  calls_.erase(call);
  answer(std::move(reply));
}

void CallTable::OnTime() {
  const std::weak_ptr<const bool> alive(alive_);
  const Clock::time_point now = loop_.now();
  while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
    const uint64_t id = deadlines_.begin()->second;
    Settle(id, tl::unexpected(why_late_(id)));
    if (alive.expired()) return;
  }
  if (!deadlines_.empty()) timer_.StartAt(deadlines_.begin()->first);
}

}  // namespace weir::state
