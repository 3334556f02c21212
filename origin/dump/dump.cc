#include "origin/dump/dump.h"

#include <atomic>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "protocols/hls/naming.h"

namespace weir::dump {
namespace {

using hls::FileName;

/// What a segment takes besides its bytes while it waits.
constexpr size_t kOverhead = 1024;
constexpr std::string_view kEnding = ".m3u8";

}  // namespace

/// What the worker has of it.
class Dump::Writing {
 public:
  Writing(Setup setup, Listener listener)
      : files_(setup.spec, setup.stream, std::move(setup.disk), std::move(setup.utc)),
        listener_(std::move(listener)) {}

  void Open() {
    Status opened = files_.Open();
    listener_.opened(opened);
    if (!opened) End(opened.error());
  }

  void Do(size_t bytes, const std::function<Status(DumpFiles&)>& work) {
    queued -= bytes;
    if (ended_) return;
    if (Status worked = work(files_); !worked) End(worked.error());
  }

  void End(std::optional<Error> error) {
    if (std::exchange(ended_, true)) return;
    TellEnding(error);
    listener_.done(files_.End(error.has_value()));
  }

  /// On the loop as well.
  void TellEnding(std::optional<Error> error) {
    if (!told_.exchange(true)) listener_.ending(std::move(error));
  }

  std::atomic<size_t> queued{0};

 private:
  DumpFiles files_;
  const Listener listener_;
  bool ended_ = false;
  std::atomic<bool> told_{false};
};

Dump::Dump(Setup setup, Executor& worker, Listener listener)
    : key_(hls::ChunklistKey(setup.stream.text())),
      playlists_(setup.spec.playlists),
      queue_bytes_(setup.queue_bytes),
      segments_max_(setup.segments_max),
      worker_(worker),
      writing_(std::make_shared<Writing>(std::move(setup), std::move(listener))) {
  worker_.Post([writing = writing_] { writing->Open(); });
}

Dump::~Dump() {
  Stop();
}

void Dump::OnRunOpened(const hls::RunOpened& opened) {
  if (over_) return;
  held_.OnRunOpened(opened);
  if (!begun_) return;
  PutInits();
  PutMasters();
}

void Dump::OnSegment(const hls::SegmentClosed& segment) {
  if (over_) return;
  if (begun_) return PutSegment(segment);
  held_.OnSegment(segment);
  TryBegin();
}

void Dump::TryBegin() {
  const std::optional<int64_t> first = held_.NewestInAll();
  if (!first) return;
  begun_ = true;
  PutInits();
  for (const hls::SegmentClosed& segment : held_.All())
    if (segment.number >= *first) PutSegment(segment);
  PutMasters();
}

void Dump::PutInits() {
  const hls::RunOpened& run = *held_.run();
  for (const auto& [track, media] : run.inits) {
    const FileName name{.type = FileName::Type::kInit,
                        .track = track,
                        .kind = run.tracks->Find(track)->kind(),
                        .key = run.tracks->run->id};
    Work(media->bytes.size(), [file = DumpedFile{.name = name.text(), .bytes = media->bytes}](
                                  DumpFiles& files) { return files.PutInit(file); });
  }
}

void Dump::PutMasters() {
  const hls::Multivariants& all = *held_.run()->multivariants;
  for (const std::string& name : playlists_) {
    const std::string_view text(name);
    const auto found = text.ends_with(kEnding)
                           ? all.find(text.substr(0, text.size() - kEnding.size()))
                           : all.end();
    if (found == all.end()) {
      return Finish(Error{
          .code = ErrorCode::kNotFound,
          .detail = fmt::format("Could not dump master playlist: the stream has no {}", name)});
    }
    const SharedBytes& bytes = found->second.usual->bytes;
    Work(bytes.size(), [file = DumpedFile{.name = name, .bytes = bytes}](DumpFiles& files) {
      return files.PutMaster(file);
    });
  }
}

void Dump::PutSegment(const hls::SegmentClosed& segment) {
  const auto newest = dumped_.find(segment.track);
  // The newest one may be told again, with ended playlists.
  if (newest != dumped_.end() && segment.number <= newest->second) return;
  const media::TrackList& tracks = *held_.run()->tracks;
  const media::Track* const track = tracks.Find(segment.track);
  if (track == nullptr) return;
  if (++segments_ > segments_max_) {
    return Finish(Error{.code = ErrorCode::kLimitExceeded,
                        .detail = fmt::format("it has {} segments", segments_max_)});
  }
  dumped_[segment.track] = segment.number;
  const FileName list{.type = FileName::Type::kChunklist,
                      .track = segment.track,
                      .kind = track->kind(),
                      .key = key_};
  DumpedSegment dumped{.list = list.text(),
                       .number = segment.number,
                       .target = tracks.run->target_duration,
                       .entry = segment.entry};
  if (segment.media != nullptr) dumped.bytes = segment.media->bytes;
  const size_t size = dumped.bytes.size() + kOverhead;
  Work(size, [dumped = std::move(dumped)](DumpFiles& files) { return files.PutSegment(dumped); });
}

void Dump::Work(size_t bytes, std::function<Status(DumpFiles&)> work) {
  if (over_) return;
  if (writing_->queued + bytes > queue_bytes_) {
    return Finish(Error{.code = ErrorCode::kUnavailable, .detail = "the disk is too slow"});
  }
  writing_->queued += bytes;
  worker_.Post([writing = writing_, bytes, work = std::move(work)] { writing->Do(bytes, work); });
}

void Dump::Finish(std::optional<Error> error) {
  if (std::exchange(over_, true)) return;
  writing_->TellEnding(error);
  worker_.Post([writing = writing_, error = std::move(error)] { writing->End(error); });
}

}  // namespace weir::dump
