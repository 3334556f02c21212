#include "protocols/relay/viewer_asker.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace weir::relay {

void ViewerAsker::OnEdgeClosed(Edge& edge) {
  edges_.erase(&edge);
  for (auto next = asks_.begin(); next != asks_.end();) {
    const auto ask = next++;
    if (ask->second.waiting.erase(&edge) == 0) continue;
    ask->second.result.complete = false;
    if (ask->second.waiting.empty()) Finish(ask);
  }
}

void ViewerAsker::Find(const ViewerChoice& choice, size_t limit, Clock::time_point deadline,
                       Found found) {
  const FindViewers message{
      .ask = ++last_ask_, .choice = choice, .limit = static_cast<int64_t>(kViewersMax)};
  const auto ask = asks_
                       .emplace(message.ask, Ask{.deadline = deadline,
                                                 .waiting = edges_,
                                                 .find = message,
                                                 .limit = limit,
                                                 .found = std::move(found)})
                       .first;
  for (Edge* edge : edges_)
    edge->Send(message);
  if (ask->second.waiting.empty()) Finish(ask);
}

void ViewerAsker::End(const ViewerChoice& choice, const std::string& reason,
                      Clock::time_point deadline, Ended ended) {
  const EndViewers message{.ask = ++last_ask_, .choice = choice, .reason = reason};
  const auto ask =
      asks_
          .emplace(message.ask,
                   Ask{.deadline = deadline, .waiting = edges_, .ended = std::move(ended)})
          .first;
  for (Edge* edge : edges_)
    edge->Send(message);
  if (ask->second.waiting.empty()) Finish(ask);
}

void ViewerAsker::OnPage(Edge& edge, ViewersPage page) {
  const auto ask = AskOf(page.ask, edge);
  if (ask == asks_.end() || !ask->second.found) return;
  auto& [deadline, waiting, find, limit, result, count, found, ended] = ask->second;
  const size_t room = limit - result.viewers.size();
  if (page.viewers.size() > room) page.viewers.resize(room);
  std::ranges::move(page.viewers, std::back_inserter(result.viewers));
  const bool full = result.viewers.size() == limit;
  // An edge that never comes to an end is given up at the deadline.
  if (!page.last.empty() && !full) {
    find.after = page.last;
    return edge.Send(find);
  }
  if (full) result.complete = false;
  waiting.erase(&edge);
  if (waiting.empty() || full) Finish(ask);
}

void ViewerAsker::OnEnded(Edge& edge, const ViewersEnded& answer) {
  const auto ask = AskOf(answer.ask, edge);
  if (ask == asks_.end() || !ask->second.ended) return;
  ask->second.count += answer.count;
  ask->second.waiting.erase(&edge);
  if (ask->second.waiting.empty()) Finish(ask);
}

std::optional<Clock::time_point> ViewerAsker::NextDeadline() const {
  std::optional<Clock::time_point> next;
  for (const auto& [id, ask] : asks_)
    next = next ? std::min(*next, ask.deadline) : ask.deadline;
  return next;
}

void ViewerAsker::OnDeadline(Clock::time_point now) {
  for (auto next = asks_.begin(); next != asks_.end();) {
    const auto ask = next++;
    if (ask->second.deadline > now) continue;
    ask->second.result.complete = false;
    Finish(ask);
  }
}

/// The end where `edge` owes no such answer.
ViewerAsker::Asks::iterator ViewerAsker::AskOf(int64_t id, Edge& edge) {
  const auto ask = asks_.find(id);
  return ask != asks_.end() && ask->second.waiting.contains(&edge) ? ask : asks_.end();
}

void ViewerAsker::Finish(Asks::iterator ask) {
  const auto node = asks_.extract(ask);
  Ask& done = node.mapped();
  if (done.found) return done.found(std::move(done.result));
  done.ended(done.count);
}

}  // namespace weir::relay
