#include "edge/viewers/viewer_hooks.h"

#include <chrono>

namespace weir::edge {
namespace {

hooks::StreamObject ToStream(const Viewer& viewer) {
  const auto created = viewer.created().time_since_epoch();
  return {.path = viewer.path(),
          .media_session_id = viewer.id(),
          .session_id = hooks::ViewerSessionId(viewer.address(), viewer.id()),
          .published = false,
          .provider = "HLS",
          .status = hooks::kPlaying,
          .created_ms = std::chrono::floor<std::chrono::milliseconds>(created).count(),
          .user_agent = viewer.user_agent()};
}

}  // namespace

void ViewerHooks::OnChanges(const ViewerBook::Changes& changes) {
  for (const ViewerPtr& viewer : changes.came) {
    watching_[viewer->id()] = viewer;
    hooks_.OnCame(ToStream(*viewer));
  }
  for (const ViewerBook::Departure& departure : changes.went) {
    if (watching_.erase(departure.viewer->id()) == 0) continue;
    hooks::StreamObject stream = ToStream(*departure.viewer);
    stream.status = departure.info.empty() ? hooks::kStopped : hooks::kFailed;
    stream.info = departure.info;
    hooks_.OnWent(stream);
  }
}

std::optional<hooks::StreamObject> ViewerHooks::Describe(const std::string& media_session_id) {
  const auto found = watching_.find(media_session_id);
  if (found == watching_.end() || !found->second->watching()) return std::nullopt;
  return ToStream(*found->second);
}

void ViewerHooks::Terminate(const std::string& media_session_id, const std::string& info) {
  const auto found = watching_.find(media_session_id);
  if (found == watching_.end()) return;
  book_.End({.paths = {found->second->path()}, .ids = {media_session_id}}, info, loop_.now());
}

}  // namespace weir::edge
