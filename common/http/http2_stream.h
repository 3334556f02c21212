#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "base/shared_bytes.h"
#include "http/exchange.h"
#include "http/http2_request.h"

namespace weir::http {

/// One request and its answer on an HTTP/2 connection.
///
///   kReading --whole--> kWaiting --answered--> kSending --all sent, or reset--> gone
///       \---------------refused---------------->/ \--all sent, the request still comes--> kLinger
class Http2Stream final : public Exchange::Owner {
 public:
  enum class Phase { kReading, kWaiting, kSending, kLinger };

  class Owner {
   public:
    virtual ~Owner() = default;
    /// The answer has come from the responder. The stream may be destroyed inside it.
    virtual void OnAnswered(Http2Stream& stream) = 0;
  };

  Http2Stream(Owner& owner, int32_t stream_id, const ServerLimits& limits)
      : id(stream_id), request(limits), owner_(owner) {}

  void OnAnswered() override { owner_.OnAnswered(*this); }

  const int32_t id;
  Phase phase = Phase::kReading;
  Http2Request request;
  std::optional<Exchange> exchange{};  // from kWaiting on
  SharedBytes unsent{};                // of the answer's body
  Clock::time_point due{};             // when patience with the present phase is over
  size_t moved = 0;                    // bytes of a body since `due` was set
  bool warned = false;                 // `due` has passed once without enough of them
  size_t place = 0;                    // among the session's streams

 private:
  Owner& owner_;
};

}  // namespace weir::http
