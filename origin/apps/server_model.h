#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/draft.h"
#include "config/node.h"
#include "service/host_book.h"

namespace weir::origin {

/// An application as it is now.
struct AppModel {
  config::Draft draft;  ///< The <Application>.
  uint64_t number = 0;  ///< Orders what the API made.

  std::string name() const;

  /// For applications that are not declared: none itself.
  bool is_template() const { return name() == "*"; }
};

/// A virtual host as it is now.
struct HostModel {
  config::Draft draft;  ///< The <VirtualHost>, without its <Applications>.
  bool made = false;    ///< By the API: so it may be changed by it.
  std::string id{};     ///< Of one that was made: another one of its name has another.
  uint64_t number = 0;  ///< Orders what the API made.
  std::vector<AppModel> apps{};

  std::string name() const;

  /// What the store calls it: see api_storage.h.
  std::string storage_id() const { return made ? id : "file"; }

  AppModel* FindApp(std::string_view app);
  const AppModel* FindApp(std::string_view app) const;
};

/// The configuration in force, as a value: the file's as it was read, with what the API made of it
/// since.
struct ServerModel {
  config::Draft server;  ///< The <Server>, without its <VirtualHosts>.
  std::vector<HostModel> hosts;
  service::EventsByApp dropped_events{};  ///< Event forward policies.

  static ServerModel Of(const config::Node& server);

  HostModel* FindHost(std::string_view host);
  const HostModel* FindHost(std::string_view host) const;

  /// The <Server> with all of it.
  config::Draft Compose() const;
};

}  // namespace weir::origin
