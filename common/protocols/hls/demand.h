#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>

#include "base/result.h"
#include "media/track.h"
#include "protocols/hls/published.h"

namespace weir::hls {

/// Names a file that is made, or fetched, only once somebody asks for it.
struct Demand {
  enum class Type {
    kTsSegment,
    kPastSegment,  ///< One that is kept elsewhere, for rewinding; kPastInit as well.
    kPastInit,
    kRewindList,  ///< `live` with the past in front. Of the same track as `live`.
  };
  Type type = Type::kTsSegment;
  media::TrackId track = 0;
  std::string run{};
  int64_t number = 0;
  int part = 0;  ///< Of a rewind playlist: which of its forms.
  ResourcePtr live{};

  auto operator<=>(const Demand&) const = default;
};

/// Makes or fetches such files.
///
/// Thread: its feed's loop.
class DemandSource {
 public:
  using Done = std::function<void(Result<ResourcePtr>)>;

  virtual ~DemandSource() = default;

  /// Calls `done` on this loop, perhaps inside the call, within a time that the callee bounds;
  /// never once the source is gone. kNotFound: there is no such file, now or ever. kUnavailable:
  /// not now.
  virtual void OnDemand(const Demand& demand, Done done) = 0;
};

}  // namespace weir::hls
