#pragma once

#include <optional>

#include "base/clock.h"
#include "base/result.h"
#include "service/access/access_options.h"
#include "service/access/access_request.h"

namespace weir::service {

/// What a signed policy grants.
struct PolicyGrant {
  std::optional<UtcTime> stream_expire;  ///< When what it let in is to end.
  bool address_matters = false;          ///< It was given to certain addresses only.
};

/// Checks a signed URL as OvenMediaEngine does: the policy is a JSON object in base64url, and the
/// signature is over the URL as it was written, with its port and all parameters but itself.
///
/// kRefused with the reason, which is for the log: the peer is told no more than that it may not.
Result<PolicyGrant> CheckSignedPolicy(const SignedPolicyOptions& options,
                                      const AccessRequest& request, UtcTime now);

}  // namespace weir::service
