#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/clock.h"
#include "edge/viewers/viewer_book.h"
#include "hooks/hook_caller.h"
#include "hooks/hook_options.h"
#include "hooks/stream_hooks.h"
#include "net/event_loop.h"

namespace weir::edge {

/// Tells backends of this edge's viewers, and ends those whom a backend wants ended.
///
/// Thread: its loop's.
class ViewerHooks final : public hooks::StreamHooks::Owner {
 public:
  /// All arguments outlive it; `caller` is of the same loop.
  ViewerHooks(net::EventLoop& loop, const hooks::WcsOptions& options, hooks::HookCaller& caller,
              ViewerBook& book)
      : loop_(loop), book_(book), hooks_(loop, options, caller, *this) {}

  void OnChanges(const ViewerBook::Changes& changes);

  // hooks::StreamHooks::Owner
  std::optional<hooks::StreamObject> Describe(const std::string& media_session_id) override;
  void Terminate(const std::string& media_session_id, const std::string& info) override;

 private:
  net::EventLoop& loop_;
  ViewerBook& book_;
  std::map<std::string, ViewerPtr> watching_;  // by id
  hooks::StreamHooks hooks_;
};

}  // namespace weir::edge
