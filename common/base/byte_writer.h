#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace weir {

/// Appends big-endian fields to a growing vector: the twin of ByteReader.
class ByteWriter {
 public:
  void Reserve(size_t size) { bytes_.reserve(size); }

  void U8(uint8_t value) { bytes_.push_back(value); }

  void U16(uint16_t value) { Put<2>(value); }

  void U24(uint32_t value) { Put<3>(value); }

  void U32(uint32_t value) { Put<4>(value); }

  void U64(uint64_t value) { Put<8>(value); }

  void Bytes(std::span<const uint8_t> bytes) {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  }

  void Text(std::string_view text) { bytes_.insert(bytes_.end(), text.begin(), text.end()); }

  void Zeros(size_t count) { bytes_.insert(bytes_.end(), count, 0); }

  /// Overwrites four bytes written earlier: for lengths known only afterwards.
  void PatchU32(size_t offset, uint32_t value) {
    for (size_t i = 0; i < 4; ++i)
      bytes_.at(offset + i) = static_cast<uint8_t>(value >> (24 - 8 * i));
  }

  size_t size() const { return bytes_.size(); }

  std::span<const uint8_t> view() const { return bytes_; }

  std::vector<uint8_t> Take() { return std::exchange(bytes_, {}); }

 private:
  template <int Size>
  void Put(uint64_t value) {
    for (int shift = 8 * (Size - 1); shift >= 0; shift -= 8)
      bytes_.push_back(static_cast<uint8_t>(value >> shift));
  }

  std::vector<uint8_t> bytes_;
};

}  // namespace weir
