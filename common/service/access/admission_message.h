#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "service/access/access_request.h"

namespace weir::service {

/// What a control server said to an opening.
struct AdmissionAnswer {
  bool allowed = false;
  std::string new_url{};                  ///< Empty: none.
  std::chrono::milliseconds lifetime{0};  ///< 0: no end.
  std::string reason{};                   ///< For the log, where it is not allowed.
};

/// The questions to a control server, in OvenMediaEngine's JSON.
std::string WriteOpening(const AccessRequest& request, UtcTime now);

/// `new_url` is the one the opening was answered with, or empty.
std::string WriteClosing(const AccessRequest& request, std::string_view new_url, UtcTime now);

/// kMalformed: no JSON object, or none that says whether it is allowed; `status` other than 200.
Result<AdmissionAnswer> ReadAdmissionAnswer(int status, std::string_view body);

/// Where a new_url leads to.
struct NewPlace {
  std::string host;
  std::string app;
  std::string stream;
};

/// Compares a new_url with the URL that was asked for: scheme, port and file must be the same.
/// kMalformed with the reason where they are not, or where it is no such URL.
Result<NewPlace> ReadNewUrl(std::string_view new_url, std::string_view url);

}  // namespace weir::service
