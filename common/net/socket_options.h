#pragma once

#include <chrono>

#include <uv.h>

#include "base/result.h"
#include "net/owned_fd.h"
#include "net/socket_address.h"

namespace weir::net {

/// The descriptor behind a handle, or -1.
int FdOf(uv_tcp_t& socket);

/// Small writes leave at once, and a peer that is gone for good is found within about a minute even
/// when neither side has anything to say.
void SetConnectionOptions(uv_tcp_t& socket);

/// Ends the connection when what was sent is not acknowledged for so long (RFC 5482).
void SetUserTimeout(uv_tcp_t& socket, std::chrono::milliseconds timeout);

/// Says that we will send no more; false when the connection is already gone.
bool HalfClose(int socket);

/// A listening, non-blocking socket that shares its port with others of its kind (SO_REUSEPORT). An
/// IPv6 address of "::" takes IPv4 too.
Result<OwnedFd> OpenListeningSocket(const SocketAddress& address);

/// The port that the kernel chose.
uint16_t PortOf(const OwnedFd& socket);

}  // namespace weir::net
