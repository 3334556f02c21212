#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace weir::crypto {

/// Bytes that nobody can guess (OpenSSL's CSPRNG). Thread: any.
void FillRandom(std::span<uint8_t> bytes);
std::vector<uint8_t> RandomBytes(size_t size);
uint64_t RandomU64();

/// So many random hexadecimal digits, four bits of secret each.
std::string RandomHex(size_t digits);

}  // namespace weir::crypto
