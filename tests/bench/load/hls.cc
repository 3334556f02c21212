#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bench/load/commands.h"
#include "bench/load/delays.h"
#include "bench/load/file_limit.h"
#include "bench/load/player.h"
#include "bench/load/settings.h"
#include "net/timer.h"

namespace weir::load {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kTick{10};
constexpr seconds kSettle{4};  // from the last player's start to the first figure

/// All the players of one run.
class Audience {
 public:
  Audience(net::EventLoop& loop, const Settings& settings)
      : servers_(GetAddresses(settings, "to")),
        count_(static_cast<size_t>(GetNumber(settings, "players"))),
        ramp_(seconds(GetNumber(settings, "ramp"))),
        hints_(settings.contains("hints")),
        measure_at_(Clock::now() + ramp_ + kSettle),
        end_(measure_at_ + seconds(GetNumber(settings, "seconds"))),
        theatre_{.loop = loop,
                 .folder = "/" + Get(settings, "stream") + "/",
                 .master = "/" + Get(settings, "stream") + "/llhls.m3u8",
                 .shelf = {},
                 .figures = {}},
        timer_(loop, [this] { Tick(); }) {
    timer_.Start(kTick);
  }

  void Print() {
    const Figures& figures = theatre_.figures;
    nlohmann::json errors = nlohmann::json::object();
    for (const auto& [status, count] : figures.errors)
      errors[std::to_string(status)] = count;
    const nlohmann::json result{{"players", players_.size()},
                                {"requests", figures.requests},
                                {"distinct", theatre_.shelf.distinct()},
                                {"errors", errors},
                                {"lost", figures.lost},
                                {"hints_missed", figures.hints_missed},
                                {"old_playlists", figures.old_playlists},
                                {"different", figures.different},
                                {"broken", figures.broken},
                                {"no_cors", figures.no_cors},
                                {"cookies", figures.cookies},
                                {"first_fault", figures.first_fault},
                                {"measured", measured_requests_},
                                {"bytes", figures.bytes - bytes_before_},
                                {"parts", figures.delays_ms.size()},
                                {"delay_ms", Summary(figures.delays_ms)}};
    fmt::print("result {}\n", result.dump());
    (void)std::fflush(stdout);
  }

 private:
  void Tick() {
    const Clock::time_point now = Clock::now();
    AddPlayers(now);
    if (!theatre_.figures.measuring && now >= measure_at_) {
      theatre_.figures.measuring = true;
      bytes_before_ = theatre_.figures.bytes;
      requests_before_ = Requests();
      fmt::print("measuring\n");
      (void)std::fflush(stdout);
    }
    if (now >= end_) {
      measured_requests_ = Requests() - requests_before_;
      return theatre_.loop.Stop();
    }
    if (now >= tidy_at_) {
      theatre_.shelf.Tidy(now);
      tidy_at_ = now + seconds(1);
    }
    timer_.Start(kTick);
  }

  /// As many as are due.
  void AddPlayers(Clock::time_point now) {
    const double share = ramp_.count() == 0 ? 1.0
                                            : std::chrono::duration<double>(now - started_) /
                                                  std::chrono::duration<double>(ramp_);
    const auto due = static_cast<size_t>(std::min(share, 1.0) * static_cast<double>(count_));
    while (players_.size() < due) {
      const size_t index = players_.size();
      // Browsers do not all say the same, and a cache must see that it means the same.
      const PlayerTraits traits{
          .hints = hints_ && index % 2 == 1,
          .accept_encoding = index % 3 == 0 ? "gzip" : "gzip, deflate, br, zstd"};
      players_.push_back(
          std::make_unique<Player>(theatre_, servers_[index % servers_.size()], traits));
    }
  }

  uint64_t Requests() const {
    uint64_t sum = 0;
    for (const auto& [kind, count] : theatre_.figures.requests)
      sum += count;
    return sum;
  }

  const std::vector<Address> servers_;
  const size_t count_;
  const Clock::duration ramp_;
  const bool hints_;
  const Clock::time_point started_ = Clock::now();
  const Clock::time_point measure_at_;
  const Clock::time_point end_;
  Clock::time_point tidy_at_;
  uint64_t bytes_before_ = 0;
  uint64_t requests_before_ = 0;
  uint64_t measured_requests_ = 0;
  Theatre theatre_;
  std::vector<std::unique_ptr<Player>> players_;
  net::Timer timer_;
};

}  // namespace

int RunHls(const Settings& settings) {
  RaiseFileLimit();
  net::EventLoop loop;
  Audience audience(loop, settings);
  loop.Run();
  audience.Print();
  return 0;
}

}  // namespace weir::load
