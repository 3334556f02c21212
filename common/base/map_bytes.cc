#include "base/map_bytes.h"

#include <sys/mman.h>

namespace weir {

std::shared_ptr<uint8_t> MapBytes(size_t size) {
  void* memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return nullptr;
  return {static_cast<uint8_t*>(memory), [size](uint8_t* bytes) { munmap(bytes, size); }};
}

}  // namespace weir
