#pragma once

#include "http/date.h"
#include "http/drain.h"
#include "http/message.h"
#include "http/rendered_answers.h"
#include "http/server_limits.h"

namespace weir::http {

/// What the sessions of one factory share, whichever version they speak; all on one loop.
struct ServerContext {
  Handler& handler;
  ServerLimits limits;
  DateCache date;
  Drain* drain = nullptr;      ///< Outlives the sessions; may be missing.
  RenderedAnswers rendered{};  ///< HTTP/1.1
};

}  // namespace weir::http
