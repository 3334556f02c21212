#include "net/socket_io.h"

#include <cerrno>

#include <sys/sendfile.h>
#include <sys/socket.h>

namespace weir::net {
namespace {

template <class Call>
int Written(Call call) {
  for (;;) {
    const ssize_t size = call();
    if (size > 0) return static_cast<int>(size);
    if (size == 0) return UV_EIO;  // the file is shorter than it was
    if (errno != EINTR) return uv_translate_sys_error(errno);
  }
}

}  // namespace

int ReadBytes(int socket, std::span<char> space) {
  for (;;) {
    const ssize_t size = recv(socket, space.data(), space.size(), MSG_DONTWAIT);
    if (size > 0) return static_cast<int>(size);
    if (size == 0) return UV_EOF;
    if (errno != EINTR) return uv_translate_sys_error(errno);
  }
}

int WriteBytes(int socket, std::span<uv_buf_t> buffers, bool more) {
  const int flags = MSG_DONTWAIT | MSG_NOSIGNAL | (more ? MSG_MORE : 0);
  if (buffers.size() == 1)
    return Written([&] { return send(socket, buffers[0].base, buffers[0].len, flags); });
  msghdr message{};
  message.msg_iov = reinterpret_cast<iovec*>(buffers.data());  // uv_buf_t is made to be one
  message.msg_iovlen = buffers.size();
  return Written([&] { return sendmsg(socket, &message, flags); });
}

int WriteFromFile(int socket, SharedBytes::FilePlace place, size_t size) {
  off_t offset = place.offset;
  return Written([&] { return sendfile(socket, place.fd, &offset, size); });
}

}  // namespace weir::net
