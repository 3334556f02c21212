#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>

#include "net/proxy_header.h"

namespace {

struct Outcome {
  bool ok = true;
  bool done = false;
  size_t taken = 0;
  std::string client{};
  bool operator==(const Outcome&) const = default;
};

Outcome Read(std::span<const uint8_t> bytes, size_t piece) {
  weir::net::ProxyHeaderReader reader;
  Outcome outcome;
  while (!bytes.empty() && !reader.done()) {
    const auto part = bytes.first(std::min(piece, bytes.size()));
    const auto taken = reader.Feed(part);
    if (!taken) return {.ok = false};
    if (*taken < part.size() && !reader.done()) std::abort();
    outcome.taken += *taken;
    bytes = bytes.subspan(*taken);
  }
  outcome.done = reader.done();
  if (reader.client()) outcome.client = reader.client()->Text();
  return outcome;
}

}  // namespace

/// However the bytes are cut, the header ends at the same byte and names the same client.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const size_t piece = size_t{data[0]} + 1;
  const std::span<const uint8_t> bytes(data + 1, size - 1);
  const Outcome whole = Read(bytes, bytes.size());
  if (whole != Read(bytes, piece)) std::abort();
  if (whole.taken > weir::net::ProxyHeaderReader::kBytesMax) std::abort();
  return 0;
}
