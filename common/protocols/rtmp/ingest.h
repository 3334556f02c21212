#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "media/media_sink.h"
#include "protocols/rtmp/id3_trigger.h"
#include "protocols/rtmp/ingest_limits.h"
#include "protocols/rtmp/message.h"
#include "protocols/rtmp/metadata.h"
#include "protocols/rtmp/stats.h"
#include "protocols/rtmp/timestamp_unwrapper.h"
#include "protocols/rtmp/track_intake.h"

namespace weir::rtmp {

/// From the wire to frames: turns the audio, video and data messages of one publication into
/// tracks and frames. Track 0 is video, track 1 audio.
///
/// The sink hears of the tracks once they are known: both sequence headers have come; or one, and
/// the metadata declares no other kind; or one, and no other came within IngestLimits::track_wait.
/// Frames are held until then. A track that comes, or changes, later is told before its next frame.
///
/// Data messages that other servers know what to do with (onTextData, onUserData, onUserDataEvent,
/// onCuePoint) are told as events, and so are the ID3 tags that triggers make of any.
///
/// Bad input ends nothing here: what makes no sense is dropped, counted, and logged once per second
/// at most.
class Ingest {
 public:
  /// `subject` is for log lines.
  Ingest(std::string subject, const IngestLimits& limits);

  /// Frames go to `sink`, which outlives this, from now on; before, they are held.
  void Attach(media::MediaSink& sink, std::vector<Id3Trigger> triggers = {});

  /// Takes one message; those of other types than audio, video, aggregate and data are ignored.
  void OnMessage(const Message& message, Clock::time_point now);

  const IngestStats& stats() const { return stats_; }

 private:
  void OnVideo(const Message& message, Clock::time_point now);
  void OnAudio(const Message& message, Clock::time_point now);
  void OnAggregate(const Message& message, Clock::time_point now);
  void OnData(const Message& message, Clock::time_point now);
  void TellEvents(std::span<const amf::Value> values);

  void TakeConfig(TrackIntake& intake, media::CodecId codec, const SharedBytes& config,
                  Clock::time_point now);
  void TakeFrame(TrackIntake& intake, media::CodecId codec, const SharedBytes& payload,
                 TagTimes times, Clock::time_point now);
  void Deliver(const std::shared_ptr<const media::Frame>& frame);
  void Hold(const std::shared_ptr<const media::Frame>& frame);

  bool TracksAreKnown() const;
  void StartIfKnown();
  void Announce();
  void WatchForKeyFrame(bool key, Clock::time_point now);
  void Complain(const Error& error, Clock::time_point now);

  const std::string subject_;
  const IngestLimits limits_;
  media::MediaSink* sink_ = nullptr;  // outlives this; null until attached
  std::vector<Id3Trigger> triggers_;
  bool started_ = false;  // the sink knows the tracks

  TrackIntake video_{0};
  TrackIntake audio_{1};
  TimestampUnwrapper clock_;
  std::optional<Metadata> metadata_;

  std::vector<std::shared_ptr<const media::Frame>> held_;
  size_t held_size_ = 0;
  size_t messages_waited_ = 0;

  std::optional<Clock::time_point> first_video_at_;
  bool key_frame_settled_ = false;  // one came, or its absence was told
  std::optional<Clock::time_point> complained_at_;
  uint64_t complaints_ = 0;  // since the last log line
  IngestStats stats_;
};

}  // namespace weir::rtmp
