#pragma once

#include <cstdint>
#include <map>
#include <string>

#include <nlohmann/json.hpp>

#include "base/clock.h"

namespace weir::streams {

/// What goes in and out of a stream, an application, a virtual host or the server:
/// OvenMediaEngine's statistics.
class Metrics {
 public:
  /// Viewers by publisher ("llhls", "push"), publishers by provider ("rtmp").
  using Connections = std::map<std::string, int64_t>;

  /// What happened since the time before.
  struct Step {
    uint64_t bytes_in = 0;
    uint64_t bytes_out = 0;
    Connections publishers{};  ///< Now.
    Connections providers{};   ///< Now.

    void Add(const Step& other);
  };

  explicit Metrics(UtcTime created) : created_(created) {}

  /// `elapsed` seconds after the step before.
  void Take(const Step& step, double elapsed, UtcTime now);

  nlohmann::json ToJson() const;    ///< /v1/stats
  nlohmann::json ToJsonV2() const;  ///< /v2/stats

 private:
  /// One direction.
  struct Flow {
    uint64_t total = 0;
    int64_t last = 0;     // bits per second of the last step
    int64_t average = 0;  // of the last few
    int64_t max = 0;
    UtcTime moved{};  // when there was something last

    void Take(uint64_t bytes, double elapsed, UtcTime now);
  };

  UtcTime created_;
  UtcTime updated_{};
  Flow in_;
  Flow out_;
  Connections publishers_;
  Connections providers_;
  int64_t connections_ = 0;
  int64_t connections_max_ = 0;
  UtcTime connections_max_time_{};
};

}  // namespace weir::streams
