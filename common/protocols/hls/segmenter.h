#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/shared_bytes.h"
#include "media/frame.h"
#include "media/track.h"
#include "protocols/hls/packager_stats.h"
#include "protocols/hls/part_builder.h"

namespace weir::hls {

/// Which part is expected next.
struct PartName {
  int64_t number = 0;
  int part = 0;
};

/// A part that is new, of the open segment.
struct SegmentPart {
  int64_t number = 0;
  int index = 0;
  BuiltPart part;
  std::optional<PartName> next;
};

/// The end of a segment.
struct SegmentEnd {
  int64_t number = 0;
  bool whole = false;               ///< Else a gap.
  std::vector<SharedBytes> parts;   ///< Those that were published, of a gap too.
  std::optional<MediaTime> length;  ///< Of a gap, where it is known.
  std::optional<PartName> next;
};

/// Receives what a Segmenter makes, in order.
class SegmentSink {
 public:
  virtual ~SegmentSink() = default;
  /// `first` is its first frame, which has a mark.
  virtual void OnSegmentOpened(const media::Frame& first) = 0;
  virtual void OnPart(SegmentPart part) = 0;
  virtual void OnSegmentClosed(SegmentEnd end) = 0;
  /// A segment that was never opened.
  virtual void OnSegmentMissing(SegmentEnd end) = 0;
};

struct SegmentLimits {
  PartLimits part{};
  size_t segment_bytes = size_t{512} << 20;
  int segment_parts = 1'024;
};

/// Sorts the frames of one track into segments, by their marks, over all runs.
///
/// It takes frames from a mark on. After OnGap it waits for the next one: where that opens the very
/// segment that was cut, which is what a reconnected edge gets, the segment is built again from its
/// start, and only parts that were not there yet are told of. A mark of an older segment is skipped
/// with its frames. Any later mark shows that the open segment will never be whole here: it ends as
/// a gap, since its URL means the whole segment at every other edge; the parts it has are true, and
/// stay.
///
/// Numbers left out are told as missing, unless they are so many that a whole playlist lies
/// between.
class Segmenter final : private PartBuilder::Sink {
 public:
  /// `stats` and `sink` outlive it.
  Segmenter(SegmentLimits limits, PackagerStats& stats, SegmentSink& sink);

  /// Frames from here on belong to `run`, whose numbers are above last(). No segment is open.
  void StartRun(const media::Track& track, const media::Run& run);

  void OnFrame(std::shared_ptr<const media::Frame> frame);

  /// Frames were lost.
  void OnGap();

  /// No more frames of this run: closes the open segment with what it has; as a gap where some of
  /// it was lost. Returns whether one was open.
  bool EndRun();

  /// The highest number so far.
  std::optional<int64_t> last() const { return last_; }

  /// Numbers begin anew, with a run to come.
  void Forget() { last_.reset(); }

 private:
  /// The segment that still grows.
  struct Open {
    int64_t number = 0;
    MediaTime start{0};
    std::vector<SharedBytes> parts;  ///< Published ones.
    size_t bytes = 0;                ///< Theirs.
    int built = 0;  ///< Parts since its start was last seen: below parts.size() when built again.
    bool cut = false;  ///< Some of it is missing.
    std::optional<MediaTime> last_key;
    MediaTime key_distance{0};  ///< Of the last two key frames, where there were two.
  };

  void OnPartBuilt(BuiltPart part) override;

  void OnMark(const media::Frame& frame);
  void StartSegment(const media::Frame& frame);
  void Cut();
  void CloseOpen(const media::Frame* next);
  void TellMissing(const media::Frame& next);
  void NoteKey(const media::Frame& frame);
  PartName NextAfter(int index, MediaTime end) const;
  uint32_t SequenceOf(int64_t number) const;

  const SegmentLimits limits_;
  PackagerStats& stats_;
  SegmentSink& sink_;

  std::optional<PartBuilder> builder_;  ///< The current run's.
  media::Run run_;
  bool video_ = false;
  bool taking_ = false;  ///< Frames without a mark belong to the open segment.
  std::optional<Open> open_;
  bool closing_ = false;           ///< The open segment is being closed...
  std::optional<PartName> after_;  ///< ...and this follows at once.
  std::optional<int64_t> last_;
  std::optional<MediaTime> covered_;  ///< Up to where this run's segments reach.
};

}  // namespace weir::hls
