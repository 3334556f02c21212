#include "origin/apps/server_model.h"

#include <algorithm>
#include <utility>

namespace weir::origin {
namespace {

using config::Draft;

std::string NameOf(const Draft& draft) {
  const Draft* name = draft.Child("Name");
  return name == nullptr ? std::string() : name->text;
}

template <class List>
auto* FindNamed(List& list, std::string_view name) {
  const auto found = std::find_if(list.begin(), list.end(),
                                  [name](const auto& one) { return one.name() == name; });
  return found == list.end() ? nullptr : &*found;
}

HostModel HostOf(const config::Node& node) {
  HostModel host{.draft = Draft::Of(node)};
  if (const Draft* applications = host.draft.Child("Applications")) {
    for (const Draft& application : applications->children)
      host.apps.push_back({.draft = application});
  }
  host.draft.Remove("Applications");
  return host;
}

}  // namespace

std::string AppModel::name() const {
  return NameOf(draft);
}

std::string HostModel::name() const {
  return NameOf(draft);
}

AppModel* HostModel::FindApp(std::string_view app) {
  return FindNamed(apps, app);
}

const AppModel* HostModel::FindApp(std::string_view app) const {
  return FindNamed(apps, app);
}

ServerModel ServerModel::Of(const config::Node& server) {
  ServerModel model{.server = Draft::Of(server), .hosts = {}};
  model.server.Remove("VirtualHosts");
  for (const config::Node* list : server.elements()) {
    if (list->name() != "VirtualHosts") continue;
    for (const config::Node* host : list->elements())
      model.hosts.push_back(HostOf(*host));
  }
  return model;
}

HostModel* ServerModel::FindHost(std::string_view host) {
  return FindNamed(hosts, host);
}

const HostModel* ServerModel::FindHost(std::string_view host) const {
  return FindNamed(hosts, host);
}

Draft ServerModel::Compose() const {
  Draft all = server;
  Draft& list = all.Need("VirtualHosts");
  for (const HostModel& host : hosts) {
    list.children.push_back(host.draft);
    if (host.apps.empty()) continue;
    Draft& applications = list.children.back().Need("Applications");
    for (const AppModel& app : host.apps)
      applications.children.push_back(app.draft);
  }
  return all;
}

}  // namespace weir::origin
