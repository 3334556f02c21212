// Any text as a control server's answer and as its new_url: no crash, and what is taken is within
// bounds.
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "service/access/admission_message.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace weir::service;  // NOLINT(google-build-using-namespace)
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto answer = ReadAdmissionAnswer(200, text)) {
    if (answer->lifetime.count() < 0 || answer->lifetime > std::chrono::hours(24 * 366))
      std::abort();
  }
  const auto place = ReadNewUrl(text, "http://example.com:3333/app/stream/llhls.m3u8");
  if (place && (place->host.empty() || place->app.empty() || place->stream.empty() ||
                place->app.find('/') != std::string::npos || place->stream == ".."))
    std::abort();
  return 0;
}
