#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/shared_bytes.h"

namespace weir::media {

/// Timed data of a stream. On its way in it has no place yet: an ingest or an operator tells it to
/// the pipeline by MediaSink::OnEvent. The Timeline decides its place, which is a frame of each
/// track it is for: from there on it is one of Frame::events, so that it has the same place
/// wherever the frame goes.
struct Event {
  enum class Kind : uint8_t {
    kId3,       ///< `payload`: an ID3v2.4 tag. On the next frame of its tracks.
    kCue,       ///< A break begins or ends. On the frame of each track that starts its segment.
    kScte35,    ///< The same, with an id, told by EXT-X-DATERANGE. And on each start within it.
    kSei,       ///< `payload`: text to be put into the next picture. Ends at the Timeline.
    kAmf,       ///< `payload`: AMF0 values, as in an RTMP data message. On the main track.
    kConclude,  ///< Playlists end here, for good. On the main track, and each start behind it.
  };

  /// Which tracks it is for.
  enum class Target : uint8_t { kAll, kVideo, kAudio };

  /// What an event may carry.
  static constexpr size_t kPayloadMax = size_t{32} << 10;

  Kind kind = Kind::kId3;
  Target target = Target::kAll;
  uint32_t id = 0;      ///< Counts the events of a stream. Set by the Timeline.
  uint32_t series = 0;  ///< 0, or: takes the place of one of that series that waits for its frame.
  SharedBytes payload{};

  // Of kSei.
  bool key_frame_only = false;  ///< For the next picture that is a key frame, not for any.

  // Of kCue and kScte35.
  bool out = false;                       ///< The break begins; else it ends.
  std::chrono::milliseconds duration{0};  ///< Of the break.

  // Of kScte35.
  uint32_t splice_id = 0;
  bool auto_return = false;
  UtcTime start{};  ///< When the break began. Set by the Timeline.
};

/// What one frame may have.
inline constexpr size_t kEventsPerFrameMax = 32;

using EventList = std::vector<Event>;

inline size_t PayloadBytes(const EventList& events) {
  size_t size = 0;
  for (const Event& event : events)
    size += event.payload.size();
  return size;
}

constexpr std::string_view NameOf(Event::Kind kind) {
  switch (kind) {
    case Event::Kind::kId3:
      return "id3v2";
    case Event::Kind::kCue:
      return "cue";
    case Event::Kind::kScte35:
      return "scte35";
    case Event::Kind::kSei:
      return "sei";
    case Event::Kind::kAmf:
      return "amf";
    case Event::Kind::kConclude:
      return "conclude";
  }
  return "?";
}

}  // namespace weir::media
