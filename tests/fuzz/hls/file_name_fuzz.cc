#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "protocols/hls/naming.h"

/// A name that is taken is the only name of its file.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto name = weir::hls::ParseFileName(text);
  if (name && name->text() != text) std::abort();
  if (name && name->key.find_first_of("/\\\"\r\n%") != std::string::npos) std::abort();
  return 0;
}
