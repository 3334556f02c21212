#include "edge/viewers/viewer.h"

#include <utility>

namespace weir::edge {

Viewer::Viewer(const ViewerKey& key, std::string id, std::shared_ptr<Audience> audience,
               UtcTime created, Clock::time_point now)
    : id_(std::move(id)),
      audience_(std::move(audience)),
      token_(key.token),
      address_(key.address),
      user_agent_(key.user_agent),
      created_(created),
      last_seen_(now) {}

Viewer::Standing Viewer::At(Clock::time_point now, bool restarts) const {
  switch (state_.load(std::memory_order_acquire)) {
    case State::kWatching:
      return Standing::kWatching;
    case State::kGone:
      return Standing::kOver;
    case State::kEnded:
      break;
  }
  const Clock::duration refused_for = restarts ? kRestartAfter : kRefusedFor;
  return now - ended_at() < refused_for ? Standing::kRefused : Standing::kOver;
}

void Viewer::End(Clock::time_point now) {
  ended_at_.store(now, std::memory_order_relaxed);
  state_.store(State::kEnded, std::memory_order_release);
}

ViewerKey Viewer::key() const {
  return {.vhost = path().vhost,
          .app = path().app,
          .stream = path().name,
          .token = token_,
          .address = address_,
          .user_agent = user_agent_};
}

}  // namespace weir::edge
