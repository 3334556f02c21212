#include "edge/serve/openings.h"

#include <algorithm>
#include <utility>

namespace weir::edge {

void Openings::Add(const ViewerKey& key, service::AccessControl::Grant grant,
                   service::AccessRequest request) {
  if (openings_.size() >= kMax) TellFirst();
  openings_.push_back(
      {.key = KeptViewerKey(key), .grant = std::move(grant), .request = std::move(request)});
}

void Openings::Sweep(Clock::time_point now, size_t count) {
  for (count = std::min(count, openings_.size()); count > 0; --count) {
    if (IsOver(openings_.front(), now)) {
      TellFirst();
    } else {
      openings_.splice(openings_.end(), openings_, openings_.begin());
    }
  }
}

void Openings::TellAll() {
  while (!openings_.empty())
    TellFirst();
}

bool Openings::IsOver(Opening& opening, Clock::time_point now) {
  const ViewerPtr viewer = viewers_.Find(opening.key.key());
  const bool watching = viewer != nullptr && viewer->watching();
  opening.came = opening.came || watching;
  if (!opening.since) opening.since = now;
  return !watching && (opening.came || now - *opening.since >= kPatience);
}

void Openings::TellFirst() {
  const Opening opening = std::move(openings_.front());
  openings_.pop_front();
  tell_(opening.grant, opening.request);
}

}  // namespace weir::edge
