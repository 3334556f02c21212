#include "media/nal_unit.h"

namespace weir::media {

bool NalUnitReader::Next() {
  if (rest_.empty() || !ok_) return false;
  ok_ = rest_.size() >= length_size_;
  if (!ok_) return false;
  size_t size = 0;
  for (const uint8_t byte : rest_.first(length_size_))
    size = size << 8 | byte;
  rest_ = rest_.subspan(length_size_);
  ok_ = size <= rest_.size();
  if (!ok_) return false;
  nal_ = rest_.first(size);
  rest_ = rest_.subspan(size);
  return true;
}

std::vector<uint8_t> RemoveEmulationPrevention(std::span<const uint8_t> bytes) {
  std::vector<uint8_t> rbsp;
  rbsp.reserve(bytes.size());
  size_t zeros = 0;
  for (const uint8_t byte : bytes) {
    if (zeros >= 2 && byte == 3) {
      zeros = 0;
      continue;
    }
    zeros = byte == 0 ? zeros + 1 : 0;
    rbsp.push_back(byte);
  }
  return rbsp;
}

void AppendWithEmulationPrevention(std::span<const uint8_t> rbsp, std::vector<uint8_t>& nal) {
  size_t zeros = 0;
  for (const uint8_t byte : rbsp) {
    if (zeros >= 2 && byte <= 3) {
      nal.push_back(3);
      zeros = 0;
    }
    zeros = byte == 0 ? zeros + 1 : 0;
    nal.push_back(byte);
  }
}

}  // namespace weir::media
