#include "formats/ts/pes.h"

#include <array>
#include <limits>

namespace weir::ts {
namespace {

constexpr std::array<uint8_t, 3> kStartCode{0, 0, 1};
constexpr size_t kTimeSize = 5;
constexpr size_t kAfterLength = 3;  // flags and the size of what follows

void Append(std::vector<uint8_t>& out, uint64_t value) {
  out.push_back(static_cast<uint8_t>(value));
}

/// 33 bits in five bytes, behind four that say which time it is.
void AppendTime(uint8_t prefix, int64_t time, std::vector<uint8_t>& out) {
  const auto value = static_cast<uint64_t>(time);
  Append(out, uint64_t{prefix} << 4U | (value >> 29 & 0x0E) | 1);
  Append(out, value >> 22);
  Append(out, (value >> 14 & 0xFE) | 1);
  Append(out, value >> 7);
  Append(out, (value << 1 & 0xFE) | 1);
}

}  // namespace

void AppendPesHead(const PesHead& head, size_t payload_size, std::vector<uint8_t>& out) {
  const bool with_dts = head.dts != head.pts;
  const size_t times = with_dts ? 2 * kTimeSize : kTimeSize;
  size_t length = kAfterLength + times + payload_size;
  if (length > std::numeric_limits<uint16_t>::max()) length = 0;
  out.insert(out.end(), kStartCode.begin(), kStartCode.end());
  out.push_back(head.stream_id);
  Append(out, length >> 8);
  Append(out, length);
  out.push_back(0x84);  // data_alignment_indicator: an access unit begins here
  out.push_back(with_dts ? 0xC0 : 0x80);
  Append(out, times);
  AppendTime(with_dts ? 3 : 2, head.pts, out);
  if (with_dts) AppendTime(1, head.dts, out);
}

}  // namespace weir::ts
