#pragma once

#include <functional>

#include "base/result.h"
#include "origin/api/routes.h"
#include "origin/apps/apps.h"

namespace weir::origin {

/// Reads certificates anew, off the loop; both answer on the control loop, once.
struct CertificateReloads {
  using Done = std::function<void(Status)>;

  /// Of all virtual hosts.
  std::function<void(Done)> hosts;
  /// Of the API itself; null where it has none.
  std::function<void(Done)> api;
};

// The API's calls about virtual hosts and what is in them, as OvenMediaEngine has them. `apps`
// outlives the routes.

void AddHostCalls(api::Routes& routes, Apps& apps);
void AddAppCalls(api::Routes& routes, Apps& apps);
void AddProfileCalls(api::Routes& routes, Apps& apps);
void AddEventPolicyCalls(api::Routes& routes, Apps& apps);
void AddCertificateCalls(api::Routes& routes, Apps& apps, CertificateReloads reloads);

}  // namespace weir::origin
