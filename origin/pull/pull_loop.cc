#include "origin/pull/pull_loop.h"

#include <cmath>
#include <string>
#include <utility>

#include "crypto/random.h"
#include "http/date.h"
#include "net/timer.h"
#include "origin/pull/pull.h"
#include "stream/subscription.h"

namespace weir::pull {

/// A pull with its alarm.
class PullLoop::Running final : public Pull::Host {
 public:
  Running(PullLoop& owner, uint64_t id, const stream::StreamPath& path, const Plan& plan)
      : owner_(owner),
        id_(id),
        path_(path),
        alarm_(in().loop, [this] { OnAlarm(); }),
        pull_(path, plan, owner.links_, in().gate, *this) {}

  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  void End() { pull_.End(); }

  // Pull::Host
  Clock::time_point now() const override { return in().loop.now(); }

  UtcTime utc() const override { return http::SystemUtc(); }

  void SetAlarm(Clock::time_point due) override { alarm_.StartAt(due); }

  double Random() override {
    constexpr int kMantissa = 53;
    return std::ldexp(crypto::RandomU64() >> (64 - kMantissa), -kMantissa);
  }

  size_t Takers() override {
    const stream::StreamRef stream = in().streams.Find(path_);
    return stream ? stream::SubscribersOf(stream) : 0;
  }

  relay::StreamStats Audience() override { return in().audience(path_); }

  std::string OwnRun() override {
    const origin::LiveStreamPtr stream = in().live.Find(path_);
    if (stream == nullptr) return {};
    const auto tracks = stream->state().tracks;
    return tracks != nullptr && tracks->run ? tracks->run->id : std::string();
  }

  void OnLive() override { in().tell(id_, std::nullopt); }

  void OnOver(const Error& reason) override {
    over_ = true;
    in().tell(id_, reason);
    alarm_.StartAt(now());  // to be dropped from a turn of its own
  }

 private:
  const Surroundings& in() const { return owner_.in_; }

  void OnAlarm() {
    if (!over_) pull_.OnAlarm();
    if (over_) owner_.pulls_.erase(uint64_t{id_});  // the last line: it destroys this
  }

  PullLoop& owner_;
  const uint64_t id_;
  const stream::StreamPath path_;
  bool over_ = false;
  net::Timer alarm_;
  Pull pull_;
};

PullLoop::PullLoop(Surroundings surroundings)
    : in_(std::move(surroundings)), links_(in_.loop, in_.options, in_.tls, nullptr) {}

PullLoop::~PullLoop() = default;

void PullLoop::Start(uint64_t id, const stream::StreamPath& path, const Plan& plan) {
  pulls_.emplace(id, std::make_unique<Running>(*this, id, path, plan));
}

void PullLoop::End(uint64_t id) {
  const auto found = pulls_.find(id);
  if (found == pulls_.end()) return;
  found->second->End();
  pulls_.erase(found);
}

}  // namespace weir::pull
