#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "protocols/relay/messages/viewers.h"

namespace weir::relay {

/// What became of a question to all edges.
struct FoundViewers {
  std::vector<ViewerRecord> viewers;
  bool complete = true;  ///< All edges answered, and no bound cut it short.
};

/// Asks the edges of one loop about their viewers and puts their answers together. Sans-IO: it is
/// told the time, and who answers.
///
/// Thread: its loop's.
class ViewerAsker {
 public:
  /// An edge that can be asked.
  class Edge {
   public:
    virtual ~Edge() = default;
    virtual void Send(const FindViewers& message) = 0;
    virtual void Send(const EndViewers& message) = 0;
  };

  using Found = std::function<void(FoundViewers)>;
  using Ended = std::function<void(int64_t)>;

  void OnEdgeOpened(Edge& edge) { edges_.insert(&edge); }

  /// It answers nothing any more.
  void OnEdgeClosed(Edge& edge);

  /// Each calls back once, perhaps inside the call: when all edges have answered or left, when
  /// there are `limit` viewers, or at `deadline`.
  void Find(const ViewerChoice& choice, size_t limit, Clock::time_point deadline, Found found);

  /// With how many were ended as far as is known by then.
  void End(const ViewerChoice& choice, const std::string& reason, Clock::time_point deadline,
           Ended ended);

  // Answers to what is not asked any more do nothing.
  void OnPage(Edge& edge, ViewersPage page);
  void OnEnded(Edge& edge, const ViewersEnded& answer);

  std::optional<Clock::time_point> NextDeadline() const;
  void OnDeadline(Clock::time_point now);

 private:
  struct Ask {
    Clock::time_point deadline;
    std::set<Edge*> waiting{};  // for their answers
    FindViewers find{};         // the next of its kind
    size_t limit = 0;
    FoundViewers result{};
    int64_t count = 0;
    Found found{};  // either this
    Ended ended{};  // or this
  };

  using Asks = std::map<int64_t, Ask>;

  Asks::iterator AskOf(int64_t id, Edge& edge);
  void Finish(Asks::iterator ask);

  std::set<Edge*> edges_;
  int64_t last_ask_ = 0;
  Asks asks_;
};

}  // namespace weir::relay
