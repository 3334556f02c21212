#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/result.h"
#include "state/store.h"

namespace weir::origin {

/// What the API made, as the state store keeps it, so that it is there after a restart: records
/// below one prefix. Of virtual hosts that is
///
///   config/vhost/<vhost>             {"id", "number", "config": the virtual host}
///   config/app/<vhost>/<id>/<app>    {"number", "config": the application}
///   config/events/<vhost>/<id>/<app> {"dropEvent": [...]}
///
/// The id is that of the virtual host's record, or "file" for one of the configuration file. An
/// application whose id is not there is left over from a virtual host that is gone, or never came.
///
/// Thread: the store's loop.
class ApiStorage {
 public:
  using Done = std::function<void(Status)>;

  struct Record {
    std::string key;
    nlohmann::json value;
  };

  /// What begins with the prefix and is good; what is damaged is left out, with a line in the log.
  using Loaded = std::function<void(Result<std::vector<Record>>)>;

  static constexpr std::string_view kConfig = "config/";

  /// `store` outlives it; null keeps nothing, and is always content.
  explicit ApiStorage(state::Store* store, std::string prefix = std::string(kConfig))
      : store_(store), prefix_(std::move(prefix)) {}

  ApiStorage(const ApiStorage&) = delete;
  ApiStorage& operator=(const ApiStorage&) = delete;

  static std::string HostKey(std::string_view vhost);
  static std::string AppKey(std::string_view vhost, std::string_view id, std::string_view app);
  static std::string EventsKey(std::string_view vhost, std::string_view id, std::string_view app);

  void Load(Loaded loaded);

  /// It is as safe as the store keeps it when `done` is told so. kConflict: somebody else has
  /// changed the record since we last saw it. kUnavailable: it is not known to be kept.
  void Put(const std::string& key, const nlohmann::json& value, Done done);

  /// A record that is not there is as good as removed.
  void Remove(const std::string& key, Done done);

 private:
  void LoadFrom(std::string after, std::vector<Record> records, Loaded loaded);
  void Keep(const state::Entry& entry, std::vector<Record>& records);
  void LearnVersion(const std::string& key, Done done);

  state::Store* const store_;
  const std::string prefix_;
  std::map<std::string, uint64_t> versions_;  // of the records we know
  std::set<std::string> unsure_;              // whose last write may have happened, or not
};

}  // namespace weir::origin
