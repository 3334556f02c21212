#pragma once

#include <memory>
#include <string>

#include "base/line_file.h"
#include "http/access_line.h"
#include "http/message.h"
#include "net/event_loop.h"
#include "net/timer.h"

namespace weir::edge {

/// One loop's part of the access log: gathers lines, so that the file hears of them a few times a
/// second only.
///
/// Thread: its loop's.
class AccessLog {
 public:
  /// `file` outlives it, and is null where nothing is logged: it then costs nothing.
  AccessLog(net::EventLoop& loop, LineFile* file);
  ~AccessLog();

  AccessLog(const AccessLog&) = delete;
  AccessLog& operator=(const AccessLog&) = delete;

  /// A responder that tells the log of the answer and passes it on: with 499 where the requester
  /// left before it. The log outlives it.
  std::unique_ptr<http::Responder> Follow(const http::Request& request,
                                          std::unique_ptr<http::Responder> responder);

 private:
  class Follower;

  void Tell(const http::AccessEntry& entry);
  void HandOver();

  net::EventLoop& loop_;
  LineFile* const file_;
  http::AccessLineWriter writer_;
  std::string lines_;  // not handed over yet
  net::Timer timer_;
};

}  // namespace weir::edge
