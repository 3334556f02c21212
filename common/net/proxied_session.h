#pragma once

#include <chrono>
#include <functional>

#include "base/clock.h"
#include "base/result.h"
#include "net/byte_session.h"
#include "net/socket_address.h"

namespace weir::net {

/// From the connection's beginning to the end of its PROXY header.
inline constexpr Clock::duration kProxyHeaderPatience = std::chrono::seconds(5);

/// Told the address that a PROXY header gives, before the connection's session is made. An Error
/// ends the connection instead.
using OnClient = std::function<Status(ByteOutput& output, const SocketAddress& client)>;

/// Makes sessions that read a PROXY header first (proxy_header.h), and then are those of
/// `make_session`, whose peer is the one named there. A connection without a header ends. Who
/// connected must be trusted before: anybody can write such a header.
SessionFactory BehindProxy(SessionFactory make_session, OnClient on_client);

}  // namespace weir::net
