#include "service/listeners.h"

#include <utility>

#include "net/port_check.h"

namespace weir::service {

Listeners::Listeners(net::LoopGroup& loops, std::vector<std::string> addresses,
                     net::ListenOptions options, const MakeFactory& make_factory)
    : loops_(loops), addresses_(std::move(addresses)), port_(options.port), by_loop_(loops.size()) {
  for (size_t loop = 0; loop < loops.size(); ++loop) {
    const net::SessionFactory factory = make_factory(loop);
    for (const std::string& address : addresses_) {
      options.address = address;
      by_loop_[loop].push_back(
          std::make_unique<net::TcpListener>(loops.at(loop), options, factory));
    }
  }
}

Status Listeners::Listen() {
  // All of them first: "0.0.0.0" and "::" of one service may share a port.
  for (const std::string& address : addresses_) {
    if (Status is_free = net::CheckPortIsFree(address, port_); !is_free) return is_free;
  }
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
