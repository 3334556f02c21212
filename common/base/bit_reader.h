#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace weir {

/// Reads fields of any width from a view of bytes, most significant bit first: what the headers of
/// every codec are made of.
///
/// A read past the end, or a value past its bound, returns zero and makes ok() false for good, so
/// that a parser reads all its fields in a straight line and checks once. Loops whose count was
/// read are safe without a check as long as the count was bounded.
class BitReader {
 public:
  explicit BitReader(std::span<const uint8_t> bytes) : bytes_(bytes) {}

  /// The next `count` bits, 0 to 32 of them, right-aligned.
  uint32_t Bits(size_t count);

  bool Flag() { return Bits(1) != 0; }

  void Skip(size_t count);

  /// Skips to the next whole byte; does nothing on one.
  void Align() { Skip((8 - position_ % 8) % 8); }

  /// An unsigned Exp-Golomb code (H.264 9.1), which must not be greater than `max`.
  uint32_t Ue(uint32_t max = std::numeric_limits<uint32_t>::max());

  /// A signed Exp-Golomb code.
  int32_t Se();

  bool ok() const { return ok_; }

  /// Makes ok() false: for a caller that finds what it read impossible.
  void Fail() { ok_ = false; }

  size_t remaining_bits() const { return bytes_.size() * 8 - position_; }

 private:
  std::span<const uint8_t> bytes_;
  size_t position_ = 0;
  bool ok_ = true;
};

}  // namespace weir
