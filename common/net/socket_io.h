#pragma once

#include <cstddef>
#include <span>

#include <uv.h>

#include "base/shared_bytes.h"

namespace weir::net {

/// Reads what there is, up to the size of `space`, and returns how much: UV_EOF at the end, else
/// libuv's error, UV_EAGAIN where there is nothing now.
int ReadBytes(int socket, std::span<char> space);

/// Writes what the socket takes of `buffers` now, and returns how much: or libuv's error,
/// UV_EAGAIN where it takes nothing. For a socket that libuv has nothing to write to. Where `more`
/// is known to follow at once, a piece that does not fill a packet waits for it.
int WriteBytes(int socket, std::span<uv_buf_t> buffers, bool more);

/// The same of `size` bytes in a file, without copying them.
int WriteFromFile(int socket, SharedBytes::FilePlace place, size_t size);

}  // namespace weir::net
