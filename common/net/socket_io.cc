#include "net/socket_io.h"

#include <cerrno>

#include <sys/sendfile.h>
#include <sys/socket.h>

namespace weir::net {
namespace {

/// How much `call` moved; `none` where that is nothing.
template <class Call>
int Moved(int none, Call call) {
  for (;;) {
    const ssize_t size = call();
    if (size > 0) return static_cast<int>(size);
    if (size == 0) return none;
    if (errno != EINTR) return uv_translate_sys_error(errno);
  }
}

}  // namespace

int ReadBytes(int socket, std::span<char> space) {
  return Moved(UV_EOF, [&] { return recv(socket, space.data(), space.size(), MSG_DONTWAIT); });
}

int WriteBytes(int socket, std::span<uv_buf_t> buffers, bool more) {
  const int flags = MSG_DONTWAIT | MSG_NOSIGNAL | (more ? MSG_MORE : 0);
  if (buffers.size() == 1)
    return Moved(UV_EIO, [&] { return send(socket, buffers[0].base, buffers[0].len, flags); });
  msghdr message{};
  message.msg_iov = reinterpret_cast<iovec*>(buffers.data());  // uv_buf_t is made to be one
  message.msg_iovlen = buffers.size();
  return Moved(UV_EIO, [&] { return sendmsg(socket, &message, flags); });
}

int WriteFromFile(int socket, SharedBytes::FilePlace place, size_t size) {
  off_t offset = place.offset;
  // Nothing: the file is shorter than it was.
  return Moved(UV_EIO, [&] { return sendfile(socket, place.fd, &offset, size); });
}

}  // namespace weir::net
