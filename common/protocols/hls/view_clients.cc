#include "protocols/hls/view_clients.h"

namespace weir::hls {

void ViewClients::See(uint64_t client, Clock::time_point now) {
  if (const auto known = seen_.find(client); known != seen_.end()) {
    known->second = now;
  } else if (seen_.size() < kClientsMax) {
    seen_.emplace(client, now);
  }
}

void ViewClients::Forget(Clock::time_point now, Clock::duration window) {
  std::erase_if(seen_, [&](const auto& client) { return client.second + window <= now; });
}

}  // namespace weir::hls
