#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "http/client.h"
#include "net/event_loop.h"
#include "service/access/access_options.h"
#include "service/access/access_request.h"
#include "service/access/control_server.h"
#include "service/host_book.h"

namespace weir::service {

/// The access rules of all virtual hosts, asked in their order: the signed policy, then the control
/// server.
///
/// Thread: one per loop, its loop's. Destroying it drops what is under way unanswered.
class AccessControl {
 public:
  /// What somebody was let in with.
  struct Grant {
    std::optional<UtcTime> ends_at;        ///< When it is to end.
    bool address_matters = false;          ///< It was given to certain addresses only.
    std::shared_ptr<ControlServer> asked;  ///< To be told the end; null: nobody was asked.
    std::string new_url;  ///< Where the control server sends it; empty: nowhere else.
  };

  using Answer = std::function<void(Result<Grant>)>;

  /// `book` and `tls`, which may be null where no control server is asked by https, outlive it.
  AccessControl(net::EventLoop& loop, const HostBook& book, const net::TlsClientContext* tls);

  /// Null where the virtual host lets everybody do this. Good until the next call.
  const AccessOptions* RulesFor(std::string_view vhost, Direction direction,
                                std::string_view protocol);

  /// Calls `answer` once, perhaps inside the call. kRefused with the reason, for the log alone.
  void Check(std::string_view vhost, const AccessRequest& request, UtcTime now, Answer answer);

  /// What was let in with `grant`, for which somebody was asked, has ended.
  void TellClosing(const Grant& grant, const AccessRequest& request);

  /// Calls `done` once, perhaps inside the call, when no closing is under way: none takes long.
  void WhenTold(std::function<void()> done);

 private:
  void LookUp();

  const HostBook& book_;
  uint64_t version_;  // of the book
  std::shared_ptr<const HostsInForce> now_;
  http::Client client_;
  // By virtual host. Shared with those let in, whose end the one that was asked is told, even when
  // the rules have changed since.
  std::map<std::string, std::shared_ptr<ControlServer>, std::less<>> servers_;
  // One for each question under way: kept here, since a question that kept its own server would
  // never end with us.
  std::list<std::shared_ptr<ControlServer>> asking_;
  size_t closings_ = 0;  // under way
  std::function<void()> when_told_;
};

/// Whether any control server is asked by https.
bool NeedsTls(const AccessByHost& access);

/// One log line for each who was refused, up to so many a second that nobody can fill a disk.
///
/// Thread: one, but for total().
class RefusalLog {
 public:
  void Write(UtcTime now, std::string_view path, std::string_view peer, std::string_view reason);

  /// Refusals so far, written or not. Any thread.
  uint64_t total() const { return total_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> total_{0};
  UtcTime since_{};
  int written_ = 0;  // since then
  int unsaid_ = 0;
};

}  // namespace weir::service
