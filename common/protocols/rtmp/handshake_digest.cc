#include "protocols/rtmp/handshake_digest.h"

#include <algorithm>

#include "crypto/digest.h"

namespace weir::rtmp {
namespace {

constexpr size_t kHalfSize = 764;
constexpr size_t kFirstHalfOffset = 8;

// "Genuine Adobe Flash Player 001", "Genuine Adobe Flash Media Server 001", and what both have
// behind that. The names alone sign C1 and S1; name and tail together sign C2 and S2.
constexpr std::string_view kPlayerName = "Genuine Adobe Flash Player 001";
constexpr std::string_view kServerName = "Genuine Adobe Flash Media Server 001";
constexpr std::array<uint8_t, 32> kTail{
    0xf0, 0xee, 0xc2, 0x4a, 0x80, 0x68, 0xbe, 0xe8, 0x2e, 0x00, 0xd0, 0xd1, 0x02, 0x9e, 0x7e, 0x57,
    0x6e, 0xec, 0x5d, 0x2d, 0x29, 0x80, 0x6f, 0xab, 0x93, 0xb8, 0xe6, 0x36, 0xcf, 0xeb, 0x31, 0xae};

std::span<const uint8_t> BytesOf(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

/// Digest of `bytes` but for the 32 at `offset`, where the digest itself goes.
Digest DigestAround(std::span<const uint8_t, kHandshakeSize> bytes, size_t offset,
                    std::string_view key) {
  std::array<uint8_t, kHandshakeSize - kDigestSize> joined{};
  const auto before = bytes.first(offset);
  const auto behind = bytes.subspan(offset + kDigestSize);
  std::copy(behind.begin(), behind.end(), std::copy(before.begin(), before.end(), joined.begin()));
  return crypto::HmacSha256(BytesOf(key), joined);
}

}  // namespace

size_t DigestOffset(std::span<const uint8_t, kHandshakeSize> c1, DigestScheme scheme) {
  const size_t half = kFirstHalfOffset + (scheme == DigestScheme::kFirstHalf ? 0 : kHalfSize);
  const size_t sum = size_t{c1[half]} + c1[half + 1] + c1[half + 2] + c1[half + 3];
  return half + 4 + sum % (kHalfSize - 4 - kDigestSize);
}

std::optional<DigestScheme> FindClientDigest(std::span<const uint8_t, kHandshakeSize> c1) {
  for (const DigestScheme scheme : {DigestScheme::kFirstHalf, DigestScheme::kSecondHalf}) {
    const size_t offset = DigestOffset(c1, scheme);
    const Digest right = DigestAround(c1, offset, kPlayerName);
    if (std::equal(right.begin(), right.end(), c1.begin() + static_cast<ptrdiff_t>(offset)))
      return scheme;
  }
  return std::nullopt;
}

void SignServerHello(HandshakeBytes& s1, DigestScheme scheme) {
  const size_t offset = DigestOffset(s1, scheme);
  const Digest digest = DigestAround(s1, offset, kServerName);
  std::copy(digest.begin(), digest.end(), s1.begin() + static_cast<ptrdiff_t>(offset));
}

void SignServerAnswer(HandshakeBytes& s2, std::span<const uint8_t, kDigestSize> client_digest) {
  std::array<uint8_t, kServerName.size() + kTail.size()> key{};
  const std::span<const uint8_t> name = BytesOf(kServerName);
  std::copy(kTail.begin(), kTail.end(), std::copy(name.begin(), name.end(), key.begin()));
  const Digest secret = crypto::HmacSha256(key, client_digest);
  const Digest digest =
      crypto::HmacSha256(secret, std::span(s2).first(kHandshakeSize - kDigestSize));
  std::copy(digest.begin(), digest.end(), s2.end() - kDigestSize);
}

}  // namespace weir::rtmp
