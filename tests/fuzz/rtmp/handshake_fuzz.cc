#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "protocols/rtmp/client_handshake.h"
#include "protocols/rtmp/handshake.h"
#include "support/recording_output.h"

namespace {

struct Outcome {
  bool ok = true;
  size_t taken = 0;
  std::vector<uint8_t> answer;
  bool operator==(const Outcome&) const = default;
};

template <class Handshake>
Outcome Feed(Handshake& handshake, weir::testing::RecordingOutput& output,
             std::span<const uint8_t> bytes, size_t piece_size) {
  Outcome outcome;
  while (!bytes.empty() && !handshake.done() && outcome.ok) {
    const auto fed = handshake.Feed(bytes.first(std::min(piece_size, bytes.size())));
    outcome.ok = fed.has_value();
    if (!fed) break;
    outcome.taken += *fed;
    bytes = bytes.subspan(*fed);
  }
  outcome.answer = output.written;
  return outcome;
}

Outcome Serve(std::span<const uint8_t> bytes, size_t piece_size) {
  const weir::rtmp::RandomSource zeros = [](std::span<uint8_t>) {};
  weir::testing::RecordingOutput output;
  weir::rtmp::Handshake handshake(output, zeros);
  return Feed(handshake, output, bytes, piece_size);
}

Outcome Ask(std::span<const uint8_t> bytes, size_t piece_size) {
  weir::testing::RecordingOutput output;
  weir::rtmp::ClientHandshake handshake(output);
  return Feed(handshake, output, bytes, piece_size);
}

}  // namespace

/// However the bytes are cut, both sides of the handshake take and answer the same.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const size_t piece_size = size_t{data[0]} + 1;
  const std::span<const uint8_t> bytes(data + 1, size - 1);
  if (Serve(bytes, bytes.size()) != Serve(bytes, piece_size)) std::abort();
  if (Ask(bytes, bytes.size()) != Ask(bytes, piece_size)) std::abort();
  return 0;
}
