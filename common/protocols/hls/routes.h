#pragma once

#include <memory>

#include "http/message.h"
#include "net/event_loop.h"
#include "protocols/hls/options.h"
#include "protocols/hls/request_counts.h"
#include "protocols/hls/source.h"

namespace weir::hls {

/// Serves low-latency HLS on one loop: GET, HEAD and OPTIONS of /<app>/<stream>/<file>.
///
/// The first request for a stream opens it through the Source, once however many ask; all of them
/// wait for it, bounded. Every answer, errors too, has its CORS and Cache-Control fields.
///
/// Thread: the loop's. One per loop, shared by that loop's listeners.
class Routes final : public http::Handler {
 public:
  /// `loop` and `source` outlive it. `fallback` is for requests that are of no application.
  Routes(net::EventLoop& loop, Source& source, Options fallback);
  ~Routes() override;

  Routes(const Routes&) = delete;
  Routes& operator=(const Routes&) = delete;

  void OnRequest(http::Request request, std::unique_ptr<http::Responder> responder) override;

  /// Any thread.
  const RequestCounts& requests() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace weir::hls
