#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/executor.h"
#include "hooks/hook_caller.h"
#include "hooks/hook_options.h"
#include "hooks/stream_object.h"
#include "net/event_loop.h"
#include "origin/wcs/publisher_book.h"
#include "service/access/access_control.h"
#include "service/publish_gate.h"

namespace weir::wcs {

/// A gate before the gate: asks the backend of a publisher's application, gives each publication
/// its media session, and tells the book of its coming and going.
///
/// Thread: one per loop. It outlives the publications.
class PublisherGate final : public service::PublishGate {
 public:
  struct Surroundings {
    net::EventLoop& loop;
    Executor& control;  ///< The book's loop.
    PublisherBook& book;
    const hooks::WcsOptions& options;
    hooks::HookCaller& caller;  ///< Of this loop.
    /// The name of the virtual host that serves a host name; empty: none does.
    std::function<std::string(std::string_view host)> vhost_of;
  };

  /// All that is referred to outlives it.
  PublisherGate(Surroundings surroundings, service::PublishGate& inner);
  ~PublisherGate() override;

  void Open(const service::PublishRequest& request, Answer answer) override;

  /// Publishers so far whom a backend did not let in. Any thread.
  uint64_t refused() const { return refusals_.total(); }

 private:
  class BookedPublication;

  void Enter(const service::PublishRequest& request, const hooks::StreamObject& stream,
             const Answer& answer);
  hooks::StreamObject Describe(const service::PublishRequest& request) const;
  void Add(BookedPublication& publication);
  void Remove(const BookedPublication& publication);
  void Stop(const std::string& media_session_id, const std::string& info);

  const Surroundings in_;
  service::PublishGate& inner_;
  service::RefusalLog refusals_;
  std::map<std::string, BookedPublication*> publications_;  // by mediaSessionId
};

}  // namespace weir::wcs
