#pragma once

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "media/codec_config.h"
#include "origin/record/finish_file.h"
#include "origin/record/recorder.h"
#include "support/sample_media.h"

namespace weir::testing {

/// A new folder that goes away with all that is in it.
class RecordFolder {
 public:
  RecordFolder() : path_(std::filesystem::temp_directory_path() / "weir-record-XXXXXX") {
    WEIR_CHECK(::mkdtemp(path_.data()) != nullptr);
    std::filesystem::create_directory(path_ + "/journal");
  }

  ~RecordFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  RecordFolder(const RecordFolder&) = delete;
  RecordFolder& operator=(const RecordFolder&) = delete;

  const std::string& path() const { return path_; }

  std::string root() const { return path_ + "/root"; }

  std::string journals() const { return path_ + "/journal"; }

  /// Of files, below root().
  std::vector<std::string> Files() const {
    std::vector<std::string> files;
    std::error_code none;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root(), none))
      if (entry.is_regular_file())
        files.push_back(std::filesystem::relative(entry.path(), root()).string());
    std::sort(files.begin(), files.end());
    return files;
  }

  std::string Read(const std::string& path) const {
    std::ifstream file(root() + "/" + path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  std::string path_;
};

/// A stream of 25 pictures a second with a key frame each second, and AAC.
class SampleStream {
 public:
  static constexpr MediaTime kPicture = std::chrono::milliseconds(40);
  static constexpr UtcTime kBegin{std::chrono::seconds(1'700'000'000)};

  SampleStream() {
    auto video =
        media::ReadCodecConfig(media::CodecId::kH264, 0, sample::Bytes(sample::kAvcConfig720p));
    auto audio = media::ReadCodecConfig(media::CodecId::kAac, 1,
                                        sample::Bytes(sample::kAacConfig44100Stereo));
    WEIR_CHECK(video && audio);
    tracks.tracks = {*video, *audio};
  }

  /// The frames of so many seconds from `second` on, in the order in which they come: each audio
  /// frame behind the picture that is shown with it, or a little later still.
  std::vector<media::Frame> Seconds(int second, int count) const {
    std::vector<media::Frame> frames;
    const MediaTime from = std::chrono::seconds(second);
    const MediaTime end = from + std::chrono::seconds(count);
    int64_t sound = ToTicks(from, 44'100u) / 1024;
    if (FromTicks(sound * 1024, 44'100u) < from) ++sound;
    for (MediaTime dts = from; dts < end; dts += kPicture) {
      frames.push_back(Picture(dts));
      // A little behind, as encoders are.
      for (; FromTicks(sound * 1024, 44'100u) < std::min(dts + kPicture - kLate, end - kLate);
           ++sound)
        frames.push_back(Sound(sound));
    }
    for (; FromTicks(sound * 1024, 44'100u) < end; ++sound)
      frames.push_back(Sound(sound));
    return frames;
  }

  media::TrackList tracks;
  MediaTime offset = std::chrono::seconds(5'000);  ///< What the stream's times begin at.
  UtcTime begin = kBegin;

 private:
  static constexpr MediaTime kLate = std::chrono::milliseconds(100);

  media::Frame Picture(MediaTime time) const {
    const bool key = time % std::chrono::seconds(1) == MediaTime(0);
    media::Frame frame{.track = 0,
                       .dts = offset + time,
                       .pts = offset + time + 2 * kPicture,
                       .duration = kPicture,
                       .key = key,
                       .mark = {},
                       .payload = key ? sample::Bytes(sample::kAvcKeyFrame720p)
                                      : sample::Bytes(sample::kAvcFrame720p)};
    if (key) {
      frame.mark = media::SegmentMark{
          .number = 1, .utc = begin + std::chrono::duration_cast<std::chrono::microseconds>(time)};
    }
    return frame;
  }

  media::Frame Sound(int64_t number) const {
    const MediaTime time = offset + FromTicks(number * 1024, 44'100u);
    return {.track = 1,
            .dts = time,
            .pts = time,
            .duration = FromTicks(1024, 44'100u),
            .key = true,
            .mark = {},
            .payload = sample::Bytes(sample::kAacFrame)};
  }
};

/// Finishes files as soon as they are closed.
class FinishingRecorder {
 public:
  explicit FinishingRecorder(record::RecorderSetup setup)
      : recorder(std::make_unique<record::Recorder>(
            std::move(setup), [this](record::RecordedFile file, std::string journal) {
              auto done = record::FinishFile(std::move(file), journal, stop);
              if (done) {
                finished.push_back(*done);
              } else {
                errors.push_back(done.error());
              }
            })) {}

  Status Take(const std::vector<media::Frame>& frames) {
    for (const media::Frame& frame : frames) {
      if (Status taken = recorder->OnFrame(frame); !taken) return taken;
    }
    return {};
  }

  std::atomic<bool> stop{false};
  std::vector<record::RecordedFile> finished;
  std::vector<Error> errors;
  std::unique_ptr<record::Recorder> recorder;
};

}  // namespace weir::testing
