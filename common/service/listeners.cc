#include "service/listeners.h"

#include <utility>

namespace weir::service {

Listeners::Listeners(net::LoopGroup& loops, std::vector<std::string> addresses,
                     net::ListenOptions options, const MakeFactory& make_factory)
    : loops_(loops), by_loop_(loops.size()) {
  for (size_t loop = 0; loop < loops.size(); ++loop) {
    const net::SessionFactory factory = make_factory(loop);
    for (const std::string& address : addresses) {
      options.address = address;
      by_loop_[loop].push_back(
          std::make_unique<net::TcpListener>(loops.at(loop), options, factory));
    }
  }
}

Status Listeners::Listen() {
  for (const auto& listeners : by_loop_) {
    for (const auto& listener : listeners) {
      if (Status listening = listener->Listen(); !listening) return listening;
    }
  }
  return {};
}

void Listeners::StopAccepting() {
  for (size_t loop = 0; loop < by_loop_.size(); ++loop) {
    loops_.at(loop).Post([this, loop] {
      for (const auto& listener : by_loop_[loop])
        listener->StopAccepting();
    });
  }
}

}  // namespace weir::service
