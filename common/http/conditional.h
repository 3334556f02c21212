#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "http/message.h"

namespace weir::http {

/// What of a request decides on the form of its answer: kept while the answer is waited for.
struct Conditions {
  struct Fields {
    std::string if_none_match{};
    std::string if_range{};
    std::string range{};
  };

  bool get = false;                        ///< GET or HEAD
  bool head = false;                       ///< HEAD
  std::unique_ptr<const Fields> fields{};  ///< Null where the request has none of them, as most.
};

Conditions ConditionsOf(const Request& request);

/// Whether If-None-Match names `etag`, by weak comparison (RFC 9110, 8.8.3.2 and 13.1.2).
bool NamesEtag(std::string_view if_none_match, std::string_view etag);

/// Turns a 200 into the 304, 206 or 416 that was asked for (RFC 9110, 13 and 14). Only a single
/// range of bytes is served in part; anything else gets the whole.
void ApplyConditions(const Conditions& conditions, Response& response);

}  // namespace weir::http
