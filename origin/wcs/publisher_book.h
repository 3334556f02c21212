#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "hooks/stream_hooks.h"
#include "hooks/stream_object.h"
#include "origin/wcs/stream_desk.h"

namespace weir::wcs {

/// Who publishes now, on whichever loops, and what their backends say of it.
///
/// Thread: the control loop.
class PublisherBook final : public Publishers, public hooks::StreamHooks::Owner {
 public:
  /// Ends a publication, on its own loop. Callable at any time.
  using Stop = std::function<void(std::string info)>;

  /// Whom to tell; both outlive the calls. To be called once, before anybody comes.
  void Tell(hooks::StreamHooks& hooks, StreamDesk& desk);

  void Came(const hooks::StreamObject& stream, Stop stop);
  void Changed(const hooks::StreamObject& stream);

  /// `info` is why it was ended; empty: it left by itself.
  void Went(const std::string& media_session_id, const std::string& info);

  // Publishers
  std::vector<hooks::StreamObject> List() override;
  void End(const std::string& media_session_id, const std::string& info) override;

  // hooks::StreamHooks::Owner
  std::optional<hooks::StreamObject> Describe(const std::string& media_session_id) override;
  void Terminate(const std::string& media_session_id, const std::string& info) override;

 private:
  struct Entry {
    hooks::StreamObject stream;
    Stop stop;
  };

  hooks::StreamHooks* hooks_ = nullptr;
  StreamDesk* desk_ = nullptr;
  std::map<std::string, Entry> entries_;  // by mediaSessionId
};

}  // namespace weir::wcs
