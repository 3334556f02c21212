#pragma once

#include <unordered_set>

namespace weir::http {

/// Tells the sessions of one loop that the program is about to end, so that clients take their next
/// requests elsewhere (GOAWAY over HTTP/2, `Connection: close` over HTTP/1.1) while those under way
/// are answered.
///
/// Thread: its loop's.
class Drain {
 public:
  class Session {
   public:
    virtual ~Session() = default;
    virtual void OnDrain() = 0;  ///< Once. Neither makes nor ends sessions.
  };

  Drain() = default;

  Drain(const Drain&) = delete;
  Drain& operator=(const Drain&) = delete;

  /// `session` leaves before it goes.
  void Join(Session& session) { sessions_.insert(&session); }

  void Leave(Session& session) { sessions_.erase(&session); }

  void Begin() {
    for (Session* session : sessions_)
      session->OnDrain();
  }

 private:
  std::unordered_set<Session*> sessions_;
};

}  // namespace weir::http
