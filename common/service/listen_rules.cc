#include "service/listen_rules.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace weir::service {
namespace {

constexpr int64_t kConnectionsPerAddress = 1'000;
constexpr int64_t kConnectionsPerAddressMax = 1'000'000;

constexpr std::array kListeners{ListenRules::kRtmp, ListenRules::kRtmps, ListenRules::kRelay,
                                ListenRules::kHttp, ListenRules::kHttps};

/// The <Network> elements of `node`, at least one.
Result<std::vector<net::Network>> ReadNetworks(const config::Node& node) {
  std::vector<net::Network> networks;
  for (const config::Node* child : node.Children("Network")) {
    const Result<net::Network> network = net::Network::Parse(child->text());
    if (!network) return child->Wrong(network.error().detail);
    networks.push_back(*network);
  }
  if (networks.empty()) return node.Wrong("needs a <Network>, such as 10.0.0.0/8");
  return networks;
}

/// Programs on this machine are no strangers: a cache in front of an edge, say.
std::vector<net::Network> ThisMachine() {
  return {*net::Network::Parse("127.0.0.1"), *net::Network::Parse("::1")};
}

}  // namespace

ListenRules::ListenRules()
    : cap_(std::make_unique<net::ConnectionCap>(kConnectionsPerAddress,
                                                net::Networks(ThisMachine()))) {}

Result<ListenRules> ListenRules::Read(const config::Node& server) {
  ListenRules rules;
  if (Status read = rules.ReadProxyProtocol(server); !read) return tl::unexpected(read.error());
  const config::Node* weir = server.Child("Weir");
  if (weir == nullptr) return rules;
  std::vector<net::Network> exempt = ThisMachine();
  if (const config::Node* proxies = weir->Child("TrustedProxies")) {
    const auto networks = ReadNetworks(*proxies);
    if (!networks) return tl::unexpected(networks.error());
    rules.trusted_ = net::Networks(*networks);
    exempt.insert(exempt.end(), networks->begin(), networks->end());
  }
  const auto most =
      weir->Integer("ConnectionsPerAddress", kConnectionsPerAddress, 0, kConnectionsPerAddressMax);
  if (!most) return tl::unexpected(most.error());
  rules.cap_ = std::make_unique<net::ConnectionCap>(static_cast<size_t>(*most),
                                                    net::Networks(std::move(exempt)));
  return rules;
}

Status ListenRules::ReadProxyProtocol(const config::Node& server) {
  const config::Node* proxy = server.Find("Weir/ProxyProtocol");
  if (const config::Node* modules = server.Find("Modules/HAProxyProtocol")) {
    const Result<bool> enabled = modules->Flag("Enable", false);
    if (!enabled) return tl::unexpected(enabled.error());
    if (*enabled && proxy == nullptr) {
      return modules->Wrong(
          "needs <Weir><ProxyProtocol><Networks> as well: whose headers are to be believed");
    }
  }
  if (proxy == nullptr) return {};
  const config::Node* networks = proxy->Child("Networks");
  if (networks == nullptr) return proxy->Wrong("has no <Networks>: whose headers to believe");
  auto senders = ReadNetworks(*networks);
  if (!senders) return tl::unexpected(senders.error());
  senders_ = net::Networks(*std::move(senders));
  const config::Node* listeners = proxy->Child("Listeners");
  if (listeners == nullptr) {
    proxied_.insert(kListeners.begin(), kListeners.end());
    return {};
  }
  for (const config::Node* child : listeners->Children("Listener")) {
    const std::string name = child->text();
    if (std::find(kListeners.begin(), kListeners.end(), name) == kListeners.end()) {
      return child->Wrong(fmt::format("'{}' is none of {}", name, fmt::join(kListeners, ", ")));
    }
    proxied_.insert(name);
  }
  return {};
}

void ListenRules::Apply(std::string_view listener, net::ListenOptions& options) const {
  options.cap = cap_.get();
  if (proxied_.contains(listener)) options.proxies = &senders_;
}

}  // namespace weir::service
