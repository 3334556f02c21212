#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "base/log.h"
#include "protocols/rtmp/server_session.h"
#include "support/fake_gate.h"
#include "support/recording_output.h"

namespace {

struct Outcome {
  bool ok = true;
  size_t publishers = 0;
  size_t frames = 0;
  size_t track_lists = 0;
  bool operator==(const Outcome&) const = default;
};

std::vector<weir::rtmp::Id3Trigger> Triggers() {
  return {{.begin = {"onTextData"},
           .key = "text",
           .frame = {.id = "TXXX", .info = "${TriggerValue}", .data = "${TriggerValue}"}},
          {.begin = {"@setDataFrame", "onMetaData"},
           .key = "width",
           .frame = {.id = "TIT2", .data = "${TriggerValue}"}}};
}

/// A session whose handshake is done is fed `bytes`, and then left to its deadlines.
Outcome Serve(std::span<const uint8_t> bytes, size_t piece_size) {
  const weir::rtmp::Options options;
  const weir::rtmp::RandomSource zeros = [](std::span<uint8_t>) {};
  weir::test::FakeGate gate;
  weir::testing::RecordingOutput output;
  weir::Clock::time_point now{std::chrono::hours(1)};
  Outcome outcome;
  {
    weir::rtmp::ServerSession session(
        output, {.address = "192.0.2.1:1", .secure = false}, now,
        {.gate = gate, .options = options, .random = zeros, .provider = [](const auto&) {
           return weir::rtmp::ProviderOptions{.triggers = Triggers()};
         }});
    std::vector<uint8_t> hello(1 + 2 * 1536);
    hello.front() = 3;
    outcome.ok = session.OnBytes(hello, now).has_value();
    while (!bytes.empty() && outcome.ok) {
      const auto piece = bytes.first(std::min(piece_size, bytes.size()));
      outcome.ok = session.OnBytes(piece, now).has_value();
      bytes = bytes.subspan(piece.size());
    }
    for (int rounds = 0; outcome.ok; ++rounds) {
      if (rounds > 3) std::abort();  // A silent peer must come to an end.
      now = session.NextDeadline().value();
      if (!session.OnDeadline(now)) break;
    }
  }
  outcome.publishers = gate.publishers.size();
  for (const auto& publisher : gate.publishers) {
    if (!publisher->destroyed || !publisher->sink.end()) std::abort();
    outcome.frames += publisher->sink.frames().size();
    outcome.track_lists += publisher->sink.track_lists().size();
  }
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/) {
  weir::log::Configure(weir::log::Level::kError, weir::log::Format::kText);
  return 0;
}

/// However the bytes are cut, the same is published, and every publication ends.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const size_t piece_size = size_t{data[0]} + 1;
  const std::span<const uint8_t> bytes(data + 1, size - 1);
  if (Serve(bytes, bytes.size()) != Serve(bytes, piece_size)) std::abort();
  return 0;
}
