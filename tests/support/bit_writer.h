#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace weir {

/// Appends fields of any width, most significant bit first: the twin of BitReader, for tests that
/// make up codec headers.
class BitWriter {
 public:
  BitWriter& Bits(uint64_t value, size_t count) {
    for (size_t i = count; i > 0; --i)
      Bit((value >> (i - 1) & 1) != 0);
    return *this;
  }

  BitWriter& Flag(bool value) { return Bits(value ? 1 : 0, 1); }

  /// Unsigned Exp-Golomb.
  BitWriter& Ue(uint64_t value) {
    size_t zeros = 0;
    while ((value + 1) >> (zeros + 1) != 0)
      ++zeros;
    return Bits(0, zeros).Bits(value + 1, zeros + 1);
  }

  BitWriter& Byte(uint8_t value) { return Bits(value, 8); }

  /// Filled with zeroes to a whole byte.
  std::vector<uint8_t> Take() const { return bytes_; }

  /// The same as a NAL unit: with a 3 wherever a decoder would else see a start code.
  std::vector<uint8_t> TakeNal() const {
    std::vector<uint8_t> nal;
    size_t zeros = 0;
    for (const uint8_t byte : bytes_) {
      if (zeros >= 2 && byte <= 3) {
        nal.push_back(3);
        zeros = 0;
      }
      zeros = byte == 0 ? zeros + 1 : 0;
      nal.push_back(byte);
    }
    return nal;
  }

 private:
  void Bit(bool value) {
    if (used_ % 8 == 0) bytes_.push_back(0);
    if (value) bytes_.back() = static_cast<uint8_t>(bytes_.back() | 0x80 >> used_ % 8);
    ++used_;
  }

  std::vector<uint8_t> bytes_;
  size_t used_ = 0;
};

}  // namespace weir
