#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace weir::ts {

/// What the first packet of a payload says beside it.
struct PacketNotes {
  std::optional<int64_t> clock{};  ///< PCR, in 90 kHz ticks.
  bool random_access = false;      ///< A decoder can start here.
};

/// Cuts what one PID carries into packets of 188 bytes (ISO/IEC 13818-1, 2.4.3), all filled up by
/// adaptation fields.
class PacketWriter {
 public:
  /// The first packet has continuity counter `counter` modulo 16. `out` outlives it.
  PacketWriter(uint16_t pid, int64_t counter, std::vector<uint8_t>& out)
      : pid_(pid), counter_(static_cast<uint8_t>(counter & kCounterMask)), out_(out) {}

  /// One section in one packet: at most 183 bytes.
  void WriteSection(std::span<const uint8_t> section);

  /// One PES packet. With `to_full_round`, in more packets than it needs, so that the counter of
  /// whatever comes next is 0; that takes at least 16 bytes of `bytes`.
  void WritePes(std::span<const uint8_t> bytes, const PacketNotes& notes, bool to_full_round);

  /// A packet with nothing but a PCR, which does not count.
  void WriteClock(int64_t clock);

  /// Of the next packet.
  int64_t counter() const { return counter_; }

 private:
  static constexpr int64_t kCounterMask = 15;

  void WriteHead(bool unit_start, bool adaptation, bool payload);
  void WriteAdaptation(const PacketNotes& notes, size_t field_size);

  const uint16_t pid_;
  uint8_t counter_;
  std::vector<uint8_t>& out_;
};

}  // namespace weir::ts
