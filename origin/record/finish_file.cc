#include "origin/record/finish_file.h"

#include <algorithm>
#include <cerrno>
#include <limits>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "formats/fmp4/init_segment.h"
#include "origin/files/folder.h"
#include "origin/files/path_template.h"
#include "origin/record/av_muxer.h"
#include "origin/record/fragment_file.h"
#include "origin/record/info_file.h"
#include "origin/record/path_template.h"
#include "stream/ledger_file.h"

namespace weir::record {
namespace {

using files::Folder;
using files::NameOf;
using files::PathBelow;
using files::SystemError;

constexpr uint64_t kTsPacket = 188;
constexpr int kNamesMax = 10'000;
/// The second pass may need other sizes of numbers than the first one found.
constexpr uint64_t kIndexMargin = 1024;

struct Remuxed {
  uint64_t bytes = 0;
  uint64_t index_bytes = 0;
  MediaTime begin = MediaTime::max();
  MediaTime end = MediaTime::min();
};

/// One pass over what was written.
Result<Remuxed> Remux(int from, const RecordedFile& file, uint64_t index_room, ByteOutput& output,
                      const std::atomic<bool>& stop) {
  auto muxer = AvMuxer::Open({.index_room = index_room, .interleave = true}, file.tracks, output);
  if (!muxer) return tl::unexpected(muxer.error());
  FragmentFileReader reader(from);
  Remuxed remuxed;
  for (;;) {
    if (stop) return Fail(ErrorCode::kEnded, "left off");
    const auto samples = reader.Next();
    if (!samples) return tl::unexpected(samples.error());
    if (samples->empty()) break;
    for (const fmp4::SampleView& sample : *samples) {
      const size_t track = sample.track_id - fmp4::kTrackId;
      if (track >= file.tracks.size()) continue;
      const uint32_t scale = file.tracks[track].timescale();
      const int64_t dts = static_cast<int64_t>(sample.decode_time) - ToTicks(kLead, scale);
      const int64_t pts = dts + sample.composition_offset;
      const MediaTime shown(pts * (MediaTime::period::den / scale));
      remuxed.begin = std::min(remuxed.begin, shown);
      remuxed.end = std::max(remuxed.end,
                             shown + MediaTime(sample.duration * (MediaTime::period::den / scale)));
      Status written = (*muxer)->Write({.track = track,
                                        .dts = dts,
                                        .pts = pts,
                                        .duration = sample.duration,
                                        .key = sample.sync,
                                        .payload = sample.payload});
      if (!written) return tl::unexpected(written.error());
    }
  }
  if (Status closed = (*muxer)->Close(); !closed) return tl::unexpected(closed.error());
  remuxed.bytes = (*muxer)->bytes();
  remuxed.index_bytes = (*muxer)->index_bytes();
  return remuxed;
}

/// Does the work on one file.
class Finisher {
 public:
  Finisher(RecordedFile& file, const std::string& journal, const std::atomic<bool>& stop,
           Folder folder)
      : file_(file),
        journal_(journal),
        stop_(stop),
        folder_(std::move(folder)),
        temporary_(NameOf(file.temporary_path)),
        remuxed_(temporary_ + ".mp4") {}

  Status Finish() {
    if (Named()) return List();
    const Result<bool> made = file_.container == Container::kMp4 ? MakePlain() : MakeWhole();
    if (!made) return tl::unexpected(made.error());
    if (!*made) return Forget();  // Nothing was recorded.
    if (Status named = Name(); !named) return named;
    return List();
  }

 private:
  /// Whether an earlier life came as far as giving it its name.
  bool Named() const {
    if (file_.final_path.empty()) return false;
    const auto folder = Folder::OfFile(file_.root, file_.final_path);
    const bool there = folder && folder->Has(NameOf(file_.final_path));
    return there && !folder_.Has(source());
  }

  const std::string& source() const {
    return file_.container == Container::kMp4 ? remuxed_ : temporary_;
  }

  /// Whether there is anything in it.
  Result<bool> MakePlain() {
    const auto from = folder_.OpenToRead(temporary_);
    if (!from) {
      if (from.error().code == ErrorCode::kNotFound) return false;
      return tl::unexpected(from.error());
    }
    NullOutput nowhere;
    const auto tried = Remux(from->get(), file_, 0, nowhere, stop_);
    if (!tried) return tl::unexpected(tried.error());
    if (tried->end < tried->begin) return false;
    if (Status removed = folder_.Remove(remuxed_); !removed) return tl::unexpected(removed.error());
    const auto to = folder_.Make(remuxed_);
    if (!to) return tl::unexpected(to.error());
    FileOutput output(to->get());
    // What is not needed becomes a box of free space.
    const uint64_t room = tried->index_bytes + tried->index_bytes / 64 + kIndexMargin;
    const auto written = Remux(from->get(), file_, room, output, stop_);
    Status done = written ? Status() : tl::unexpected(written.error());
    if (done && ::fsync(to->get()) != 0) done = SystemError("write the file to the disk", errno);
    if (!done) {
      (void)folder_.Remove(remuxed_);  // Frees the disk; what was recorded stays.
      return tl::unexpected(done.error());
    }
    file_.bytes = written->bytes;
    file_.duration = std::chrono::duration_cast<std::chrono::milliseconds>(
        written->end - written->begin + std::chrono::microseconds(500));
    return true;
  }

  Result<bool> MakeWhole() {
    const auto from = folder_.OpenToRead(temporary_);
    if (!from) {
      if (from.error().code == ErrorCode::kNotFound) return false;
      return tl::unexpected(from.error());
    }

    struct stat found {};

    if (::fstat(from->get(), &found) != 0) return SystemError("look at the file", errno);
    file_.bytes = static_cast<uint64_t>(found.st_size) / kTsPacket * kTsPacket;
    if (file_.bytes == 0) return false;
    // Not closed in good order: the last write is as good as the last frame.
    if (file_.duration.count() == 0) file_.duration = SinceStart(found);
    if (::fsync(from->get()) != 0) return SystemError("write the file to the disk", errno);
    return true;
  }

  std::chrono::milliseconds SinceStart(const struct stat& found) const {
    const auto written = std::chrono::seconds(found.st_mtim.tv_sec) +
                         std::chrono::nanoseconds(found.st_mtim.tv_nsec);
    const auto since =
        std::chrono::floor<std::chrono::milliseconds>(written - file_.started.time_since_epoch());
    return std::max(since, std::chrono::milliseconds(0));
  }

  Status Name() {
    const std::string wanted =
        Expand(file_.path_pattern, {.sequence = file_.sequence, .end = file_.finished()});
    const size_t dot = wanted.find_last_of('.');
    for (int i = 0; i < kNamesMax; ++i) {
      const std::string path =
          i == 0 ? wanted : fmt::format("{}_{}{}", wanted.substr(0, dot), i, wanted.substr(dot));
      const Result<std::string> below = PathBelow("", path);
      if (!below) return tl::unexpected(below.error());
      const auto folder = Folder::OfFile(file_.root, *below);
      if (!folder) return tl::unexpected(folder.error());
      if (folder->Has(NameOf(*below))) continue;
      file_.final_path = *below;
      if (Status kept = stream::ReplaceFile(journal_, EncodeFile(file_)); !kept) return kept;
      Status named = folder_.MoveTo(source(), *folder, NameOf(*below));
      if (!named && named.error().code == ErrorCode::kConflict) continue;
      return named ? folder->Sync() : named;
    }
    return Fail(ErrorCode::kRefused, "there are too many files of that name");
  }

  Status List() {
    if (Status listed = ListInInfoFile(file_); !listed) return listed;
    return Forget();
  }

  Status Forget() {
    if (Status removed = folder_.Remove(temporary_); !removed) return removed;
    if (::unlink(journal_.c_str()) == 0 || errno == ENOENT) return {};
    return SystemError("remove a journal", errno);
  }

  RecordedFile& file_;
  const std::string& journal_;
  const std::atomic<bool>& stop_;
  const Folder folder_;
  const std::string temporary_;
  const std::string remuxed_;
};

}  // namespace

Result<RecordedFile> FinishFile(RecordedFile file, const std::string& journal,
                                const std::atomic<bool>& stop) {
  auto folder = Folder::OfFile(file.root, file.temporary_path);
  if (!folder) return tl::unexpected(folder.error());
  Finisher finisher(file, journal, stop, *std::move(folder));
  if (Status finished = finisher.Finish(); !finished) return tl::unexpected(finished.error());
  return file;
}

}  // namespace weir::record
