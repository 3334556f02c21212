#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace weir::ts {

/// What stands before an access unit (ISO/IEC 13818-1, 2.4.3.6). Times are in 90 kHz ticks, of
/// which 33 bits are sent.
struct PesHead {
  uint8_t stream_id = 0;
  int64_t pts = 0;
  int64_t dts = 0;
};

inline constexpr uint8_t kVideoStreamId = 0xE0;
inline constexpr uint8_t kAudioStreamId = 0xC0;
inline constexpr uint8_t kPrivateStreamId = 0xBD;

/// How far behind the clock an access unit is decoded, in 90 kHz ticks: the time a receiver has to
/// take it in.
inline constexpr int64_t kDecodeDelay = 63'000;

/// Appends the head of a packet of `payload_size` bytes. The size is told where it fits; of video
/// it need not be.
void AppendPesHead(const PesHead& head, size_t payload_size, std::vector<uint8_t>& out);

}  // namespace weir::ts
