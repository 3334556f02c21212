#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "origin/wcs/stream_desk.h"

namespace weir::wcs::test {

inline hooks::StreamObject Publisher(const std::string& name, const std::string& id) {
  return {.path = {.vhost = "default", .app = "app", .name = name},
          .media_session_id = id,
          .session_id = "/192.0.2.1:" + id,
          .published = true,
          .provider = "RTMP",
          .status = hooks::kPublishing,
          .video_codec = "H264",
          .width = 1280,
          .height = 720};
}

class FakePublishers final : public Publishers {
 public:
  std::vector<hooks::StreamObject> List() override { return streams; }

  void End(const std::string& id, const std::string& info) override {
    told.push_back("publisher " + id + ": " + info);
    std::erase_if(streams, [&](const auto& stream) { return stream.media_session_id == id; });
  }

  explicit FakePublishers(std::vector<std::string>& log) : told(log) {}

  std::vector<hooks::StreamObject> streams;
  std::vector<std::string>& told;
};

/// The viewers of all edges, which answer at once.
class FakeViewers final : public Viewers {
 public:
  explicit FakeViewers(std::vector<std::string>& log) : told(log) {}

  void Add(const std::string& name, const std::string& id) {
    viewers.push_back({.id = id,
                       .path = {.vhost = "default", .app = "app", .name = name},
                       .protocol = "hls",
                       .address = "192.0.2.9"});
  }

  static bool IsMeant(const relay::ViewerChoice& choice, const relay::ViewerRecord& viewer) {
    return choice.Has(viewer.path) &&
           (choice.ids.empty() || std::ranges::find(choice.ids, viewer.id) != choice.ids.end());
  }

  void Find(const relay::ViewerChoice& choice, size_t limit,
            relay::ViewerAsker::Found found) override {
    ++asked;
    relay::FoundViewers result;
    for (const auto& viewer : viewers) {
      if (IsMeant(choice, viewer) && result.viewers.size() < limit)
        result.viewers.push_back(viewer);
    }
    found(std::move(result));
  }

  void End(const relay::ViewerChoice& choice, const std::string& info,
           relay::ViewerAsker::Ended ended) override {
    ++asked;
    int64_t count = 0;
    std::erase_if(viewers, [&](const auto& viewer) {
      if (!IsMeant(choice, viewer)) return false;
      told.push_back("viewer " + viewer.id + ": " + info);
      ++count;
      return true;
    });
    ended(count);
  }

  std::vector<relay::ViewerRecord> viewers;
  int asked = 0;
  std::vector<std::string>& told;
};

}  // namespace weir::wcs::test
