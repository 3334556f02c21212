#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "base/result.h"
#include "formats/ts/packet_writer.h"
#include "formats/ts/segment.h"
#include "formats/ts/unit_framer.h"

namespace weir::ts {

/// Writes the access units of one track as PES packets: one of video each, several of audio
/// together.
class ElementaryWriter {
 public:
  /// kUnsupported or kMalformed: the track cannot be carried. `stream` and `out` outlive it.
  static Result<ElementaryWriter> For(const ElementaryStream& stream, uint16_t pid,
                                      std::vector<uint8_t>& out);

  bool done() const { return next_ == stream_->units.size(); }

  /// When the next PES packet is due: the dts of its first unit. Not done.
  int64_t due() const { return stream_->units[next_].dts; }

  /// Writes it, with a PCR of `due()` where it bears the clock. Not done.
  Status WriteNext(bool with_clock);

  void WriteClock(int64_t time) { packets_.WriteClock(time); }

 private:
  ElementaryWriter(const ElementaryStream& stream, PacketWriter packets, UnitFramer framer)
      : stream_(&stream), packets_(packets), framer_(std::move(framer)) {}

  bool FitsBehind(const Unit& unit, int64_t start) const;

  const ElementaryStream* stream_;
  PacketWriter packets_;
  UnitFramer framer_;
  size_t next_ = 0;
  std::vector<uint8_t> payload_;  // of the packet under way
  std::vector<uint8_t> pes_;
};
}  // namespace weir::ts
