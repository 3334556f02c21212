#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "http/message.h"

namespace weir::control {

/// Answers a GET or HEAD with a text that nobody may cache, and any other method with 405.
void RespondText(const http::Request& request, http::Responder& responder, int status,
                 std::string_view content_type, std::string body);

}  // namespace weir::control
