#pragma once

#include <functional>
#include <memory>

#include "base/clock.h"
#include "http/conditional.h"
#include "http/message.h"

namespace weir::http {

/// One request under way in a session of either version: what the form of its answer depends on,
/// and the answer once it is there. Outlived by its responder, or the other way round.
class Exchange {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;
    /// The answer has come from the responder. The exchange may be destroyed inside it.
    virtual void OnAnswered() = 0;
  };

  struct Terms {
    Conditions conditions{};
    bool keep_alive = false;  ///< HTTP/1.1: whether the connection goes on after the answer.
    bool linger = false;      ///< HTTP/1.1: the client may be sending still: it is to read first.
    Clock::time_point give_up{};  ///< When the responder's time is over.
  };

  /// `owner` outlives it.
  Exchange(Owner& owner, Terms terms);
  ~Exchange();

  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  /// Once.
  std::unique_ptr<Responder> MakeResponder();

  /// Takes an answer that is not the responder's: what that says from now on is lost.
  void Answer(Response response) { answer_ = std::make_unique<Response>(std::move(response)); }

  /// Parts from the responder, and returns what it wants called when the requester is gone; to be
  /// called when the exchange is no longer touched. May be empty.
  std::function<void()> Abandon();

  const Terms& terms() const { return terms_; }

  /// The connection ends after the answer, whatever was said before.
  void MakeLast() { terms_.keep_alive = false; }

  bool answered() const { return answer_ != nullptr; }

  /// The answer in the form that was asked for: whole, a part, or only that nothing has changed.
  Response TakeAnswer();

  /// Whether the body of that answer leaves too.
  bool SendsBody(const Response& response) const;

 private:
  class SideOfResponder;

  Owner& owner_;
  Terms terms_;
  SideOfResponder* responder_ = nullptr;
  std::unique_ptr<Response> answer_;  // apart: while it is waited for it costs nothing
};

}  // namespace weir::http
