#include <cstdint>
#include <cstdlib>
#include <span>

#include "formats/fmp4/fragment_reader.h"

/// Every payload lies within the input.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (const auto messages = weir::fmp4::ReadMessages({data, size})) {
    for (const weir::fmp4::MessageView& message : *messages) {
      if (message.data.empty()) continue;
      if (message.data.data() < data || message.data.data() + message.data.size() > data + size)
        std::abort();
    }
  }
  const auto samples = weir::fmp4::ReadFragments({data, size});
  if (!samples) return 0;
  for (const weir::fmp4::SampleView& sample : *samples) {
    if (sample.payload.empty()) continue;
    const bool within = sample.payload.data() >= data &&
                        sample.payload.data() + sample.payload.size() <= data + size;
    if (!within) std::abort();
  }
  return 0;
}
