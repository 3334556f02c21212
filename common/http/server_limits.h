#pragma once

#include <chrono>
#include <cstddef>

#include "base/clock.h"

namespace weir::http {

/// How much a client may ask of us, and for how long. One past any of them ends the request with
/// the status named, and its connection.
struct ServerLimits {
  size_t head_bytes = size_t{16} * 1024;   ///< Request line and fields: 431.
  size_t fields = 100;                     ///< 431.
  size_t target_bytes = size_t{4} * 1024;  ///< 414.
  size_t body_bytes = size_t{1} << 20;     ///< 413.
  /// Requests that were read and not answered yet. What is pipelined behind them waits unread, up
  /// to `head_bytes`; more ends the connection.
  size_t outstanding = 16;
  size_t streams = 128;  ///< The same for HTTP/2; more of them are reset.
  Clock::duration head_patience = std::chrono::seconds(10);     ///< First byte to last field: 408.
  Clock::duration body_patience = std::chrono::seconds(30);     ///< Last field to last byte: 408.
  Clock::duration answer_patience = std::chrono::seconds(120);  ///< For the responder: 503.
  /// HTTP/2: for the client to take 16 KiB of an answer, or it is reset. HTTP/1.1 leaves that to
  /// TCP.
  Clock::duration send_patience = std::chrono::seconds(30);
  Clock::duration idle_patience = std::chrono::seconds(60);  ///< Between requests: just closed.
};

}  // namespace weir::http
