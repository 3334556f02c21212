#include "net/socket_address.h"

#include <array>
#include <cstring>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

namespace weir::net {
namespace {

sockaddr_in& AsV4(sockaddr_storage& storage) {
  return reinterpret_cast<sockaddr_in&>(storage);
}

const sockaddr_in& AsV4(const sockaddr_storage& storage) {
  return reinterpret_cast<const sockaddr_in&>(storage);
}

sockaddr_in6& AsV6(sockaddr_storage& storage) {
  return reinterpret_cast<sockaddr_in6&>(storage);
}

const sockaddr_in6& AsV6(const sockaddr_storage& storage) {
  return reinterpret_cast<const sockaddr_in6&>(storage);
}

std::string HostText(int family, const void* address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (inet_ntop(family, address, text.data(), text.size()) == nullptr) return "?";
  return text.data();
}

}  // namespace

Result<SocketAddress> SocketAddress::Parse(const std::string& host, uint16_t port) {
  SocketAddress parsed;
  if (inet_pton(AF_INET, host.c_str(), &AsV4(parsed.storage_).sin_addr) == 1) {
    parsed.storage_.ss_family = AF_INET;
  } else if (inet_pton(AF_INET6, host.c_str(), &AsV6(parsed.storage_).sin6_addr) == 1) {
    parsed.storage_.ss_family = AF_INET6;
  } else {
    return Fail(ErrorCode::kMalformed, fmt::format("not a numeric address: {}", host));
  }
  parsed.set_port(port);
  return parsed;
}

SocketAddress SocketAddress::From(const sockaddr* address) {
  SocketAddress copy;
  if (address->sa_family == AF_INET) std::memcpy(&copy.storage_, address, sizeof(sockaddr_in));
  if (address->sa_family == AF_INET6) std::memcpy(&copy.storage_, address, sizeof(sockaddr_in6));
  return copy;
}

SocketAddress SocketAddress::Of(const IpAddress& ip, uint16_t port) {
  SocketAddress made;
  if (ip.is_v4()) {
    made.storage_.ss_family = AF_INET;
    std::memcpy(&AsV4(made.storage_).sin_addr, &ip.bytes()[12], 4);
  } else {
    made.storage_.ss_family = AF_INET6;
    std::memcpy(&AsV6(made.storage_).sin6_addr, ip.bytes().data(), 16);
  }
  made.set_port(port);
  return made;
}

std::string SocketAddress::Text() const {
  if (family() == AF_INET) {
    return fmt::format("{}:{}", HostText(AF_INET, &AsV4(storage_).sin_addr), port());
  }
  if (family() != AF_INET6) return "?";
  const in6_addr& v6 = AsV6(storage_).sin6_addr;
  if (IN6_IS_ADDR_V4MAPPED(&v6)) {
    return fmt::format("{}:{}", HostText(AF_INET, &v6.s6_addr[12]), port());
  }
  return fmt::format("[{}]:{}", HostText(AF_INET6, &v6), port());
}

std::optional<IpAddress> SocketAddress::ip() const {
  if (family() == AF_INET) {
    std::array<uint8_t, 4> bytes{};
    std::memcpy(bytes.data(), &AsV4(storage_).sin_addr, bytes.size());
    return IpAddress::V4(bytes);
  }
  if (family() == AF_INET6) return IpAddress::V6(AsV6(storage_).sin6_addr.s6_addr);
  return std::nullopt;
}

uint16_t SocketAddress::port() const {
  return ntohs(family() == AF_INET6 ? AsV6(storage_).sin6_port : AsV4(storage_).sin_port);
}

void SocketAddress::set_port(uint16_t port) {
  if (family() == AF_INET6) {
    AsV6(storage_).sin6_port = htons(port);
  } else {
    AsV4(storage_).sin_port = htons(port);
  }
}

socklen_t SocketAddress::size() const {
  return family() == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in);
}

}  // namespace weir::net
