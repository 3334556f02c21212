#include "base/bit_reader.h"

#include <algorithm>

namespace weir {

uint32_t BitReader::Bits(size_t count) {
  if (count > 32 || count > remaining_bits()) ok_ = false;
  if (!ok_) return 0;
  uint64_t value = 0;
  for (size_t left = count; left > 0;) {
    const size_t unread = 8 - position_ % 8;
    const size_t taken = std::min(unread, left);
    const uint32_t byte = bytes_[position_ / 8];
    value = (value << taken) | ((byte >> (unread - taken)) & ((1U << taken) - 1));
    position_ += taken;
    left -= taken;
  }
  return static_cast<uint32_t>(value);
}

void BitReader::Skip(size_t count) {
  if (count > remaining_bits()) ok_ = false;
  if (ok_) position_ += count;
}

uint32_t BitReader::Ue(uint32_t max) {
  size_t zeros = 0;
  while (ok_ && !Flag())
    if (++zeros > 31) ok_ = false;  // would not fit 32 bits
  if (!ok_) return 0;
  const uint64_t value = (uint64_t{1} << zeros) - 1 + Bits(zeros);
  if (value > max) ok_ = false;
  return ok_ ? static_cast<uint32_t>(value) : 0;
}

int32_t BitReader::Se() {
  const int64_t code = Ue();  // 0, 1, 2, 3, 4: 0, 1, -1, 2, -2
  return static_cast<int32_t>(code % 2 == 0 ? -(code / 2) : (code + 1) / 2);
}

}  // namespace weir
