#include "origin/publish/publications.h"

#include <atomic>
#include <chrono>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/log.h"
#include "crypto/random.h"
#include "net/timer.h"
#include "origin/publish/ingest_events.h"
#include "origin/publish/track_meter.h"
#include "service/letters.h"
#include "stream/ingest_pipeline.h"
#include "stream/stream.h"

namespace weir::origin {
namespace {

constexpr auto kCountEvery = std::chrono::seconds(1);

/// Kept behind what a playlist lists: edges answer for the playlists of the last three target
/// durations, and one that joins must list in them what the others do.
constexpr int kSegmentsBehind = 3;
constexpr size_t kBacklogBytes = size_t{256} << 20;

UtcTime UtcNow() {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

}  // namespace

/// The gate of one loop, and the publications that live there.
class Publications::Gate final : public service::PublishGate {
 public:
  Gate(size_t index, net::EventLoop& loop, const service::HostBook& book,
       stream::Registry& registry, stream::RunLedger& ledger, LiveStreams& live);

  void Open(const service::PublishRequest& request, Answer answer) override;

  void Drain();

  /// Ends those of one application.
  void EndApplication(const std::string& vhost, const std::string& app, const Error& reason);

  /// Ends the one of that LiveStream::Identity.
  void End(const std::string& id, const Error& reason);

  Totals totals() {
    return totals_.With([](const Totals& totals) { return totals; });
  }

  void Remove(OnePublication& publication) { publications_.erase(&publication); }

  stream::Registry& registry() { return registry_; }

  LiveStreams& live() { return live_; }

 private:
  Result<std::unique_ptr<service::Publication>> Admit(const service::PublishRequest& request);
  void Count();

  const size_t index_;
  net::EventLoop& loop_;
  const service::HostBook& book_;
  stream::Registry& registry_;
  stream::RunLedger& ledger_;
  LiveStreams& live_;
  bool draining_ = false;
  std::set<OnePublication*> publications_;  // each removes itself in its destructor
  Guarded<Totals> totals_;                  // written once a second by Count, read by any thread
  net::Timer timer_;
};

/// One publisher's stream, from the pipeline that repairs it to those who subscribe.
class Publications::OnePublication final : public service::Publication {
 public:
  OnePublication(Gate& gate, net::EventLoop& loop, const service::HostBook& book,
                 const stream::StreamPath& path, const stream::IngestOptions& options,
                 stream::RunLedger& ledger)
      : gate_(gate),
        loop_(loop),
        events_(book, path, loop.now()),
        stream_(path, loop,
                {.segments = options.segment_count + kSegmentsBehind, .bytes = kBacklogBytes}),
        meter_(stream_),
        pipeline_(options, {.utc = UtcNow, .random = crypto::RandomU64, .ledger = ledger}, path,
                  meter_) {
    stream_.SetWayIn(&pipeline_);
  }

  ~OnePublication() override {
    stream_.SetWayIn(nullptr);
    if (!ended_) OnEnd(media::EndReason::kLost);
    Free();
    gate_.Remove(*this);
  }

  OnePublication(const OnePublication&) = delete;
  OnePublication& operator=(const OnePublication&) = delete;

  const stream::StreamPath& path() const override { return stream_.path(); }

  void OnTracks(std::shared_ptr<const media::TrackList> tracks) override {
    if (!ended_) pipeline_.OnTracks(std::move(tracks));
  }

  void OnFrame(std::shared_ptr<const media::Frame> frame) override {
    if (!ended_) pipeline_.OnFrame(std::move(frame));
  }

  void OnEvent(std::shared_ptr<const media::Event> event) override {
    if (!ended_ && events_.Take(*event, loop_.now(), UtcNow())) pipeline_.OnEvent(std::move(event));
  }

  void OnGap() override {
    if (!ended_) pipeline_.OnGap();
  }

  void OnEnd(media::EndReason reason) override {
    if (std::exchange(ended_, true)) return;
    pipeline_.OnEnd(reason);
    if (announced_) log::Info("origin", stream_.path().text(), "ended: {}", NameOf(reason));
  }

  void OnStop(std::function<void(Error)> end) override { end_ = std::move(end); }

  /// The name is ours: from here on its coming and going is told.
  void Announce(const service::PublishRequest& request, size_t loop) {
    announced_ = true;
    log::Info("origin", stream_.path().text(), "published by {} over {}", request.peer,
              request.protocol);
    live_ = std::make_shared<LiveStream>(LiveStream::Identity{.id = request.id,
                                                              .path = stream_.path(),
                                                              .protocol = request.protocol,
                                                              .url = request.url,
                                                              .peer = request.peer,
                                                              .secure = request.secure,
                                                              .created = UtcNow(),
                                                              .loop = loop});
    gate_.live().Add(live_);
  }

  /// To be called about once a second.
  void Look(Clock::time_point now) {
    const uint64_t bytes = pipeline_.stats().bytes_in;
    if (bytes != bytes_looked_at_) last_received_ = UtcNow();
    bytes_looked_at_ = bytes;
    live_->Update({.tracks = meter_.tracks(),
                   .figures = meter_.Look(now),
                   .bytes = bytes,
                   .last_received = last_received_});
  }

  const LiveStream& live() const { return *live_; }

  /// Perhaps the end of this.
  void Stop(const Error& reason) {
    if (end_) std::exchange(end_, nullptr)(reason);
  }

  /// Here and now, whenever the publisher goes: the name is free for the next one. Perhaps the end
  /// of this.
  void End(const Error& reason) {
    OnEnd(media::EndReason::kStopped);
    Free();
    Stop(reason);
  }

  const stream::Stream& stream() const { return stream_; }

  const stream::IngestPipeline& pipeline() const { return pipeline_; }

 private:
  /// The name is the next one's.
  void Free() {
    // Before another loop can take the name, so that its end is told before the next one's start.
    if (live_ != nullptr) gate_.live().Remove(live_);
    gate_.registry().Release(stream_.path(), stream_.ref());
  }

  Gate& gate_;
  net::EventLoop& loop_;
  IngestEvents events_;
  bool announced_ = false;
  bool ended_ = false;
  std::function<void(Error)> end_;
  std::shared_ptr<LiveStream> live_;  // shared with those who look at it; null until announced
  uint64_t bytes_looked_at_ = 0;
  UtcTime last_received_{};
  stream::Stream stream_;
  TrackMeter meter_;
  stream::IngestPipeline pipeline_;
};

Publications::Gate::Gate(size_t index, net::EventLoop& loop, const service::HostBook& book,
                         stream::Registry& registry, stream::RunLedger& ledger, LiveStreams& live)
    : index_(index),
      loop_(loop),
      book_(book),
      registry_(registry),
      ledger_(ledger),
      live_(live),
      timer_(loop, [this] { Count(); }) {
  timer_.Start(kCountEvery);
}

void Publications::Gate::Open(const service::PublishRequest& request, Answer answer) {
  answer(Admit(request));
}

Result<std::unique_ptr<service::Publication>> Publications::Gate::Admit(
    const service::PublishRequest& request) {
  if (draining_) return Fail(ErrorCode::kUnavailable, "the server is going down");
  const std::shared_ptr<const service::HostsInForce> now = book_.Now();
  const service::VirtualHost* vhost = service::HostOf(request, now->hosts);
  if (vhost == nullptr) {
    return Fail(ErrorCode::kNotFound,
                fmt::format("no virtual host serves '{}'", request.host + request.vhost));
  }
  const service::Application* application = vhost->FindApplication(request.app);
  if (application == nullptr ||
      application->Provider(service::UpperCase(request.protocol)) == nullptr) {
    return Fail(ErrorCode::kNotFound,
                fmt::format("no application '{}' that takes {} in", request.app, request.protocol));
  }
  const stream::StreamPath path{.vhost = vhost->name, .app = request.app, .name = request.stream};
  const auto rules = now->ingest.find({vhost->name, application->name});
  auto publication = std::make_unique<OnePublication>(
      *this, loop_, book_, path,
      rules == now->ingest.end() ? stream::IngestOptions{} : rules->second, ledger_);
  if (Status claimed = registry_.Claim(path, publication->stream().ref()); !claimed) {
    return tl::unexpected(claimed.error());
  }
  publications_.insert(publication.get());
  publication->Announce(request, index_);
  return publication;
}

void Publications::Gate::Count() {
  Totals totals;
  for (OnePublication* publication : publications_) {
    publication->Look(loop_.now());
    const stream::Stream::Stats stream = publication->stream().stats();
    const stream::IngestPipeline::Stats& pipeline = publication->pipeline().stats();
    ++totals.streams;
    totals.backlog_bytes += stream.backlog_bytes;
    totals.frames += stream.frames;
    totals.bytes += stream.bytes;
    totals.frames_unplayable += pipeline.frames_unplayable;
    totals.jumps += pipeline.jumps;
    totals.marks_forced += pipeline.marks_forced;
  }
  totals_.With([&](Totals& shared) { shared = totals; });
  timer_.Start(kCountEvery);
}

void Publications::Gate::Drain() {
  draining_ = true;
  // Stopping one may destroy it, and so take it out of the set.
  const std::vector<OnePublication*> all(publications_.begin(), publications_.end());
  for (OnePublication* publication : all) {
    if (publications_.contains(publication)) {
      publication->Stop({.code = ErrorCode::kEnded, .detail = "the server is going down"});
    }
  }
}

void Publications::Gate::EndApplication(const std::string& vhost, const std::string& app,
                                        const Error& reason) {
  const std::vector<OnePublication*> all(publications_.begin(), publications_.end());
  for (OnePublication* publication : all) {
    if (!publications_.contains(publication)) continue;  // gone with one before it
    const stream::StreamPath& path = publication->stream().path();
    if (path.vhost == vhost && path.app == app) publication->End(reason);
  }
}

void Publications::Gate::End(const std::string& id, const Error& reason) {
  for (OnePublication* publication : publications_) {
    if (publication->live().identity().id == id) return publication->End(reason);
  }
}

Publications::Publications(net::LoopGroup& loops, const service::HostBook& book,
                           stream::Registry& registry, stream::RunLedger& ledger, LiveStreams& live)
    : loops_(loops) {
  for (size_t i = 0; i < loops.size(); ++i)
    gates_.push_back(std::make_unique<Gate>(i, loops.at(i), book, registry, ledger, live));
}

Publications::~Publications() = default;

void Publications::EndApplication(const std::string& vhost, const std::string& app,
                                  const Error& reason, std::function<void()> done) {
  OnEveryLoop([vhost, app, reason](Gate& gate) { gate.EndApplication(vhost, app, reason); },
              std::move(done));
}

void Publications::End(const LiveStream& stream, const Error& reason) {
  const size_t loop = stream.identity().loop;
  loops_.at(loop).Post(
      [this, loop, id = stream.identity().id, reason] { gates_[loop]->End(id, reason); });
}

/// `done` is called on the last loop to have done it.
void Publications::OnEveryLoop(const std::function<void(Gate&)>& act, std::function<void()> done) {
  auto left = std::make_shared<std::atomic<size_t>>(gates_.size());  // shared by the loops
  for (size_t i = 0; i < gates_.size(); ++i) {
    loops_.at(i).Post([this, i, left, act, done] {
      act(*gates_[i]);
      if (left->fetch_sub(1) == 1) done();
    });
  }
}

service::PublishGate& Publications::gate(size_t loop) {
  return *gates_.at(loop);
}

Publications::Totals Publications::totals() {
  Totals sum;
  for (const auto& gate : gates_) {
    const Totals totals = gate->totals();
    sum.streams += totals.streams;
    sum.backlog_bytes += totals.backlog_bytes;
    sum.frames += totals.frames;
    sum.bytes += totals.bytes;
    sum.frames_unplayable += totals.frames_unplayable;
    sum.jumps += totals.jumps;
    sum.marks_forced += totals.marks_forced;
  }
  return sum;
}

void Publications::Drain(std::function<void()> done) {
  OnEveryLoop([](Gate& gate) { gate.Drain(); }, std::move(done));
}

}  // namespace weir::origin
