#include "net/socket_write.h"

#include <cerrno>

#include <sys/sendfile.h>
#include <sys/socket.h>

#include "net/socket_options.h"

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

int WriteBytes(uv_tcp_t& socket, std::span<uv_buf_t> buffers, bool more) {
  const int flags = MSG_DONTWAIT | MSG_NOSIGNAL | (more ? MSG_MORE : 0);
  const int fd = FdOf(socket);
  if (buffers.size() == 1)
    return Written([&] { return send(fd, buffers[0].base, buffers[0].len, flags); });
  msghdr message{};
  message.msg_iov = reinterpret_cast<iovec*>(buffers.data());  // uv_buf_t is made to be one
  message.msg_iovlen = buffers.size();
  return Written([&] { return sendmsg(fd, &message, flags); });
}

int WriteFromFile(uv_tcp_t& socket, SharedBytes::FilePlace place, size_t size) {
  const int fd = FdOf(socket);
  off_t offset = place.offset;
  return Written([&] { return sendfile(fd, place.fd, &offset, size); });
}

}  // namespace weir::net
