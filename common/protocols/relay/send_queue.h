#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>

#include "media/media_sink.h"
#include "protocols/relay/segment_gate.h"

namespace weir::relay {

/// What one subscription still has to be sent, within a bound.
///
/// Past its bound it goes on at the newest segment start that leaves half of the bound free, or at
/// the next one to come, and puts a gap before it. What was described meanwhile is kept, and so is
/// the end.
class SendQueue {
 public:
  struct Limits {
    size_t bytes = size_t{8} << 20;         ///< Payload, and kFrameCost for each frame.
    int segments = 2;                       ///< Segment starts.
    size_t start_bytes = size_t{64} << 20;  ///< Added to `bytes` until the backlog was sent.
    int start_segments = 0;                 ///< The same for `segments`.
    size_t frame_max = size_t{32} << 20;    ///< Payload of one frame: a larger one cannot be sent.
  };

  struct Item {
    enum class Kind { kTracks, kFrame, kPresent, kGap, kEnd };
    Kind kind = Kind::kFrame;
    std::shared_ptr<const media::TrackList> tracks;
    std::shared_ptr<const media::Frame> frame;
    media::EndReason reason = media::EndReason::kFinished;
    bool start = false;  ///< The first frame of a segment. Set by the queue.
  };

  /// What a waiting frame is reckoned to cost besides its payload.
  static constexpr size_t kFrameCost = 256;

  explicit SendQueue(const Limits& limits) : limits_(limits) {}

  /// Leaves out all segments before `number`: for an edge that has them.
  void StartAt(int64_t number) { gate_.CloseUntil(number); }

  void PushTracks(std::shared_ptr<const media::TrackList> tracks);
  void PushFrame(std::shared_ptr<const media::Frame> frame);
  void PushGap();
  void PushEnd(media::EndReason reason);

  /// The backlog has been pushed, all of it: once it was sent the queue has its usual bounds.
  void PushPresent();

  /// Makes room as if the bound were passed, down to `keep_max` bytes.
  void Shrink(size_t keep_max);

  /// The next item, or null.
  const Item* Front() const { return items_.empty() ? nullptr : &items_.front(); }

  Item Pop();

  bool empty() const { return items_.empty(); }

  size_t bytes() const { return bytes_; }

  uint64_t dropped_frames() const { return dropped_; }

 private:
  using Items = std::deque<Item>;

  bool TooMuch() const;
  Items::iterator NewestStart(size_t behind_max);
  void Keep(Items from, std::shared_ptr<const media::TrackList> tracks, bool present);
  void Add(Item item);
  void AddGap();
  bool IsStart(const media::Frame& frame) const;

  Limits limits_;
  Items items_;
  size_t bytes_ = 0;
  int starts_ = 0;
  bool starting_ = true;  ///< The backlog has not been sent yet.
  bool gap_due_ = false;  ///< Before the next frame.
  uint64_t dropped_ = 0;
  std::shared_ptr<const media::TrackList> popped_tracks_;  ///< In force before the front.
  std::shared_ptr<const media::TrackList> tracks_;         ///< In force behind the back.
  std::optional<int64_t> newest_start_;                    ///< Number of the newest segment.
  SegmentGate gate_;
};

}  // namespace weir::relay
