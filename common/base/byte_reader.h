#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>

namespace weir {

/// Reads big-endian fields from a view of bytes.
///
/// A read past the end returns zeroes and makes ok() false for good, so that a parser reads all its
/// fields in a straight line and checks once.
class ByteReader {
 public:
  explicit ByteReader(std::span<const uint8_t> bytes) : rest_(bytes) {}

  uint8_t U8() { return Read<uint8_t, 1>(); }

  uint16_t U16() { return Read<uint16_t, 2>(); }

  uint32_t U24() { return Read<uint32_t, 3>(); }

  uint32_t U32() { return Read<uint32_t, 4>(); }

  uint64_t U64() { return Read<uint64_t, 8>(); }

  /// The next `size` bytes, still owned by the caller of the constructor; empty when there are
  /// fewer.
  std::span<const uint8_t> Bytes(size_t size) {
    if (size > rest_.size()) ok_ = false;
    if (!ok_) return {};
    const auto taken = rest_.first(size);
    rest_ = rest_.subspan(size);
    return taken;
  }

  /// All that is left.
  std::span<const uint8_t> Rest() { return Bytes(rest_.size()); }

  bool ok() const { return ok_; }

  size_t remaining() const { return rest_.size(); }

 private:
  template <std::unsigned_integral T, size_t Size>
  T Read() {
    T value = 0;
    for (const uint8_t byte : Bytes(Size))
      value = static_cast<T>(static_cast<T>(value << (Size == 1 ? 0 : 8)) | byte);
    return value;
  }

  std::span<const uint8_t> rest_;
  bool ok_ = true;
};

}  // namespace weir
