#include "origin/apps/stored_hosts.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/log.h"
#include "base/text.h"

namespace weir::origin {
namespace {

using Json = nlohmann::json;

/// "config/app/<vhost>/<id>/<app>" in its parts; a virtual host's has the first alone.
struct Key {
  std::string kind;
  std::string vhost;
  std::string id;
  std::string app;
};

Key ReadKey(std::string_view key) {
  TakeUntil(key, '/');
  Key read;
  read.kind = TakeUntil(key, '/');
  read.vhost = TakeUntil(key, '/');
  read.id = TakeUntil(key, '/');
  read.app = key;
  return read;
}

void LeaveOut(const std::string& key, std::string_view why) {
  log::Warn("api", key, "what is stored is left out: {}", why);
}

uint64_t NumberIn(const Json& value) {
  const auto number = value.find("number");
  return number != value.end() && number->is_number_unsigned() ? number->get<uint64_t>() : 0;
}

template <class List>
void Sort(List& list) {
  std::stable_sort(list.begin(), list.end(),
                   [](const auto& a, const auto& b) { return a.number < b.number; });
}

}  // namespace

StoredHosts::StoredHosts(const JsonForm& form, const std::vector<ApiStorage::Record>& records)
    : form_(form), records_(records) {}

ServerModel StoredHosts::AddTo(const ServerModel& model,
                               const std::function<Status(const ServerModel&)>& fits) {
  ReadHosts(model);
  ReadApps();
  ServerModel all = model;
  all.hosts.insert(all.hosts.end(), hosts_.begin(), hosts_.end());
  if (!fits(all)) {
    all = model;
    AddOneByOne(all, fits);
  }
  ReadEvents(all);
  return all;
}

void StoredHosts::ReadHosts(const ServerModel& model) {
  for (const auto& [key, value] : records_) {
    const Key parts = ReadKey(key);
    if (parts.kind != "vhost") continue;
    if (model.FindHost(parts.vhost) != nullptr) {
      LeaveOut(key, "the configuration file has a virtual host of this name");
      continue;
    }
    Result<config::Draft> draft =
        form_.Read("VirtualHost", "VirtualHost", value.value("config", Json()));
    const Json id = value.value("id", Json());
    if (!draft || !id.is_string()) {
      LeaveOut(key, draft ? "it has no id" : draft.error().detail);
      continue;
    }
    hosts_.push_back({.draft = *std::move(draft),
                      .made = true,
                      .id = id.get<std::string>(),
                      .number = NumberIn(value)});
    if (hosts_.back().name() == parts.vhost) continue;
    LeaveOut(key, "it has another name");
    hosts_.pop_back();
  }
  Sort(hosts_);
}

void StoredHosts::ReadApps() {
  for (const ApiStorage::Record& record : records_) {
    const Key parts = ReadKey(record.key);
    if (parts.kind != "app") continue;
    const auto host = std::find_if(hosts_.begin(), hosts_.end(), [&](const HostModel& one) {
      return one.name() == parts.vhost && one.id == parts.id;
    });
    if (host == hosts_.end()) {
      // The host may only be left out; its applications stay then.
      const bool stored = std::any_of(records_.begin(), records_.end(), [&](const auto& other) {
        return other.key == ApiStorage::HostKey(parts.vhost) &&
               other.value.value("id", Json()) == parts.id;
      });
      if (!stored) leftovers_.push_back(record);
      continue;
    }
    Result<config::Draft> draft =
        form_.Read("Application", "Application", record.value.value("config", Json()));
    if (!draft) {
      LeaveOut(record.key, draft.error().detail);
      continue;
    }
    AppModel app{.draft = *std::move(draft), .number = NumberIn(record.value)};
    if (app.name() == parts.app) {
      host->apps.push_back(std::move(app));
    } else {
      LeaveOut(record.key, "it has another name");
    }
  }
  for (HostModel& host : hosts_)
    Sort(host.apps);
}

void StoredHosts::AddOneByOne(ServerModel& model,
                              const std::function<Status(const ServerModel&)>& fits) {
  for (HostModel& host : hosts_) {
    const std::vector<AppModel> apps = std::exchange(host.apps, {});
    // An origin may ask for applications, so those are tried with their host first.
    ServerModel with = model;
    with.hosts.push_back(host);
    with.hosts.back().apps = apps;
    if (fits(with)) {
      model = std::move(with);
      continue;
    }
    with.hosts.back().apps.clear();
    if (const Status fit = fits(with); !fit) {
      LeaveOut(ApiStorage::HostKey(host.name()), fit.error().detail);
      continue;
    }
    for (const AppModel& app : apps) {
      with.hosts.back().apps.push_back(app);
      if (const Status fit = fits(with); !fit) {
        LeaveOut(ApiStorage::AppKey(host.name(), host.id, app.name()), fit.error().detail);
        with.hosts.back().apps.pop_back();
      }
    }
    model = std::move(with);
  }
}

void StoredHosts::ReadEvents(ServerModel& model) {
  for (const ApiStorage::Record& record : records_) {
    const Key parts = ReadKey(record.key);
    if (parts.kind != "events") continue;
    const HostModel* host = model.FindHost(parts.vhost);
    if (host == nullptr || host->FindApp(parts.app) == nullptr || host->storage_id() != parts.id)
      continue;
    for (const Json& event : record.value.value("dropEvent", Json::array())) {
      if (event.is_string())
        model.dropped_events[{parts.vhost, parts.app}].push_back(event.get<std::string>());
    }
  }
}

}  // namespace weir::origin
