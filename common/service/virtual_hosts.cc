#include "service/virtual_hosts.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "service/letters.h"

namespace weir::service {
namespace {

const config::Node* Below(const config::Node* node, std::string_view side,
                          std::string_view protocol) {
  const config::Node* child = node == nullptr ? nullptr : node->Child(side);
  return child == nullptr ? nullptr : child->Child(protocol);
}

/// A host as patterns know it: lower case, without port and brackets.
std::string BareHost(std::string_view host) {
  if (host.starts_with('[')) {
    const size_t end = std::min(host.find(']'), host.size());
    return LowerCase(host.substr(1, end - 1));
  }
  // One colon stands before a port; several make an IPv6 address.
  const size_t colon = host.find(':');
  if (colon != std::string_view::npos && host.find(':', colon + 1) == std::string_view::npos)
    host = host.substr(0, colon);
  return LowerCase(host);
}

Status ReadHost(const config::Node& node, VirtualHost& host) {
  if (const config::Node* names = node.Child("Names"); names != nullptr) {
    for (const config::Node* name : names->Children("Name"))
      host.host_patterns.push_back(BareHost(name->text()));
  }
  const config::Node* tls = node.Child("TLS");
  if (tls == nullptr) return {};
  Result<TlsPaths> paths = ReadTlsPaths(*tls);
  if (!paths) return tl::unexpected(paths.error());
  host.tls = *std::move(paths);
  return {};
}

/// A name that can stand in a path.
Result<std::string> ReadName(const config::Node& node) {
  const config::Node* name = node.Child("Name");
  if (name == nullptr || name->text().empty()) return node.Wrong("has no <Name>");
  if (name->text().find_first_of("/?# ") != std::string::npos)
    return name->Wrong(fmt::format("'{}' cannot stand in a URL", name->text()));
  return name->text();
}

Status ReadApplications(const config::Node& node, VirtualHost& host) {
  for (const config::Node* child : node.Children("Application")) {
    Result<std::string> name = ReadName(*child);
    if (!name) return tl::unexpected(name.error());
    for (const Application& other : host.applications) {
      if (other.name == *name) return child->Wrong(fmt::format("a second application '{}'", *name));
    }
    host.applications.push_back({.name = *std::move(name), .node = child});
  }
  return {};
}

/// As with OvenMediaEngine, streams of a scheme come in by a provider that an application must
/// have.
Status CheckOriginSchemes(const VirtualHost& host) {
  for (const Origin& origin : host.origins.list()) {
    const std::string_view provider = origin.scheme == "ovt"    ? "OVT"
                                      : origin.scheme == "rtsp" ? "RTSPPull"
                                                                : "";
    bool found = provider.empty();
    // Each is asked, so that each counts as used.
    for (const Application& application : host.applications)
      found = (!provider.empty() && application.Provider(provider) != nullptr) || found;
    if (found) continue;
    return host.node->Wrong(fmt::format(
        "its origin for {} needs an application with <Providers><{}/>", origin.location, provider));
  }
  return {};
}

Result<VirtualHost> ReadVirtualHost(const config::Node& node) {
  VirtualHost host;
  host.node = &node;
  Result<std::string> name = ReadName(node);
  if (!name) return tl::unexpected(name.error());
  host.name = *std::move(name);
  if (const config::Node* child = node.Child("Host"); child != nullptr) {
    if (const Status read = ReadHost(*child, host); !read) return tl::unexpected(read.error());
  }
  Result<Origins> origins = Origins::Read(node);
  if (!origins) return tl::unexpected(origins.error());
  host.origins = *std::move(origins);
  if (const config::Node* child = node.Child("Applications"); child != nullptr) {
    const Status read = ReadApplications(*child, host);
    if (!read) return tl::unexpected(read.error());
  }
  if (const Status fits = CheckOriginSchemes(host); !fits) return tl::unexpected(fits.error());
  return host;
}

}  // namespace

const config::Node* Application::Provider(std::string_view protocol) const {
  return Below(node, "Providers", protocol);
}

const config::Node* Application::Publisher(std::string_view protocol) const {
  return Below(node, "Publishers", protocol);
}

bool VirtualHost::Serves(std::string_view host) const {
  const std::string bare = BareHost(host);
  return std::any_of(
      host_patterns.begin(), host_patterns.end(),
      [&bare](const std::string& pattern) { return MatchesWildcards(pattern, bare); });
}

const Application* VirtualHost::FindApplication(std::string_view app) const {
  const Application* found = nullptr;
  for (const Application& application : applications) {
    if (application.name == app) return &application;
    if (application.is_template()) found = &application;
  }
  return found;
}

Result<VirtualHosts> VirtualHosts::Read(const config::Node& server) {
  VirtualHosts hosts;
  const config::Node* node = server.Child("VirtualHosts");
  if (node == nullptr) return hosts;
  for (const config::Node* child : node->Children("VirtualHost")) {
    Result<VirtualHost> host = ReadVirtualHost(*child);
    if (!host) return tl::unexpected(host.error());
    if (hosts.Find(host->name) != nullptr)
      return child->Wrong(fmt::format("a second virtual host '{}'", host->name));
    hosts.list_.push_back(*std::move(host));
  }
  return hosts;
}

const VirtualHost* VirtualHosts::Resolve(std::string_view host) const {
  const auto found = std::find_if(list_.begin(), list_.end(),
                                  [host](const VirtualHost& one) { return one.Serves(host); });
  return found == list_.end() ? nullptr : &*found;
}

const VirtualHost* VirtualHosts::Find(std::string_view name) const {
  const auto found = std::find_if(list_.begin(), list_.end(),
                                  [name](const VirtualHost& one) { return one.name == name; });
  return found == list_.end() ? nullptr : &*found;
}

const Application* VirtualHosts::ApplicationOf(const stream::StreamPath& path) const {
  const VirtualHost* const host = Find(path.vhost);
  return host == nullptr ? nullptr : host->FindApplication(path.app);
}

}  // namespace weir::service
