#include "origin/push/pushes.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/log.h"

namespace weir::push {
namespace {

constexpr std::chrono::seconds kCountEvery{1};

}  // namespace

Pushes::Pushes(Context context)
    : context_(std::move(context)),
      alive_(std::make_shared<const bool>(true)),
      timer_(context_.control, [this] { Count(); }) {
  timer_.Start(kCountEvery);
}

Pushes::~Pushes() = default;

void Pushes::Add(const Spec& spec, state::Answer<void> answer) {
  if (mapped_.contains(spec.key()))
    return answer(Fail(ErrorCode::kConflict, "a push of the stream map has that id"));
  book_->Add(spec.key(), EncodeSpec(spec), EncodeProgress({}), std::move(answer));
}

void Pushes::Remove(const tasks::TaskKey& key, state::Answer<Shown> answer) {
  if (const auto mapped = mapped_.find(key); mapped != mapped_.end()) {
    Shown shown{.spec = mapped->second.spec, .progress = mapped->second.progress};
    End(mapped_, key);
    return answer(std::move(shown));
  }
  book_->Remove(key, [this, answer = std::move(answer)](const Result<tasks::Task>& task) {
    if (!task) return answer(tl::unexpected(task.error()));
    answer(ShowTask(*task));
  });
}

std::vector<Pushes::Shown> Pushes::List(std::string_view vhost, std::string_view app) const {
  std::vector<Shown> all;
  for (const tasks::Task& task : book_->List(vhost, app))
    all.push_back(ShowTask(task));
  for (const auto& [key, running] : mapped_) {
    if (key.vhost == vhost && key.app == app)
      all.push_back({.spec = running.spec, .progress = running.progress});
  }
  std::sort(all.begin(), all.end(),
            [](const Shown& a, const Shown& b) { return a.spec.id < b.spec.id; });
  return all;
}

void Pushes::AddMapped(const Spec& spec) {
  Begin(mapped_, spec, {});
}

void Pushes::RemoveMapped(const tasks::TaskKey& key) {
  End(mapped_, key);
}

bool Pushes::Has(const tasks::TaskKey& key) const {
  return mapped_.contains(key) || book_->Find(key) != nullptr;
}

bool Pushes::Wants(const tasks::Task& task) {
  const auto spec = DecodeSpec(task.key, task.spec);
  return spec && static_cast<bool>(context_.streams.Find(spec->stream)) &&
         context_.options(task.key.vhost, task.key.app).has_value();
}

void Pushes::Start(const tasks::Task& task) {
  const auto spec = DecodeSpec(task.key, task.spec);
  if (spec) Begin(kept_, *spec, DecodeProgress(task.progress));
}

void Pushes::Stop(const tasks::TaskKey& key, tasks::StopReason reason) {
  const auto found = kept_.find(key);
  if (found == kept_.end()) return;
  Progress progress = found->second.progress;
  End(kept_, key);
  if (reason != tasks::StopReason::kUnwanted && reason != tasks::StopReason::kClosing) return;
  progress.state = State::kReady;
  progress.reason.clear();
  book_->Update(key, EncodeProgress(progress), tasks::TaskBook::Haste::kNow);
}

void Pushes::Begin(Runs& runs, const Spec& spec, const Progress& before) {
  auto destination = ReadDestination(spec.protocol, spec.url, spec.stream_key);
  const auto options = context_.options(spec.stream.vhost, spec.stream.app);
  if (!destination || !options) return;
  net::EventLoop& loop = LoopFor(*destination);
  const tasks::TaskKey key = spec.key();
  Running& running = runs[key];
  running.spec = spec;
  running.before = running.progress = before;
  running.run = std::make_unique<RemoteRun>(
      loop, context_.control,
      RunContext{.sender = {.loop = loop, .tls = context_.tls, .random = context_.random},
                 .streams = context_.streams,
                 .utc = context_.utc,
                 .random = context_.chance},
      Order{.id = spec.id,
            .stream = spec.stream,
            .tracks = spec.tracks,
            .names = options->names,
            .destination = *std::move(destination),
            .patience = options->patience},
      before, [this, key](const Progress& progress) { OnProgress(key, progress); });
}

void Pushes::End(Runs& runs, const tasks::TaskKey& key) {
  const auto found = runs.find(key);
  if (found == runs.end()) return;
  AddTo(ended_, found->second);
  leaving_.push_back(std::move(found->second.run));
  runs.erase(found);
  const auto place = std::prev(leaving_.end());
  (*place)->Stop([this, place, alive = std::weak_ptr(alive_)] {
    if (alive.lock() != nullptr) leaving_.erase(place);
  });
}

void Pushes::OnProgress(const tasks::TaskKey& key, const Progress& progress) {
  if (const auto mapped = mapped_.find(key); mapped != mapped_.end())
    mapped->second.progress = progress;
  const auto kept = kept_.find(key);
  if (kept == kept_.end()) return;
  const bool changed = kept->second.progress.state != progress.state;
  kept->second.progress = progress;
  book_->Update(key, EncodeProgress(progress),
                changed ? tasks::TaskBook::Haste::kNow : tasks::TaskBook::Haste::kLater);
}

void Pushes::AddTo(Sums& sums, const Running& running) {
  const Progress& now = running.progress;
  sums.bytes += now.total_sent_bytes - running.before.total_sent_bytes;
  sums.frames_dropped += now.frames_dropped - running.before.frames_dropped;
  sums.failures += now.failures - running.before.failures;
}

void Pushes::Count() {
  timer_.Start(kCountEvery);
  Sums sums = ended_;
  for (const Runs* runs : {&kept_, &mapped_}) {
    sums.runs += runs->size();
    for (const auto& [key, running] : *runs) {
      AddTo(sums, running);
      if (running.progress.state == State::kPushing) ++sums.pushing;
    }
  }
  counted_.With([&](Sums& shared) { shared = sums; });
}

std::vector<service::Measure> Pushes::Measures() const {
  using Kind = service::Measure::Kind;
  const Sums sums = counted_.With([](const Sums& shared) { return shared; });
  return {
      {"weir_push_tasks", "Pushes whose stream is here.", Kind::kGauge,
       static_cast<double>(sums.runs)},
      {"weir_push_connected", "Those of them that are connected.", Kind::kGauge,
       static_cast<double>(sums.pushing)},
      {"weir_push_bytes_sent_total", "Bytes of media sent to other servers.", Kind::kCounter,
       static_cast<double>(sums.bytes)},
      {"weir_push_frames_dropped_total", "Frames that slow servers did not get.", Kind::kCounter,
       static_cast<double>(sums.frames_dropped)},
      {"weir_push_failures_total", "Attempts to push that failed.", Kind::kCounter,
       static_cast<double>(sums.failures)},
  };
}

net::EventLoop& Pushes::LoopFor(const Destination& destination) {
  if (std::holds_alternative<srt::CallerOptions>(destination.where)) return context_.srt_loop();
  return context_.loops.at(next_loop_++ % context_.loops.size());
}

/// A task that nobody runs waits, whatever it last did.
Pushes::Shown Pushes::ShowTask(const tasks::Task& task) const {
  Shown shown;
  if (auto spec = DecodeSpec(task.key, task.spec)) shown.spec = *std::move(spec);
  shown.progress = DecodeProgress(task.progress);
  const bool elsewhere = !task.node.empty() && task.node != context_.node;
  if (!elsewhere && !book_->RunsHere(task.key)) {
    shown.progress.state = State::kReady;
    shown.progress.reason.clear();
  }
  return shown;
}

}  // namespace weir::push
