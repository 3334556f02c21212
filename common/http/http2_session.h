#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/allowance.h"
#include "base/clock.h"
#include "http/drain.h"
#include "http/http2_frames.h"
#include "http/http2_stream.h"
#include "http/server_context.h"
#include "net/byte_session.h"

namespace weir::http {

/// One HTTP/2 connection (RFC 9113): what is read, who answers it, and how long and how often the
/// client may do what. Requests of one read are handed on when all of it is read, so that what is
/// reset at once costs nobody anything.
///
/// An answer that comes from outside of the driver's calls leaves at the end of the turn.
class Http2Session final : public net::ByteSession,
                           private Drain::Session,
                           private Http2Frames::Owner,
                           private Http2Stream::Owner {
 public:
  Http2Session(std::shared_ptr<ServerContext> context, net::ByteOutput& output,
               const net::Peer& peer, Clock::time_point now);
  ~Http2Session() override;

  Http2Session(const Http2Session&) = delete;
  Http2Session& operator=(const Http2Session&) = delete;

  Status OnBytes(std::span<const uint8_t> bytes, Clock::time_point now) override;
  Status OnDeadline(Clock::time_point now) override;
  Status OnWritable(Clock::time_point now) override;
  std::optional<Clock::time_point> NextDeadline() const override;
  void OnTurnEnd() override;

 private:
  Status OnFrame(uint8_t type, uint8_t flags, size_t length) override;
  Status OnWindowUpdate(size_t increment) override;
  Http2Stream& OnRequest(int32_t id) override;
  Status OnField(Http2Stream& stream, std::string_view name, std::string_view value) override;
  void OnHead(Http2Stream& stream) override;
  void OnBody(Http2Stream& stream, std::span<const uint8_t> piece) override;
  void OnRequestEnd(Http2Stream& stream) override;
  void OnDataSent(Http2Stream& stream, size_t size) override;
  void OnAnswerSent(Http2Stream& stream) override;
  Status OnResetSent() override;
  void OnClosed(Http2Stream& stream) override;
  void OnAnswered(Http2Stream& stream) override;
  void OnDrain() override;

  const ServerLimits& limits() const { return context_->limits; }

  Status CountReset();
  void WriteSoon();
  void Dispatch();
  void Refuse(Http2Stream& stream, const Refusal& refusal);
  void Send(Http2Stream& stream);
  Status OnOverdue(Http2Stream& stream);
  void OnStuck(Http2Stream& stream);
  Status Settle();
  Status End(Error reason);
  Clock::time_point IdleEnd() const;
  void AdvanceDrain();

  // Shared by the sessions of one factory, which may outlive it; all on one loop.
  const std::shared_ptr<ServerContext> context_;
  net::ByteOutput& output_;
  const std::string peer_;
  const bool secure_;
  Http2Frames frames_;
  std::vector<std::unique_ptr<Http2Stream>> streams_;
  std::vector<int32_t> ready_;               // read, and not handed on yet
  std::vector<std::function<void()>> gone_;  // to be called when it is safe
  Clock::time_point now_;                    // as last told
  Clock::time_point idle_since_;
  std::optional<Clock::time_point> refuse_new_at_;  // once a drain was announced
  size_t body_bytes_ = 0;                           // of requests that are being read
  size_t answered_ = 0;                             // requests
  size_t resets_ = 0;                               // streams reset by either side
  Allowance chatter_;                               // frames that ask for nothing
  bool greeted_ = false;                            // the client's SETTINGS have come
  bool refused_ = false;                            // a request was, and the log says so
  bool stale_ = false;   // something was written after now_, at a time unknown
  bool inside_ = false;  // of one of the driver's calls
};

}  // namespace weir::http
