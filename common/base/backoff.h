#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <utility>

namespace weir {

/// How long to wait before trying again: a random part of a span that doubles from try to try, up
/// to a bound ("full jitter"), so that a thousand edges do not come back in the same moment.
class Backoff {
 public:
  using Duration = std::chrono::milliseconds;

  struct Options {
    Duration first{500};  ///< The first span.
    Duration most{30'000};
    Duration least{10};  ///< No wait is shorter, so that nobody spins.
  };

  /// `random` returns numbers evenly spread over [0, 1).
  Backoff(Options options, std::function<double()> random)
      : options_(options), random_(std::move(random)), span_(options.first) {}

  /// The wait before the next try.
  Duration Next() {
    const Duration span = std::min(span_, options_.most);
    span_ = std::min(span, options_.most / 2) * 2;
    const auto part = std::clamp(random_(), 0.0, 1.0) * static_cast<double>(span.count());
    return std::max(options_.least, Duration(static_cast<Duration::rep>(part)));
  }

  /// It worked: the next failure starts from the first span again.
  void Reset() { span_ = options_.first; }

 private:
  Options options_;
  std::function<double()> random_;
  Duration span_;
};

}  // namespace weir
