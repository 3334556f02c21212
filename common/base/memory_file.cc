#include "base/memory_file.h"

#include <sys/mman.h>
#include <unistd.h>

namespace weir {

std::shared_ptr<MemoryFile> MemoryFile::Make(size_t size) {
  const int fd = memfd_create("media", MFD_CLOEXEC);
  if (fd < 0) return nullptr;
  void* const memory = ftruncate(fd, static_cast<off_t>(size)) == 0
                           ? mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)
                           : MAP_FAILED;
  if (memory == MAP_FAILED) {
    close(fd);
    return nullptr;
  }
  return std::shared_ptr<MemoryFile>(new MemoryFile(fd, {static_cast<uint8_t*>(memory), size}));
}

MemoryFile::~MemoryFile() {
  munmap(bytes_.data(), bytes_.size());
  close(fd_);
}

}  // namespace weir
