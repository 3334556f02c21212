#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace weir::api {

/// Whether `authorization`, the field of a request, holds the access token by HTTP's Basic scheme
/// (RFC 7617). The decoded text is compared as a whole. kRefused with OvenMediaEngine's words.
Status CheckCredentials(std::string_view authorization, const std::string& access_token);

}  // namespace weir::api
