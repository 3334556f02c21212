#include "origin/record/recording.h"

#include <utility>

#include <fmt/format.h>

#include "base/log.h"

namespace weir::record {
namespace {

/// What a frame takes besides its payload.
constexpr size_t kFrameOverhead = 256;

}  // namespace

Recording::Recording(net::EventLoop& loop, FinishQueue& finishing, RecorderSetup setup,
                     Options options, std::function<void()> on_changed)
    : loop_(loop),
      options_(std::move(options)),
      on_changed_(std::move(on_changed)),
      name_(fmt::format("{}/{}/{}", setup.vhost, setup.app, setup.spec.stream)),
      ends_with_stream_(setup.spec.from_config),
      backoff_({.first = std::chrono::seconds(2), .least = std::chrono::seconds(1)},
               options_.random),
      shared_(std::make_shared<Shared>()),
      alive_(std::make_shared<const bool>(true)),
      recorder_(std::move(setup), [&finishing](RecordedFile file, std::string journal) {
        finishing.Add(std::move(file), std::move(journal));
      }) {
  shared_->progress.With([&](RecorderProgress& progress) { progress = recorder_.progress(); });
}

Recording::~Recording() = default;

void Recording::Follow(const stream::StreamRef& stream) {
  if (subscription_ != nullptr || !stream || stream == stream_) return;
  stream_ = stream;
  Work([](Recorder& recorder) {
    recorder.OnNewStream();
    return weir::Status();
  });
  subscription_ =
      stream::Subscribe(stream, loop_, {.kind = stream::StartAt::Kind::kSegmentsBack}, *this);
}

void Recording::Look(Clock::time_point now) {
  if (!error_) return;
  if (retry_at_ == Clock::time_point()) retry_at_ = now + backoff_.Next();
  if (now < retry_at_) return;
  retry_at_ = {};
  error_.reset();
  Work([](Recorder& recorder) {
    recorder.Resume();
    return weir::Status();
  });
}

Recording::Status Recording::status() const {
  Status status{.progress = shared_->progress.With([](const RecorderProgress& p) { return p; })};
  if (error_) {
    status.state = State::kError;
    status.reason = error_->detail;
  } else if (status.progress.open) {
    status.state = State::kRecording;
  }
  return status;
}

void Recording::End(bool last, std::function<void()> done) {
  subscription_.reset();
  Work(
      [last](Recorder& recorder) {
        recorder.Close(last);
        return weir::Status();
      },
      std::move(done));
}

void Recording::OnTracks(std::shared_ptr<const media::TrackList> tracks) {
  Work([tracks = std::move(tracks)](Recorder& recorder) { return recorder.OnTracks(*tracks); });
}

void Recording::OnFrame(std::shared_ptr<const media::Frame> frame) {
  if (error_) return;
  const size_t size = frame->payload.size() + kFrameOverhead;
  if (shared_->queued + size > options_.queue_bytes) {
    Work([](Recorder& recorder) {
      recorder.Close(false);
      return weir::Status();
    });
    return OnFailed({.code = ErrorCode::kUnavailable, .detail = "the disk is too slow"});
  }
  shared_->queued += size;
  Work([frame = std::move(frame), size, shared = shared_](Recorder& recorder) {
    shared->queued -= size;
    return recorder.OnFrame(*frame);
  });
}

void Recording::OnEnd(media::EndReason /*reason*/) {
  Work([last = ends_with_stream_](Recorder& recorder) {
    recorder.Close(last);
    return weir::Status();
  });
  loop_.Post([this, alive = std::weak_ptr<const bool>(alive_)] {
    if (!alive.expired()) subscription_.reset();  // Not from inside its own call.
  });
}

void Recording::Work(std::function<weir::Status(Recorder&)> work, std::function<void()> done) {
  worker_.Post([this, work = std::move(work), done = std::move(done),
                alive = std::weak_ptr<const bool>(alive_)] {
    const weir::Status worked = work(recorder_);
    const RecorderProgress progress = recorder_.progress();
    const bool changed = shared_->progress.With([&](RecorderProgress& shared) {
      const bool other = shared.open != progress.open || shared.sequence != progress.sequence;
      shared = progress;
      return other;
    });
    if (worked && !changed && !done) return;
    loop_.Post([this, alive, worked, changed, done] {
      if (alive.expired()) return;
      if (!worked) OnFailed(worked.error());
      if (changed) OnProgress();
      if (done) done();
    });
  });
}

void Recording::OnFailed(const Error& error) {
  if (error_) return;
  error_ = error;
  retry_at_ = {};
  log::Warn("record", name_, "not recorded for now: {}", error.detail);
  on_changed_();
}

void Recording::OnProgress() {
  if (!error_ && status().progress.open) backoff_.Reset();
  on_changed_();
}

}  // namespace weir::record
