#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "hooks/hook_caller.h"
#include "hooks/hook_options.h"
#include "hooks/keep_alive_schedule.h"
#include "hooks/stream_object.h"
#include "net/event_loop.h"
#include "net/timer.h"

namespace weir::hooks {

/// Tells backends of streams that come and go (StreamStatusEvent), and asks them in every interval
/// whether each may go on (StreamKeepAliveEvent): who gets a 403 is ended. An answer that is
/// neither 403 nor 200, or none, ends nobody, unless the application says that it does.
///
/// Thread: its loop's.
class StreamHooks {
 public:
  /// Whose streams they are.
  class Owner {
   public:
    virtual ~Owner() = default;

    /// As it is now; nothing where it is gone.
    virtual std::optional<StreamObject> Describe(const std::string& media_session_id) = 0;

    /// OnWent may follow, inside the call too.
    virtual void Terminate(const std::string& media_session_id, const std::string& info) = 0;
  };

  /// All arguments outlive it.
  StreamHooks(net::EventLoop& loop, const WcsOptions& options, HookCaller& caller, Owner& owner);
  ~StreamHooks();

  StreamHooks(const StreamHooks&) = delete;
  StreamHooks& operator=(const StreamHooks&) = delete;

  void OnCame(const StreamObject& stream);

  /// With the last status, and why.
  void OnWent(const StreamObject& stream);

 private:
  struct Beats;

  void Tell(const StreamObject& stream);
  Beats* BeatsFor(const StreamObject& stream);
  void Run();
  void Ask(Beats& beats, const std::string& id);
  void OnAnswer(Beats& beats, const std::string& id, const Result<int>& status);

  net::EventLoop& loop_;
  const WcsOptions& options_;
  HookCaller& caller_;
  Owner& owner_;
  std::vector<std::unique_ptr<Beats>> beats_;  // of each application with keep-alives
  net::Timer timer_;
  // Held weakly by what the caller may call after our end.
  const std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);
};

}  // namespace weir::hooks
