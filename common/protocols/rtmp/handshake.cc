#include "protocols/rtmp/handshake.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "base/byte_writer.h"

namespace weir::rtmp {
namespace {

constexpr uint8_t kVersion = 3;
constexpr std::array<uint8_t, 4> kServerVersion{4, 5, 0, 1};  // in S1; 0 would mean no digest

}  // namespace

Result<size_t> Handshake::Feed(std::span<const uint8_t> bytes) {
  const size_t given = bytes.size();
  while (!done() && !bytes.empty()) {
    if (state_ == State::kWaitC0C1 && part_.empty() && bytes.front() != kVersion)
      return Fail(ErrorCode::kUnsupported,
                  bytes.front() == 6 ? "rtmpe (version 6 in C0)"
                                     : fmt::format("no rtmp: version {} in C0", bytes.front()));
    const auto piece = bytes.first(std::min(bytes.size(), wanted() - part_.size()));
    part_.insert(part_.end(), piece.begin(), piece.end());
    bytes = bytes.subspan(piece.size());
    if (part_.size() == wanted()) TakePart();
  }
  return given - bytes.size();
}

size_t Handshake::wanted() const {
  return state_ == State::kWaitC0C1 ? 1 + kHandshakeSize : kHandshakeSize;
}

void Handshake::TakePart() {
  const std::vector<uint8_t> part = std::exchange(part_, {});
  if (state_ == State::kWaitC0C1) {
    Answer(std::span(part).subspan<1, kHandshakeSize>());
    state_ = State::kWaitC2;
  } else {
    state_ = State::kDone;
  }
}

void Handshake::Answer(std::span<const uint8_t, kHandshakeSize> c1) {
  HandshakeBytes s1{};  // Begins with a time of 0, and a version of 0 where there is no digest.
  random_(std::span(s1).subspan(8));
  HandshakeBytes s2{};
  if (const std::optional<DigestScheme> scheme = FindClientDigest(c1)) {
    std::copy(kServerVersion.begin(), kServerVersion.end(), s1.begin() + 4);
    SignServerHello(s1, *scheme);
    random_(s2);
    SignServerAnswer(s2, std::span<const uint8_t, kDigestSize>(
                             c1.subspan(DigestOffset(c1, *scheme), kDigestSize)));
  } else {
    std::copy(c1.begin(), c1.end(), s2.begin());
  }
  ByteWriter answer;
  answer.Reserve(1 + 2 * kHandshakeSize);
  answer.U8(kVersion);
  answer.Bytes(s1);
  answer.Bytes(s2);
  output_.Write(SharedBytes(answer.Take()));
}

}  // namespace weir::rtmp
