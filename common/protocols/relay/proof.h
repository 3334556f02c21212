#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace weir::relay {

/// Fresh random bytes that each side adds to the handshake, so that no proof fits twice.
using Nonce = std::array<uint8_t, 32>;

/// HMAC-SHA256, keyed with the shared secret, over the prover's role and both nonces.
using Proof = std::array<uint8_t, 32>;

enum class Role { kEdge, kOrigin };

Proof Prove(std::string_view secret, Role prover, const Nonce& edge, const Nonce& origin);

/// Takes the same time wherever the two differ.
bool SameProof(const Proof& left, const Proof& right);

/// Whether `peer` ("127.0.0.1:50123", "[::1]:50123") is this very machine: the only place to which
/// an empty secret may speak.
bool IsLoopback(std::string_view peer);

/// From the CSPRNG.
Nonce MakeNonce();

}  // namespace weir::relay
