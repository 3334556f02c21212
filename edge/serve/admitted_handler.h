#pragma once

#include <memory>
#include <string_view>

#include "http/message.h"

namespace weir::edge {

/// What comes behind a ViewerGate.
class AdmittedHandler {
 public:
  virtual ~AdmittedHandler() = default;

  /// `token` is the one the request came with, which stands in its target no more; empty: none. It
  /// was good if there are access rules. Good during the call.
  virtual void OnAdmitted(http::Request request, std::string_view token,
                          std::unique_ptr<http::Responder> responder) = 0;
};

}  // namespace weir::edge
