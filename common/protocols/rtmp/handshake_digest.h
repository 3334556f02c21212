#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace weir::rtmp {

/// The parts of the handshake after the version byte, C1, S1, C2 and S2, are all of this size.
inline constexpr size_t kHandshakeSize = 1536;
inline constexpr size_t kDigestSize = 32;

using HandshakeBytes = std::array<uint8_t, kHandshakeSize>;
using Digest = std::array<uint8_t, kDigestSize>;

/// Where the sender of C1 or S1 put its digest. Not in Adobe's specification; known from Flash
/// Player 9 and the programs that imitate it.
///
///   time 4 | version 4 | 764 bytes | 764 bytes
///
/// One of the halves of 764 bytes holds the digest, the other a Diffie-Hellman key that nobody
/// uses. The digest's half starts with 4 bytes whose sum, modulo 728, says how far behind them the
/// digest stands.
enum class DigestScheme { kFirstHalf, kSecondHalf };

/// Offset of the digest in `c1` under `scheme`.
size_t DigestOffset(std::span<const uint8_t, kHandshakeSize> c1, DigestScheme scheme);

/// The scheme under which `c1` carries the right digest of a client; nothing when it has none,
/// which is the simple handshake.
std::optional<DigestScheme> FindClientDigest(std::span<const uint8_t, kHandshakeSize> c1);

/// Makes `s1`, filled with random bytes, one that carries a server's digest.
void SignServerHello(HandshakeBytes& s1, DigestScheme scheme);

/// Makes `s2`, filled with random bytes, the answer to a C1 that carried `client_digest`.
void SignServerAnswer(HandshakeBytes& s2, std::span<const uint8_t, kDigestSize> client_digest);

}  // namespace weir::rtmp
