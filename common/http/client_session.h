#pragma once

#include <optional>
#include <span>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "http/client_message.h"
#include "http/response_reader.h"
#include "net/byte_session.h"

namespace weir::http {

/// The client's side of one HTTP/1.1 connection (RFC 9112): one request at a time, over and over.
///
///   idle --Send()--> awaiting --answer--> idle     until the answer says close, or `idle_patience`
class ClientSession final : public net::ByteSession {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;

    /// The answer to what was sent. The connection may be dropped inside it, and, where
    /// `may_send` is true, the next request sent.
    virtual void OnResponse(ClientResponse response, bool may_send) = 0;
  };

  /// All references outlive it.
  ClientSession(Owner& owner, net::ByteOutput& output, const ResponseLimits& limits,
                Clock::duration idle_patience, Clock::time_point now);

  /// `bytes` are a whole request, as RenderRequest makes them; `head` says that it is a HEAD. Only
  /// while nothing is awaited.
  void Send(std::string bytes, bool head);

  bool awaiting() const { return awaiting_; }

  /// Whether a byte of the awaited answer has come.
  bool answering() const { return awaiting_ && reader_.begun(); }

  /// The connection has ended: what the end makes of the awaited answer. `cleanly`: the peer closed
  /// in good order.
  Result<ClientResponse> AtEnd(bool cleanly);

  Status OnBytes(std::span<const uint8_t> bytes, Clock::time_point now) override;
  Status OnDeadline(Clock::time_point now) override;
  std::optional<Clock::time_point> NextDeadline() const override;

 private:
  Owner& owner_;
  net::ByteOutput& output_;
  ResponseReader reader_;
  const Clock::duration idle_patience_;
  Clock::time_point idle_since_;
  bool awaiting_ = false;
};

}  // namespace weir::http
