#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/shared_bytes.h"
#include "formats/fmp4/fragment.h"
#include "media/frame.h"
#include "media/track.h"

namespace weir::hls {

/// One part, built.
struct BuiltPart {
  SharedBytes bytes;         ///< moof and mdat.
  int64_t ticks = 0;         ///< Length: the sum of its samples' durations.
  bool independent = false;  ///< Starts with a key frame.
  MediaTime end{0};          ///< Decoding time up to which it goes.
};

struct PartLimits {
  size_t bytes = size_t{32} << 20;
  size_t frames = 4'096;
};

/// Cuts the frames of one track into parts and gives each its decoding time.
///
/// A part closes as soon as another usual frame would not fit into PART-TARGET, before one that
/// does not, and before a key frame of video unless the open part starts with one and is not half
/// full yet (so that a video of key frames alone does not make a part of each).
///
/// Decoding times are unbroken wherever they can be. In an open part each sample lasts until the
/// next frame's dts, as far as PART-TARGET goes. Where a part is closed already and the next frame
/// comes earlier or a little later than announced, it is decoded at the announced time, and keeps
/// its pts and its own end. More than a part late (audio: a frame), its own dts counts, and
/// decoding times jump. A frame that is longer than PART-TARGET, or would leave its part under 85 %
/// of it, is cut to what fits. So no part is ever longer than PART-TARGET, whatever comes in.
///
/// ID3 tags that go with a frame stand at the head of its part, and say the frame's pts.
///
/// Times are kept exactly, and rounded down to ticks only where they are written: so durations in
/// ticks add up at 24000/1001 frames a second too.
class PartBuilder {
 public:
  class Sink {
   public:
    virtual ~Sink() = default;
    virtual void OnPartBuilt(BuiltPart part) = 0;
  };

  /// `sink` outlives it. `track` has a timescale that divides MediaTime's and a part_target of at
  /// least kPartTargetMin.
  PartBuilder(const media::Track& track, PartLimits limits, Sink& sink);

  static constexpr MediaTime kPartTargetMin = std::chrono::milliseconds(10);

  /// A segment begins with the frame that follows, decoded at its own `dts` whatever was before.
  /// Its parts are fragments `sequence`, `sequence` + 1 and so on. Nothing is open.
  void Begin(MediaTime dts, uint32_t sequence);

  /// `frame` has sound times (Segmenter) and at most as many bytes as a part may have.
  void Add(std::shared_ptr<const media::Frame> frame);

  /// The next segment starts at `dts`: closes the open part there, if there is one.
  void EndAt(MediaTime dts);

  /// Closes the open part with what it has.
  void Close();

  /// Forgets the open part.
  void Abandon();

 private:
  struct Sample {
    std::shared_ptr<const media::Frame> frame;
    MediaTime decode{0};  ///< It lasts until the next one's, the last until end_.
  };

  MediaTime start() const { return samples_.front().decode; }

  MediaTime limit() const { return start() + target_; }

  int64_t TicksAt(MediaTime time) const { return time / tick_; }

  void MoveEndTo(MediaTime dts);
  bool MustCloseBefore(const media::Frame& frame) const;
  bool IsFull(const media::Frame& last) const;
  MediaTime FirstDecodeTime(const media::Frame& frame) const;
  void AddMessages(const media::Frame& frame, fmp4::Fragment& fragment) const;
  std::vector<uint8_t> Build() const;

  const MediaTime target_;
  const MediaTime frame_duration_;  ///< Zero: not known.
  const bool video_;
  const uint32_t timescale_;
  const MediaTime tick_;
  const PartLimits limits_;
  Sink& sink_;

  uint32_t sequence_ = 0;
  std::vector<Sample> samples_;  ///< Of the open part.
  size_t bytes_ = 0;
  MediaTime end_{0};  ///< Of the last sample, in the open part or before it.
};

}  // namespace weir::hls
