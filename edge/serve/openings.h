#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <optional>
#include <utility>

#include "base/clock.h"
#include "edge/viewers/viewer_book.h"
#include "edge/viewers/viewer_key.h"
#include "service/access/access_control.h"
#include "service/access/access_request.h"

namespace weir::edge {

/// Viewers whom control servers let in on one loop, until they are told that these have left.
///
/// Knows no clock: whoever owns it calls Sweep every now and then. Thread: its loop's.
class Openings {
 public:
  /// More are forgotten, the oldest first, and so are told at once.
  static constexpr size_t kMax = 50'000;

  /// Who has not come by then does not come.
  static constexpr Clock::duration kPatience = std::chrono::seconds(60);

  using TellClosing = std::function<void(const service::AccessControl::Grant& grant,
                                         const service::AccessRequest& request)>;

  /// `viewers` outlives it.
  Openings(ViewerBook& viewers, TellClosing tell) : viewers_(viewers), tell_(std::move(tell)) {}

  /// `key` is the one that the viewer will have.
  void Add(const ViewerKey& key, service::AccessControl::Grant grant,
           service::AccessRequest request);

  /// Looks at the next `count`: tells of those who came and have left, or never came.
  void Sweep(Clock::time_point now, size_t count);

  /// Tells of all: the program ends.
  void TellAll();

  size_t size() const { return openings_.size(); }

 private:
  struct Opening {
    KeptViewerKey key;
    service::AccessControl::Grant grant;
    service::AccessRequest request;
    std::optional<Clock::time_point> since{};  // when it was first looked at
    bool came = false;
  };

  bool IsOver(Opening& opening, Clock::time_point now);
  void TellFirst();

  ViewerBook& viewers_;
  const TellClosing tell_;
  std::list<Opening> openings_;  // in the order in which they are looked at
};

}  // namespace weir::edge
