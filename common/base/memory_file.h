#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace weir {

/// Memory that is a file as well (memfd_create), so that the kernel can send from it without
/// copying (sendfile). Given back with the last reference; what the kernel is still sending stays
/// until it has been sent.
class MemoryFile {
 public:
  /// Null where the system has no more of them.
  static std::shared_ptr<MemoryFile> Make(size_t size);

  ~MemoryFile();

  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  int fd() const { return fd_; }

  std::span<uint8_t> bytes() const { return bytes_; }

 private:
  MemoryFile(int fd, std::span<uint8_t> bytes) : fd_(fd), bytes_(bytes) {}

  const int fd_;
  const std::span<uint8_t> bytes_;
};

}  // namespace weir
