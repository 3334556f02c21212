#pragma once

#include <string>
#include <string_view>

#include "http/message.h"

namespace weir::http {

/// An answer in plain words: text/plain, one line.
Response TextResponse(int status, std::string_view text);

/// An answer with a JSON body.
Response JsonResponse(int status, std::string json);

}  // namespace weir::http
