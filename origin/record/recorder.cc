#include "origin/record/recorder.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "crypto/random.h"
#include "origin/files/folder.h"
#include "origin/files/path_template.h"
#include "origin/record/fragment_file.h"
#include "origin/record/path_template.h"
#include "origin/record/ts_writer.h"
#include "stream/ledger_file.h"

namespace weir::record {
namespace {

/// So much of a stream, at most, is lost where the program is killed.
constexpr MediaTime kFlushEvery = std::chrono::milliseconds(500);
/// A file that is followed does not wait longer for the other tracks to come to its end.
constexpr MediaTime kFollowMax = std::chrono::seconds(2);
/// Times of wire clocks are not more exact.
constexpr MediaTime kRounding = std::chrono::milliseconds(1);

std::chrono::milliseconds MillisOf(MediaTime time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time +
                                                               std::chrono::microseconds(500));
}

bool SameTracks(const std::vector<media::Track>& a, const std::vector<media::Track>& b) {
  return std::ranges::equal(a, b, [](const media::Track& one, const media::Track& other) {
    return one.id == other.id && one.codec == other.codec &&
           std::ranges::equal(one.config.view(), other.config.view());
  });
}

}  // namespace

Recorder::Recorder(RecorderSetup setup, OnClosed on_closed)
    : setup_(std::move(setup)),
      on_closed_(std::move(on_closed)),
      sequence_(setup_.sequence),
      first_frame_(setup_.first_frame) {}

Recorder::~Recorder() {
  Close(false);
}

void Recorder::OnNewStream() {
  Close(false);
  tracks_.clear();
  written_.clear();
  mark_.reset();
  base_.reset();
}

Status Recorder::OnTracks(const media::TrackList& tracks) {
  std::vector<media::Track> selected = SelectTracks(setup_.spec, tracks.tracks);
  if (!tracks_.empty() && SameTracks(selected, tracks_)) return {};
  Close(false);
  tracks_ = std::move(selected);
  const auto video = std::ranges::find_if(
      tracks_, [](const media::Track& track) { return track.kind() == media::MediaKind::kVideo; });
  leading_ = video == tracks_.end() ? 0 : static_cast<size_t>(video - tracks_.begin());
  if (tracks_.empty())
    return Checked(Fail(ErrorCode::kNotFound, "none of the tracks asked for is there"));
  return {};
}

Status Recorder::OnFrame(const media::Frame& frame) {
  const std::optional<size_t> track = IndexOf(frame.track);
  if (!track) return {};
  const bool leads = *track == leading_;
  if (leads && frame.mark) {
    mark_ = frame.mark;
    marked_ = frame.pts;
  }
  if (failed_) return {};
  const auto written = written_.find(frame.track);
  if (written != written_.end() && frame.dts <= written->second) return {};  // before an error
  if (current_ == nullptr) {
    if (!leads || !frame.key || !mark_) return {};
    if (Status begun = Begin(frame); !begun) return Checked(std::move(begun));
  } else if (leads && frame.key && IsDue(frame)) {
    if (Status followed = Follow(frame); !followed) return Checked(std::move(followed));
  }
  OpenFile* file = FileFor(*track, frame);
  if (file == nullptr) return {};
  return Checked(Write(*file, *track, frame));
}

/// Closes all where there is an error, which it passes on.
Status Recorder::Checked(Status status) {
  if (status) return status;
  failed_ = true;
  Close(false);
  return status;
}

void Recorder::Close(bool last) {
  if (previous_ != nullptr) CloseFile(std::move(previous_), last && current_ == nullptr);
  if (current_ == nullptr) return;
  CloseFile(std::move(current_), last);
  ++sequence_;
}

RecorderProgress Recorder::progress() const {
  RecorderProgress progress{.sequence = sequence_,
                            .open = current_ != nullptr,
                            .closed_bytes = closed_bytes_,
                            .closed_time = MillisOf(closed_time_),
                            .first_frame = first_frame_};
  if (current_ == nullptr) return progress;
  progress.bytes = current_->writer->bytes();
  progress.time = MillisOf(current_->end - current_->begin);
  progress.started = current_->file.started;
  progress.file_path = current_->file.path_pattern;
  progress.info_path = current_->file.info_path;
  return progress;
}

std::optional<size_t> Recorder::IndexOf(media::TrackId id) const {
  for (size_t i = 0; i < tracks_.size(); ++i)
    if (tracks_[i].id == id) return i;
  return std::nullopt;
}

UtcTime Recorder::TimeOfDay(const media::Frame& frame) const {
  return mark_->utc + std::chrono::floor<std::chrono::microseconds>(frame.pts - marked_);
}

bool Recorder::IsDue(const media::Frame& frame) const {
  if (setup_.spec.schedule) return TimeOfDay(frame) >= next_cut_;
  if (setup_.spec.interval.count() == 0) return false;
  return frame.pts - current_->begin + kRounding >= setup_.spec.interval;
}

Status Recorder::Begin(const media::Frame& frame) {
  if (!first_frame_) first_frame_ = TimeOfDay(frame);
  if (!base_) base_ = BaseOf(frame);
  auto file = Open(frame, setup_.spec.continuous ? *base_ : BaseOf(frame));
  if (!file) return tl::unexpected(file.error());
  current_ = *std::move(file);
  if (setup_.spec.schedule) next_cut_ = setup_.spec.schedule->NextAfter(TimeOfDay(frame));
  return {};
}

/// `frame` begins the file that follows the current one.
Status Recorder::Follow(const media::Frame& frame) {
  if (previous_ != nullptr) CloseFile(std::move(previous_), false);
  previous_ = std::move(current_);
  ++sequence_;
  if (Status begun = Begin(frame); !begun) return begun;
  previous_->cut = frame.pts;
  previous_->waited_for.assign(tracks_.size(), true);
  previous_->waited_for[leading_] = false;
  return {};
}

/// Where zero is, so that this frame comes to lie where it should.
MediaTime Recorder::BaseOf(const media::Frame& frame) const {
  // MPEG-TS has no negative times: its zero is where the first frame is decoded.
  const bool ts = ContainerOf(setup_.spec.file_path) == Container::kTs;
  const MediaTime zero = ts ? frame.dts : frame.pts;
  if (!setup_.spec.continuous || !first_frame_) return zero;
  const auto since = std::max(TimeOfDay(frame) - *first_frame_, std::chrono::microseconds(0));
  return zero - std::chrono::duration_cast<MediaTime>(since);
}

Result<RecordedFile> Recorder::Describe(const media::Frame& frame) const {
  const RecordSpec& spec = setup_.spec;
  const UtcTime started = TimeOfDay(frame);
  PathValues values{.transaction_id = setup_.transaction_id,
                    .id = spec.id,
                    .vhost = setup_.vhost,
                    .app = setup_.app,
                    .source_stream = spec.stream,
                    .stream = spec.stream,
                    .sequence = sequence_,
                    .start = started};
  const auto pattern = files::PathBelow(setup_.root, Expand(spec.file_path, values));
  if (!pattern) return tl::unexpected(pattern.error());
  values.end = started;
  // Where it will lie, so that it need not be copied there.
  const auto beside = files::PathBelow(setup_.root, Expand(*pattern, values));
  if (!beside) return tl::unexpected(beside.error());
  Result<std::string> info = std::string();
  if (!spec.info_path.empty()) info = files::PathBelow(setup_.root, Expand(spec.info_path, values));
  if (!info) return tl::unexpected(info.error());
  const std::string folder = beside->substr(0, beside->size() - files::NameOf(*beside).size());
  return RecordedFile{.root = setup_.root,
                      .temporary_path = folder + "tmp_" + crypto::RandomHex(32),
                      .path_pattern = *pattern,
                      .info_path = *std::move(info),
                      .container = ContainerOf(spec.file_path).value_or(Container::kTs),
                      .tracks = tracks_,
                      .transaction_id = setup_.transaction_id,
                      .id = spec.id,
                      .metadata = spec.metadata,
                      .vhost = setup_.vhost,
                      .app = setup_.app,
                      .stream = spec.stream,
                      .sequence = sequence_,
                      .interval = spec.interval,
                      .schedule = spec.schedule ? spec.schedule->text() : "",
                      .created = setup_.created,
                      .started = started};
}

Result<std::unique_ptr<Recorder::OpenFile>> Recorder::Open(const media::Frame& frame,
                                                           MediaTime base) {
  auto described = Describe(frame);
  if (!described) return tl::unexpected(described.error());
  auto file = std::make_unique<OpenFile>();
  file->file = *std::move(described);
  file->begin = file->end = frame.pts;
  file->flushed = frame.dts;
  file->base = base;
  const std::string& path = file->file.temporary_path;
  const auto folder = files::Folder::OfFile(setup_.root, path);
  if (!folder) return tl::unexpected(folder.error());
  file->journal = fmt::format("{}/{}.json", setup_.journal_folder, files::NameOf(path));
  if (Status kept = stream::ReplaceFile(file->journal, EncodeFile(file->file)); !kept)
    return tl::unexpected(kept.error());
  auto fd = folder->Make(files::NameOf(path));
  if (!fd) return tl::unexpected(fd.error());
  file->fd = *std::move(fd);
  if (file->file.container == Container::kMp4) {
    file->writer = std::make_unique<FragmentWriter>(file->fd.get(), tracks_);
  } else {
    auto writer = TsWriter::Open(file->fd.get(), tracks_);
    if (!writer) {
      on_closed_(file->file, file->journal);  // It is empty, and so goes away.
      return tl::unexpected(writer.error());
    }
    file->writer = *std::move(writer);
  }
  return file;
}

Recorder::OpenFile* Recorder::FileFor(size_t track, const media::Frame& frame) {
  if (previous_ == nullptr) {
    // What is heard before the first picture has none to go with.
    return frame.pts < current_->begin && track != leading_ ? nullptr : current_.get();
  }
  std::vector<bool>& waited_for = previous_->waited_for;
  if (waited_for[track] && frame.pts < previous_->cut) return previous_.get();
  waited_for[track] = false;
  const bool too_late = track == leading_ && frame.pts >= previous_->cut + kFollowMax;
  if (too_late || std::ranges::find(waited_for, true) == waited_for.end())
    CloseFile(std::move(previous_), false);
  return current_.get();
}

Status Recorder::Write(OpenFile& file, size_t track, const media::Frame& frame) {
  const MediaTime lead = file.file.container == Container::kMp4 ? kLead : MediaTime(0);
  if (Status written = file.writer->Write(track, frame, lead - file.base); !written) return written;
  written_[frame.track] = frame.dts;
  file.end = std::max(file.end, frame.pts + frame.duration);
  if (frame.dts - file.flushed < kFlushEvery) return {};
  file.flushed = frame.dts;
  return file.writer->Flush();
}

void Recorder::CloseFile(std::unique_ptr<OpenFile> file, bool last) {
  // Where this fails, what was flushed before is there.
  (void)file->writer->Flush();
  file->file.duration = MillisOf(file->end - file->begin);
  file->file.last = last;
  closed_bytes_ += file->writer->bytes();
  closed_time_ += file->end - file->begin;
  // Where this fails, only the info file is less exact after a crash.
  (void)stream::ReplaceFile(file->journal, EncodeFile(file->file));
  on_closed_(std::move(file->file), std::move(file->journal));
}

}  // namespace weir::record
