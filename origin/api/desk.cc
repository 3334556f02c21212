#include "origin/api/desk.h"

#include <utility>

namespace weir::api {

Desk::Desk(net::EventLoop& control, Limits limits)
    : control_(control), limits_(limits), timer_(control, [this] { GiveUp(); }) {}

void Desk::Submit(const Routes::Entry& entry, Call call, Reply done) {
  control_.Post([this, &entry, call = std::move(call), done = std::move(done)]() mutable {
    Run(entry, call, std::move(done));
  });
}

void Desk::Run(const Routes::Entry& entry, const Call& call, Reply done) {
  if (waiting_.size() >= limits_.calls_max) {
    done(Answer::Error(503, "Too many calls are waiting"));
    return;
  }
  const uint64_t ticket = next_ticket_++;
  const Clock::time_point give_up = control_.now() + limits_.patience;
  waiting_.emplace(ticket, Waiting{.give_up = give_up, .done = std::move(done)});
  if (!timer_.active()) timer_.StartAt(give_up);
  entry.handler(call, [this, ticket](Answer answer) { Settle(ticket, std::move(answer)); });
}

void Desk::Settle(uint64_t ticket, Answer answer) {
  const auto found = waiting_.find(ticket);
  if (found == waiting_.end()) return;  // it came too late
  const Reply done = std::move(found->second.done);
  waiting_.erase(found);
  done(std::move(answer));
}

void Desk::GiveUp() {
  while (!waiting_.empty() && waiting_.begin()->second.give_up <= control_.now())
    Settle(waiting_.begin()->first, Answer::Error(504, "The call was not answered in time"));
  if (!waiting_.empty()) timer_.StartAt(waiting_.begin()->second.give_up);
}

}  // namespace weir::api
