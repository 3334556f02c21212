// A Redis server that says anything at all: to a client that sends commands, and to one that
// listens. The first byte chooses which, and how the rest is cut.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <tuple>

#include "state/redis_codec.h"
#include "state/redis_session.h"
#include "support/recording_output.h"

namespace weir::state {
namespace {

struct Owner final : RedisSession::Owner {
  void OnReady() override {}

  void OnPublished(const std::string& message) override {
    std::ignore = RedisCodec::DecodeChange(message);
  }
};

void Hear(std::span<const uint8_t> bytes, size_t chunk, bool listens) {
  static const RedisCodec codec("p:");
  static const std::array<Request, 4> requests = {
      GetRequest{.key = "k"}, PutRequest{.key = "k", .value = "v"}, ScanRequest{.prefix = ""},
      AcquireRequest{.name = "n", .owner = "o", .ttl = std::chrono::seconds(1)}};
  testing::RecordingOutput output;
  Owner owner;
  const RedisGreeting greeting = {
      .user = {}, .password = {}, .must_be_master = false, .channel = listens ? "c" : ""};
  RedisSession session(output, greeting, owner, {});
  for (const Request& request : requests) {
    if (listens) break;
    session.Send(codec.Encode(request).views(),
                 [&](const RedisReply& reply) { std::ignore = codec.Decode(request, reply); }, {});
  }
  while (!bytes.empty()) {
    const auto part = bytes.first(std::min(chunk, bytes.size()));
    bytes = bytes.subspan(part.size());
    if (!session.OnBytes(part, {})) return;
  }
}

}  // namespace
}  // namespace weir::state

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  weir::state::Hear({data + 1, size - 1}, 1 + data[0] / 2, data[0] % 2 == 1);
  return 0;
}
