#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <vector>

#include "bench/load/commands.h"
#include "bench/load/publisher.h"
#include "bench/load/settings.h"
#include "net/timer.h"

namespace weir::load {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kTick{2};
constexpr size_t kConnectAtOnce = 10;  // per tick

void PrintTime(uint64_t index, Clock::time_point now) {
  fmt::print("frame {} {}\n", index, now.time_since_epoch() / std::chrono::nanoseconds(1));
  (void)std::fflush(stdout);
}

/// All the publishers, and the clock that drives them.
class Crowd {
 public:
  Crowd(net::EventLoop& loop, const Recording& recording, const Settings& settings)
      : loop_(loop),
        recording_(recording),
        to_(GetAddress(settings, "to")),
        copies_(static_cast<size_t>(GetNumber(settings, "copies"))),
        times_(settings.contains("times")),
        end_(Clock::now() + seconds(GetNumber(settings, "seconds"))),
        timer_(loop, [this] { Tick(); }) {
    timer_.Start(kTick);
  }

 private:
  void Tick() {
    const Clock::time_point now = Clock::now();
    if (now > end_) return loop_.Stop();
    for (size_t i = 0; i < kConnectAtOnce && publishers_.size() < copies_; ++i)
      Add();
    for (const auto& publisher : publishers_)
      publisher->Tick(now);
    if (!told_ && publishers_.size() == copies_ &&
        std::all_of(publishers_.begin(), publishers_.end(),
                    [](const auto& publisher) { return publisher->publishing(); })) {
      told_ = true;
      fmt::print("all publishing\n");
      (void)std::fflush(stdout);
    }
    timer_.Start(kTick);
  }

  void Add() {
    const size_t index = publishers_.size();
    // Spread over a second, so that key frames do not come all at once.
    const auto delay = milliseconds(times_ ? 0 : 1000 * index / copies_);
    publishers_.push_back(std::make_unique<Publisher>(
        loop_, recording_, to_.host, to_.port, fmt::format("copy{}", index), delay,
        times_ ? Publisher::OnVideo(PrintTime) : Publisher::OnVideo()));
  }

  net::EventLoop& loop_;
  const Recording& recording_;
  const Address to_;
  const size_t copies_;
  const bool times_;
  const Clock::time_point end_;
  bool told_ = false;
  std::vector<std::unique_ptr<Publisher>> publishers_;
  net::Timer timer_;
};

}  // namespace

int RunPublish(const Settings& settings) {
  const Result<Recording> recording = LoadRecording(Get(settings, "file"), 1);
  if (!recording) {
    fmt::print(stderr, "weir-load: {}\n", recording.error().detail);
    return 1;
  }
  net::EventLoop loop;
  const Crowd crowd(loop, *recording, settings);
  loop.Run();
  return 0;
}

}  // namespace weir::load
