#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "hooks/stream_object.h"
#include "origin/wcs/filter.h"
#include "protocols/relay/messages/viewers.h"
#include "protocols/relay/viewer_asker.h"

namespace weir::wcs {

/// Who publishes at this origin. Thread: the control loop.
class Publishers {
 public:
  virtual ~Publishers() = default;

  virtual std::vector<hooks::StreamObject> List() = 0;

  /// Ends it, soon, if it is still there.
  virtual void End(const std::string& media_session_id, const std::string& info) = 0;
};

/// Who watches at all edges. Thread: the control loop. Answers come once, from a later turn.
class Viewers {
 public:
  virtual ~Viewers() = default;

  virtual void Find(const relay::ViewerChoice& choice, size_t limit,
                    relay::ViewerAsker::Found found) = 0;
  virtual void End(const relay::ViewerChoice& choice, const std::string& info,
                   relay::ViewerAsker::Ended ended) = 0;
};

/// Finds and ends streams, which here are publishers at this origin and viewers at its edges.
///
/// Thread: the control loop.
class StreamDesk {
 public:
  /// Viewers in one answer.
  static constexpr size_t kViewersMax = 10'000;

  using Found = std::function<void(std::vector<hooks::StreamObject>)>;
  using Ended = std::function<void(size_t)>;

  /// Both outlive it.
  StreamDesk(Publishers& publishers, Viewers& viewers)
      : publishers_(publishers), viewers_(viewers) {}

  /// Calls `found` once, perhaps inside the call.
  void Find(const Filter& filter, Found found);

  /// Ends all that are meant; of publishers, the viewers first, since their edges forget a stream
  /// that has ended. Calls `ended` once with how many were meant, without the viewers of
  /// publishers, perhaps inside the call.
  void Terminate(const Filter& filter, Ended ended);

  /// Ends one publisher, and so its viewers.
  void EndPublisher(const hooks::StreamObject& publisher, const std::string& info);

 private:
  struct Order;

  Publishers& publishers_;
  Viewers& viewers_;
};

}  // namespace weir::wcs
