#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "net/loop_group.h"
#include "protocols/relay/egress.h"
#include "protocols/relay/messages/viewers.h"
#include "protocols/relay/viewer_asker.h"

namespace weir::relay {

/// Asks all edges that are connected, on whichever loops, about their viewers.
///
/// Thread: made and destroyed while the loops stand still; Find and End on any loop, part(i) on
/// loop i.
class ViewerSurvey {
 public:
  /// One loop's edges.
  class Part {
   public:
    virtual ~Part() = default;

    // What EgressObserver hears.
    virtual void OnEdgeOpened(ServerSession& session) = 0;
    virtual void OnEdgeClosed(ServerSession& session) = 0;
    virtual void OnViewers(ServerSession& session, ViewersPage page) = 0;
    virtual void OnViewersEnded(ServerSession& session, const ViewersEnded& answer) = 0;
  };

  /// An edge that has not answered by then is left out.
  static constexpr Clock::duration kPatience = std::chrono::seconds(2);

  /// `loops` outlives it.
  explicit ViewerSurvey(net::LoopGroup& loops);
  ~ViewerSurvey();

  ViewerSurvey(const ViewerSurvey&) = delete;
  ViewerSurvey& operator=(const ViewerSurvey&) = delete;

  Part& part(size_t loop);

  /// Up to `limit` viewers. `found` is called once, on `home`, from a later turn.
  void Find(const ViewerChoice& choice, size_t limit, net::EventLoop& home,
            ViewerAsker::Found found);

  /// Ends viewers wherever they are. `ended` is called once, on `home`, from a later turn.
  void End(const ViewerChoice& choice, const std::string& reason, net::EventLoop& home,
           ViewerAsker::Ended ended);

 private:
  class LoopPart;

  net::LoopGroup& loops_;
  std::vector<std::unique_ptr<LoopPart>> parts_;
};

}  // namespace weir::relay
