#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "origin/apps/api_storage.h"
#include "origin/apps/json_form.h"
#include "origin/apps/server_model.h"

namespace weir::origin {

/// What an earlier life of the program kept, on its way back into the configuration.
class StoredHosts {
 public:
  /// Both outlive it.
  StoredHosts(const JsonForm& form, const std::vector<ApiStorage::Record>& records);

  /// `model` with all that `fits` it, in the order in which it was made. What the configuration
  /// file has by the same name wins; that and what no longer fits is told in the log, and stays
  /// in the store.
  ServerModel AddTo(const ServerModel& model,
                    const std::function<Status(const ServerModel&)>& fits);

  /// Records that belong to nothing: to be removed.
  const std::vector<ApiStorage::Record>& leftovers() const { return leftovers_; }

 private:
  void ReadHosts(const ServerModel& model);
  void ReadApps();
  void ReadEvents(ServerModel& model);
  void AddOneByOne(ServerModel& model, const std::function<Status(const ServerModel&)>& fits);

  const JsonForm& form_;
  const std::vector<ApiStorage::Record>& records_;
  std::vector<HostModel> hosts_;
  std::vector<ApiStorage::Record> leftovers_;
};

}  // namespace weir::origin
