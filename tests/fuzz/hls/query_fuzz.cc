// Any text as the query of a playlist's URL.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "protocols/hls/query.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto read = weir::hls::ReadDirectives(text, text.substr(size / 2));
  if (!read) return read.error().code == weir::ErrorCode::kMalformed ? 0 : (std::abort(), 0);
  if (read->part && (!read->msn || *read->part < 0)) std::abort();
  if (read->msn && *read->msn < 0) std::abort();
  // Escapes may spell it in many ways.
  const bool may_skip = text.find("skip") != text.npos || text.find('%') != text.npos;
  if (read->skip != weir::m3u8::Skip::kNothing && !may_skip) std::abort();
  return 0;
}
