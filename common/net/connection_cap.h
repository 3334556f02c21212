#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <utility>

#include "base/guarded.h"
#include "net/ip_address.h"
#include "net/network.h"

namespace weir::net {

/// Limits how many connections one client has open, over all loops and ports that share this.
///
/// An IPv6 client is its first 64 bits, since the rest is its own to choose (RFC 4291, 2.5.1).
///
/// Thread: any.
class ConnectionCap {
 public:
  /// One connection's; free again when it goes.
  class Place {
   public:
    Place() = default;

    Place(ConnectionCap& cap, IpAddress key) : cap_(&cap), key_(key) {}

    Place(Place&& other) noexcept : cap_(std::exchange(other.cap_, nullptr)), key_(other.key_) {}

    Place& operator=(Place&& other) noexcept {
      std::swap(cap_, other.cap_);
      std::swap(key_, other.key_);
      return *this;
    }

    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    ~Place() {
      if (cap_ != nullptr) cap_->Free(key_);
    }

   private:
    ConnectionCap* cap_ = nullptr;  // null: not counted
    IpAddress key_;
  };

  /// `most` of 0 limits nobody. Addresses in `exempt` are neither limited nor counted.
  ConnectionCap(size_t most, Networks exempt);

  /// Nothing when the client has all of its places. Outlives the place.
  std::optional<Place> Take(const IpAddress& client);

  size_t most() const { return most_; }

 private:
  void Free(const IpAddress& key);

  const size_t most_;
  const Networks exempt_;
  Guarded<std::map<IpAddress, size_t>> open_;
};

}  // namespace weir::net
