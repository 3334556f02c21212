#include "net/network.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace weir::net {
namespace {

constexpr int kAddressBits = 128;
constexpr int kMappedBits = 96;  // in front of an IPv4 address

bool SameBits(const IpAddress& a, const IpAddress& b, int bits) {
  const auto whole = static_cast<size_t>(bits / 8);
  if (!std::equal(a.bytes().begin(), a.bytes().begin() + whole, b.bytes().begin())) return false;
  const int rest = bits % 8;
  if (rest == 0) return true;
  return ((a.bytes().at(whole) ^ b.bytes().at(whole)) >> (8 - rest)) == 0;
}

/// Whether nothing is set behind the first `bits`.
bool IsClearBehind(const IpAddress& address, int bits) {
  for (int bit = bits; bit < kAddressBits; ++bit) {
    if ((address.bytes().at(static_cast<size_t>(bit / 8)) >> (7 - bit % 8) & 1) != 0) return false;
  }
  return true;
}

}  // namespace

Result<Network> Network::Around(std::string_view text) {
  const size_t slash = text.find('/');
  const std::string_view address_text = text.substr(0, slash);
  const auto address = IpAddress::Parse(address_text);
  if (!address) {
    return Fail(ErrorCode::kMalformed, fmt::format("'{}' is no address or network", text));
  }
  if (slash == std::string_view::npos) return Network(*address, kAddressBits);
  const bool is_v6 = address_text.find(':') != std::string_view::npos;
  const int longest = is_v6 ? kAddressBits : kAddressBits - kMappedBits;
  const std::string_view digits = text.substr(slash + 1);
  const auto prefix = ReadNumber<int>(digits);
  if (!prefix || *prefix < 0 || *prefix > longest) {
    return Fail(ErrorCode::kMalformed,
                fmt::format("'{}' needs a prefix length from 0 to {} behind '/'", text, longest));
  }
  return Network(*address, is_v6 ? *prefix : *prefix + kMappedBits);
}

Result<Network> Network::Parse(std::string_view text) {
  Result<Network> network = Around(text);
  if (network && !IsClearBehind(network->first_, network->prefix_)) {
    return Fail(ErrorCode::kMalformed, fmt::format("'{}' has bits set behind its first {}", text,
                                                   text.substr(text.find('/') + 1)));
  }
  return network;
}

bool Network::Contains(const IpAddress& address) const {
  const bool is_v4 = first_.is_v4() && prefix_ >= kMappedBits;
  return is_v4 == address.is_v4() && SameBits(first_, address, prefix_);
}

bool Networks::Contain(const IpAddress& address) const {
  return std::any_of(list_.begin(), list_.end(),
                     [&address](const Network& network) { return network.Contains(address); });
}

}  // namespace weir::net
