#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "media/frame.h"
#include "media/track.h"
#include "net/owned_fd.h"
#include "origin/record/file_writer.h"
#include "origin/record/record_spec.h"
#include "origin/record/recorded_file.h"

namespace weir::record {

/// What a recording is made with, besides what was asked for.
struct RecorderSetup {
  RecordSpec spec;
  std::string vhost;
  std::string app;
  std::string transaction_id;
  UtcTime created{};
  std::string root;            ///< Folder that all files lie below.
  std::string journal_folder;  ///< Exists.
  uint64_t sequence = 0;       ///< Of the first file.
  /// When the transaction's first frame was, where an earlier life had one.
  std::optional<UtcTime> first_frame{};
};

/// How far a recording is.
struct RecorderProgress {
  uint64_t sequence = 0;  ///< Of the open file, or the next one.
  bool open = false;      ///< There is an open file.
  uint64_t bytes = 0;     ///< Of it.
  std::chrono::milliseconds time{0};
  UtcTime started{};        ///< It.
  std::string file_path{};  ///< Its path, as far as it is known before its end.
  std::string info_path{};
  uint64_t closed_bytes = 0;  ///< Of the files before, in this life.
  std::chrono::milliseconds closed_time{0};
  std::optional<UtcTime> first_frame{};
};

/// Writes a stream's frames into files, and decides where one ends and the next begins: at the
/// first key frame of its first video (else audio) track at or after the interval's or schedule's
/// instant. Every frame is in exactly one file: those of other tracks go to the file in which their
/// time lies.
///
/// Begins a new file where tracks or their configurations change, too. Times within a file begin at
/// zero, or, where the recording is continuous, go on over the files of the transaction; those of a
/// later publication by as much as the wall clock went on.
///
/// After an error it takes no frames until Resume, and what was written of its files is closed.
///
/// Blocks as the disk does. Reads no clock: a frame's time of day is that of its segment's mark.
/// Thread: one at a time.
class Recorder {
 public:
  /// A file that is to be finished (finish_file.h), with its journal.
  using OnClosed = std::function<void(RecordedFile file, std::string journal)>;

  Recorder(RecorderSetup setup, OnClosed on_closed);
  ~Recorder();

  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  /// Another publication follows, whose frames have other times. Ends what is open.
  void OnNewStream();

  /// kNotFound: none of the tracks that were asked for is there.
  Status OnTracks(const media::TrackList& tracks);

  Status OnFrame(const media::Frame& frame);

  /// Goes on after an error, with the next key frame.
  void Resume() { failed_ = false; }

  /// Ends what is open. `last`: nothing follows.
  void Close(bool last);

  RecorderProgress progress() const;

 private:
  struct OpenFile {
    RecordedFile file;
    std::string journal;
    net::OwnedFd fd;
    std::unique_ptr<FileWriter> writer;
    MediaTime begin{0};              // pts of its first frame
    MediaTime base{0};               // what is zero in it
    MediaTime end{0};                // where its last frame ends
    MediaTime flushed{0};            // dts
    MediaTime cut{0};                // once it is followed: what is shown from then on is not in it
    std::vector<bool> waited_for{};  // once it is followed: tracks that may have frames before that
  };

  Status Checked(Status status);
  std::optional<size_t> IndexOf(media::TrackId id) const;
  UtcTime TimeOfDay(const media::Frame& frame) const;
  bool IsDue(const media::Frame& frame) const;
  Status Begin(const media::Frame& frame);
  Status Follow(const media::Frame& frame);
  Result<std::unique_ptr<OpenFile>> Open(const media::Frame& frame, MediaTime base);
  Result<RecordedFile> Describe(const media::Frame& frame) const;
  MediaTime BaseOf(const media::Frame& frame) const;
  OpenFile* FileFor(size_t track, const media::Frame& frame);
  Status Write(OpenFile& file, size_t track, const media::Frame& frame);
  void CloseFile(std::unique_ptr<OpenFile> file, bool last);

  const RecorderSetup setup_;
  const OnClosed on_closed_;
  uint64_t sequence_;
  std::vector<media::Track> tracks_;             // those recorded
  size_t leading_ = 0;                           // the track whose key frames files begin with
  std::map<media::TrackId, MediaTime> written_;  // dts of each track's last frame
  std::optional<media::SegmentMark> mark_;       // the last one of the leading track, ...
  MediaTime marked_{0};                          // ... and its pts
  std::optional<UtcTime> first_frame_;
  std::optional<MediaTime> base_;  // of a continuous recording, in this publication
  std::unique_ptr<OpenFile> current_;
  std::unique_ptr<OpenFile> previous_;  // followed, and waits for frames of some tracks
  UtcTime next_cut_{};                  // by the schedule
  uint64_t closed_bytes_ = 0;
  MediaTime closed_time_{0};
  bool failed_ = false;
};

}  // namespace weir::record
