#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <span>
#include <vector>

#include "protocols/rtmp/client_session.h"
#include "support/recording_output.h"

namespace {

class Publisher final : public weir::rtmp::ClientSession::Owner {
 public:
  void OnPublishing(weir::rtmp::ClientSession& session, weir::Clock::time_point /*now*/) override {
    ++started;
    const weir::SharedBytes tag(std::vector<uint8_t>{0xAF, 1, 0});
    if (!session.Send(weir::rtmp::MessageType::kAudio, 0, {&tag, 1})) std::abort();
  }

  int started = 0;
};

struct Outcome {
  bool ok = true;
  int started = 0;
  bool operator==(const Outcome&) const = default;
};

/// A client whose handshake is done is fed what a server says.
Outcome Publish(std::span<const uint8_t> bytes, size_t piece_size) {
  const weir::rtmp::ClientOptions options{
      .tc_url = "rtmp://host/app", .app = "app", .key = "key", .fourccs = {"hvc1"}};
  const weir::rtmp::RandomSource zeros = [](std::span<uint8_t>) {};
  weir::testing::RecordingOutput output;
  weir::Clock::time_point now{std::chrono::hours(1)};
  Publisher publisher;
  Outcome outcome;
  weir::rtmp::ClientSession session(output, publisher, options, zeros, now);
  std::vector<uint8_t> hello(1 + 2 * 1536);
  hello.front() = 3;
  outcome.ok = session.OnBytes(hello, now).has_value();
  while (!bytes.empty() && outcome.ok) {
    const auto piece = bytes.first(std::min(piece_size, bytes.size()));
    outcome.ok = session.OnBytes(piece, now).has_value();
    bytes = bytes.subspan(piece.size());
  }
  if (const auto due = session.NextDeadline(); outcome.ok && due) {
    if (session.OnDeadline(*due)) std::abort();  // A server that gives no leave is given up.
  }
  outcome.started = publisher.started;
  if (outcome.started > 1) std::abort();
  return outcome;
}

}  // namespace

/// However a server's bytes are cut, the client does and says the same.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const size_t piece_size = size_t{data[0]} + 1;
  const std::span<const uint8_t> bytes(data + 1, size - 1);
  if (Publish(bytes, bytes.size()) != Publish(bytes, piece_size)) std::abort();
  return 0;
}
