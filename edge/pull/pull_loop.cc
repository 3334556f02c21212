#include "edge/pull/pull_loop.h"

#include <deque>
#include <utility>

#include "net/timer.h"

namespace weir::edge {
namespace {

void Tell(PullLoop::Asker asker, Result<stream::StreamRef> result) {
  asker.loop.Post(
      [answer = std::move(asker.answer), result = std::move(result)] { answer(result); });
}

}  // namespace

/// A pulled stream, its alarm and who waits for it.
class PullLoop::Pull final : public PulledStream::Host {
 public:
  Pull(PullLoop& owner, const stream::StreamPath& path, const PullPlan& plan)
      : owner_(owner),
        path_(path),
        alarm_(owner.loop_, [this] { OnAlarm(); }),
        patience_(owner.loop_, [this] { OnPatience(); }),
        stream_(path, plan,
                {.home = owner.loop_,
                 .links = owner.links_,
                 .registry = owner.registry_,
                 .options = owner.options_,
                 .observer = owner.observer_},
                *this) {}

  ~Pull() override { AnswerAll(Fail(ErrorCode::kUnavailable, "the stream was let go")); }

  Pull(const Pull&) = delete;
  Pull& operator=(const Pull&) = delete;

  void Ask(Asker asker) {
    stream_.Touch();
    if (const stream::StreamRef stream = stream_.ref()) {
      Tell(std::move(asker), stream);
    } else if (askers_.size() >= owner_.options_.askers_max) {
      Tell(std::move(asker), Fail(ErrorCode::kLimitExceeded, "too many wait for this stream"));
    } else {
      askers_.push_back(
          {.asker = std::move(asker), .until = now() + owner_.options_.answer_patience});
      if (!patience_.active()) patience_.StartAt(askers_.front().until);
    }
  }

  void Touch() { stream_.Touch(); }

  bool gone() const { return stream_.gone(); }

  // PulledStream::Host
  Clock::time_point now() const override { return owner_.loop_.now(); }

  void SetAlarm(Clock::time_point due) override { alarm_.StartAt(due); }

  double Random() override { return std::uniform_real_distribution<double>(0, 1)(owner_.random_); }

  void OnLive(const stream::StreamRef& stream) override { AnswerAll(stream); }

  void OnFailed(const Error& reason) override {
    AnswerAll(tl::unexpected(reason));
    alarm_.StartAt(now());  // to be dropped from a turn of its own
  }

 private:
  struct Waiting {
    Asker asker;
    Clock::time_point until;
  };

  void OnAlarm() {
    if (!stream_.gone()) stream_.OnAlarm();
    if (stream_.gone()) owner_.Drop(stream::StreamPath(path_));  // the last line: it destroys this
  }

  void OnPatience() {
    while (!askers_.empty() && askers_.front().until <= now()) {
      Tell(std::move(askers_.front().asker),
           Fail(ErrorCode::kUnavailable, "the stream did not come in time"));
      askers_.pop_front();
    }
    if (!askers_.empty()) patience_.StartAt(askers_.front().until);
  }

  void AnswerAll(const Result<stream::StreamRef>& result) {
    for (Waiting& waiting : std::exchange(askers_, {}))
      Tell(std::move(waiting.asker), result);
    patience_.Stop();
  }

  PullLoop& owner_;
  const stream::StreamPath path_;
  std::deque<Waiting> askers_;
  net::Timer alarm_;
  net::Timer patience_;
  PulledStream stream_;
};

PullLoop::PullLoop(net::EventLoop& loop, stream::Registry& registry, const PullerOptions& options,
                   PullObserver& observer)
    : loop_(loop),
      registry_(registry),
      options_(options),
      observer_(observer),
      random_(std::random_device{}()),
      links_(loop, options.relay, options.tls, options.viewers) {}

PullLoop::~PullLoop() = default;

void PullLoop::Acquire(const stream::StreamPath& path, const PullPlan& plan, Asker asker) {
  const auto found = pulls_.find(path);
  if (found != pulls_.end() && !found->second->gone()) {
    found->second->Ask(std::move(asker));
    return;
  }
  Drop(path);
  if (plan.urls.empty()) {
    Tell(std::move(asker), Fail(ErrorCode::kNotFound, "no origin is named for this stream"));
    return;
  }
  if (pulls_.size() >= options_.streams_max) {
    Tell(std::move(asker), Fail(ErrorCode::kLimitExceeded, "too many streams are pulled"));
    return;
  }
  pulls_.emplace(path, std::make_unique<Pull>(*this, path, plan))
      .first->second->Ask(std::move(asker));
}

void PullLoop::Drop(const stream::StreamPath& path) {
  pulls_.erase(path);
}

void PullLoop::Touch(const stream::StreamPath& path) {
  const auto found = pulls_.find(path);
  if (found != pulls_.end()) found->second->Touch();
}

}  // namespace weir::edge
