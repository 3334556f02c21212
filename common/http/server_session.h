#pragma once

#include <functional>

#include "base/clock.h"
#include "http/date.h"
#include "http/drain.h"
#include "http/message.h"
#include "http/server_limits.h"
#include "net/byte_session.h"

namespace weir::http {

/// Makes HTTP/1.1 sessions (RFC 9110, 9112): keep-alive, pipelining, chunked request bodies, HEAD,
/// 100-continue, single ranges, If-None-Match and If-Range, as message.h says. Where TLS agreed on
/// "h2", HTTP/2 sessions (RFC 9113) that do the same.
///
/// `handler` outlives the sessions and is called on their loop, from inside OnBytes, OnDeadline or
/// OnWritable; it may answer inside the call. `utc_now` is for Date; sessions of one factory share
/// its rendering, so use one factory per loop. `drain`, where there is one, outlives the sessions.
net::SessionFactory MakeServerFactory(Handler& handler, ServerLimits limits = {},
                                      std::function<UtcTime()> utc_now = SystemUtc,
                                      Drain* drain = nullptr);

}  // namespace weir::http
