#include "protocols/relay/frame_head.h"

#include <chrono>
#include <cstddef>

#include "base/byte_reader.h"
#include "base/clock.h"

namespace weir::relay {
namespace {

constexpr int64_t kTimeMax = int64_t{1} << 61;      // ticks
constexpr int64_t kDurationMax = int64_t{1} << 45;  // ticks: near 14 hours
constexpr int64_t kNumberMax = int64_t{1} << 53;
constexpr int64_t kUtcMax = int64_t{1} << 53;  // microseconds: the year 2255

template <size_t Size>
void Put(uint8_t*& to, uint64_t value) {
  for (size_t i = 0; i < Size; ++i)
    *to++ = static_cast<uint8_t>(value >> (8 * (Size - 1 - i)));
}

bool Within(int64_t value, int64_t max) {
  return value >= -max && value <= max;
}

}  // namespace

std::array<uint8_t, kHeadSize + kFrameHeadSize> WriteFrameHead(uint32_t channel,
                                                               const media::Frame& frame) {
  std::array<uint8_t, kHeadSize + kFrameHeadSize> head{};
  uint8_t* to = head.data();
  Put<4>(to, kFrameHeadSize + frame.payload.size());
  Put<1>(to, static_cast<uint8_t>(MessageType::kFrame));
  Put<1>(to, 0);
  Put<2>(to, 0);
  Put<4>(to, channel);
  Put<4>(to, frame.track);
  Put<1>(to, (frame.key ? kKeyFlag : 0U) | (frame.mark ? kMarkFlag : 0U));
  Put<3>(to, 0);
  Put<8>(to, static_cast<uint64_t>(frame.dts.count()));
  Put<8>(to, static_cast<uint64_t>(frame.pts.count()));
  Put<8>(to, static_cast<uint64_t>(frame.duration.count()));
  if (frame.mark) {
    Put<8>(to, static_cast<uint64_t>(frame.mark->number));
    Put<8>(to, static_cast<uint64_t>(frame.mark->utc.time_since_epoch().count()));
  }
  return head;
}

Result<media::Frame> ReadFrameFields(std::span<const uint8_t, kFrameHeadSize> head) {
  ByteReader reader(head);
  media::Frame frame;
  frame.track = reader.U32();
  const uint8_t flags = reader.U8();
  (void)reader.U24();
  const auto dts = static_cast<int64_t>(reader.U64());
  const auto pts = static_cast<int64_t>(reader.U64());
  const auto duration = static_cast<int64_t>(reader.U64());
  const auto number = static_cast<int64_t>(reader.U64());
  const auto utc = static_cast<int64_t>(reader.U64());
  if (!Within(dts, kTimeMax) || !Within(pts, kTimeMax) || duration < 0 || duration > kDurationMax)
    return Fail(ErrorCode::kMalformed, "frame with a time out of range");
  frame.dts = MediaTime(dts);
  frame.pts = MediaTime(pts);
  frame.duration = MediaTime(duration);
  frame.key = (flags & kKeyFlag) != 0;
  if ((flags & kMarkFlag) == 0) return frame;
  if (number < 0 || number > kNumberMax || !Within(utc, kUtcMax))
    return Fail(ErrorCode::kMalformed, "frame with a segment mark out of range");
  frame.mark = media::SegmentMark{.number = number, .utc = UtcTime(std::chrono::microseconds(utc))};
  return frame;
}

}  // namespace weir::relay
