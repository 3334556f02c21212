#include "protocols/rtmp/client_handshake.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace weir::rtmp {
namespace {

constexpr uint8_t kVersion = 3;

}  // namespace

void ClientHandshake::Start(const RandomSource& random) {
  std::vector<uint8_t> hello(1 + kHandshakeSize);  // The time and the version in C1 stay 0.
  hello.front() = kVersion;
  random(std::span(hello).subspan(1 + 8));
  output_.Write(SharedBytes(std::move(hello)));
}

Result<size_t> ClientHandshake::Feed(std::span<const uint8_t> bytes) {
  const size_t given = bytes.size();
  while (!done() && !bytes.empty()) {
    if (state_ == State::kWaitS0S1 && part_.empty() && bytes.front() != kVersion)
      return Fail(ErrorCode::kUnsupported, fmt::format("version {} in S0", bytes.front()));
    const auto piece = bytes.first(std::min(bytes.size(), wanted() - part_.size()));
    part_.insert(part_.end(), piece.begin(), piece.end());
    bytes = bytes.subspan(piece.size());
    if (part_.size() < wanted()) break;
    SharedBytes part(std::exchange(part_, {}));
    if (state_ == State::kWaitS0S1) {
      output_.Write(part.From(1));  // C2 is S1.
      state_ = State::kWaitS2;
    } else {
      state_ = State::kDone;
    }
  }
  return given - bytes.size();
}

}  // namespace weir::rtmp
