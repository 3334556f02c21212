#include "net/connection_cap.h"

#include <algorithm>
#include <array>

namespace weir::net {
namespace {

IpAddress KeyOf(const IpAddress& client) {
  if (client.is_v4()) return client;
  std::array<uint8_t, 16> network{};
  std::copy_n(client.bytes().begin(), 8, network.begin());
  return IpAddress::V6(network);
}

}  // namespace

ConnectionCap::ConnectionCap(size_t most, Networks exempt)
    : most_(most), exempt_(std::move(exempt)) {}

std::optional<ConnectionCap::Place> ConnectionCap::Take(const IpAddress& client) {
  if (most_ == 0 || exempt_.Contain(client)) return Place();
  const IpAddress key = KeyOf(client);
  const bool taken = open_.With([&](auto& open) {
    size_t& count = open[key];
    if (count >= most_) return false;
    ++count;
    return true;
  });
  if (!taken) return std::nullopt;
  return Place(*this, key);
}

void ConnectionCap::Free(const IpAddress& key) {
  open_.With([&key](auto& open) {
    const auto client = open.find(key);
    if (--client->second == 0) open.erase(client);
  });
}

}  // namespace weir::net
