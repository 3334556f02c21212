#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "http/forwarded.h"

/// Whatever a client puts in front, what a trusted proxy adds behind it stands.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using weir::http::ForwardedBy;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const weir::net::IpAddress proxy = *weir::net::IpAddress::Parse("10.0.0.1");
  const weir::net::IpAddress client = *weir::net::IpAddress::Parse("192.0.2.1");
  weir::http::ForwardingRules rules{
      .proxies = weir::net::Networks({*weir::net::Network::Parse("10.0.0.0/8")})};
  for (const ForwardedBy by : {ForwardedBy::kXForwardedFor, ForwardedBy::kForwarded}) {
    rules.by = by;
    const bool standard = by == ForwardedBy::kForwarded;
    const char* name = standard ? "Forwarded" : "X-Forwarded-For";
    const std::string added = standard ? "for=\"192.0.2.1:80\";proto=https" : "192.0.2.1";
    (void)ClientBehind({{name, text}, {"X-Forwarded-Proto", text}}, proxy, rules);
    const auto behind = ClientBehind({{name, text + ", " + added}}, proxy, rules);
    const auto apart = ClientBehind({{name, text}, {name, added}}, proxy, rules);
    if (behind.address != client || apart.address != client) std::abort();
    if (standard && (behind.secure != true || apart.secure != true)) std::abort();
  }
  return 0;
}
