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

int WriteBeforeMore(uv_tcp_t& socket, std::span<uv_buf_t> buffers) {
  msghdr message{};
  message.msg_iov = reinterpret_cast<iovec*>(buffers.data());  // uv_buf_t is made to be one
  message.msg_iovlen = buffers.size();
  const int fd = FdOf(socket);
  return Written([&] { return sendmsg(fd, &message, MSG_MORE | MSG_DONTWAIT | MSG_NOSIGNAL); });
}

int WriteFromFile(uv_tcp_t& socket, SharedBytes::FilePlace place, size_t size) {
  const int fd = FdOf(socket);
  off_t offset = place.offset;
  return Written([&] { return sendfile(fd, place.fd, &offset, size); });
}

}  // namespace weir::net
