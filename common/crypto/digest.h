#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace weir::crypto {

using Sha1Digest = std::array<uint8_t, 20>;
using Sha256Digest = std::array<uint8_t, 32>;

/// FIPS 180-4. Not for secrets: for names that others make so.
Sha1Digest Sha1(std::span<const uint8_t> bytes);

/// FIPS 180-4.
Sha256Digest Sha256(std::span<const uint8_t> bytes);

/// RFC 2104 with SHA-256. Compare what a peer sent by EqualInConstantTime().
Sha256Digest HmacSha256(std::span<const uint8_t> key, std::span<const uint8_t> bytes);

}  // namespace weir::crypto
