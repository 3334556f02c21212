#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "edge/dvr/dvr_file.h"

/// A path that is taken is the only path of its file, and lies within the folder.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto file = weir::edge::ParseDvrPath(text);
  if (!file) return 0;
  if (file->path() != text) std::abort();
  if (weir::edge::ParseDvrPath(file->path()) != file) std::abort();
  if (text.starts_with('/') || text.find("..") != std::string_view::npos) std::abort();
  return 0;
}
