#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <numeric>
#include <vector>

#include "bench/load/commands.h"
#include "bench/load/publisher.h"
#include "bench/load/settings.h"
#include "bench/load/watcher.h"
#include "net/timer.h"

namespace weir::load {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kTick{2};
constexpr seconds kSettle{5};  // until the stream has begun and every edge follows it

/// One publisher, many edges, and what lies between them.
class Measurement {
 public:
  Measurement(net::EventLoop& loop, const Recording& recording, const Settings& settings)
      : loop_(loop),
        from_(GetAddress(settings, "from")),
        edges_(GetNumber(settings, "edges")),
        length_(seconds(GetNumber(settings, "seconds"))),
        started_(Clock::now()),
        publisher_(loop, recording, GetAddress(settings, "to").host,
                   GetAddress(settings, "to").port, "one", milliseconds(0),
                   [this](uint64_t /*index*/, Clock::time_point now) { sent_.push_back(now); }),
        timer_(loop, [this] { Tick(); }) {
    timer_.Start(kTick);
  }

  void Print() {
    std::sort(delays_ms_.begin(), delays_ms_.end());
    const auto at = [&](double share) {
      return delays_ms_.empty() ? 0.0
                                : delays_ms_[static_cast<size_t>(
                                      share * static_cast<double>(delays_ms_.size() - 1))];
    };
    fmt::print(
        "result {{\"bytes\":{},\"seconds\":{},\"delay_median_ms\":{},\"delay_p99_ms\":{}}}\n",
        Bytes() - bytes_before_, length_ / seconds(1), at(0.5), at(0.99));
    (void)std::fflush(stdout);
  }

 private:
  void Tick() {
    const Clock::time_point now = Clock::now();
    publisher_.Tick(now);
    if (watchers_.empty() && now > started_ + kSettle) Watch();
    if (!measuring_ && now > started_ + 2 * kSettle) {
      measuring_ = true;
      bytes_before_ = Bytes();
      fmt::print("measuring\n");
      (void)std::fflush(stdout);
    }
    if (now > started_ + 2 * kSettle + length_) return loop_.Stop();
    timer_.Start(kTick);
  }

  void Watch() {
    for (int i = 0; i < edges_; ++i) {
      watchers_.push_back(std::make_unique<Watcher>(
          loop_, from_.host, from_.port,
          stream::StreamPath{.vhost = "default", .app = "app", .name = "one"},
          [this](int64_t index, Clock::time_point now) { OnArrival(index, now); }));
    }
  }

  void OnArrival(int64_t index, Clock::time_point now) {
    if (!measuring_ || index < 0 || static_cast<size_t>(index) >= sent_.size()) return;
    delays_ms_.push_back(
        std::chrono::duration<double, std::milli>(now - sent_[static_cast<size_t>(index)]).count());
  }

  uint64_t Bytes() const {
    return std::accumulate(
        watchers_.begin(), watchers_.end(), uint64_t{0},
        [](uint64_t sum, const auto& watcher) { return sum + watcher->bytes(); });
  }

  net::EventLoop& loop_;
  const Address from_;
  const int edges_;
  const Clock::duration length_;
  const Clock::time_point started_;
  bool measuring_ = false;
  uint64_t bytes_before_ = 0;
  std::vector<Clock::time_point> sent_;  // by index of the video frame
  std::vector<double> delays_ms_;
  Publisher publisher_;
  std::vector<std::unique_ptr<Watcher>> watchers_;
  net::Timer timer_;
};

}  // namespace

int RunRelay(const Settings& settings) {
  const Result<Recording> recording =
      LoadRecording(Get(settings, "file"), GetNumber(settings, "scale"));
  if (!recording) {
    fmt::print(stderr, "weir-load: {}\n", recording.error().detail);
    return 1;
  }
  net::EventLoop loop;
  Measurement measurement(loop, *recording, settings);
  loop.Run();
  measurement.Print();
  return 0;
}

}  // namespace weir::load
