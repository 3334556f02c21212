#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "origin/push/pushes.h"
#include "origin/wcs/pushes.h"
#include "origin/wcs/stream_desk.h"
#include "stream/stream_path.h"

namespace weir::wcs {

/// WCS's pushes, which are the origin's push tasks by RTMP: those that the API or a stream map
/// began are among them. Thread: the control loop.
class PushedStreams final : public Pushes {
 public:
  using Apps = std::vector<std::pair<std::string, std::string>>;  ///< Virtual host, application.

  struct Surroundings {
    push::Pushes& pushes;
    Publishers& publishers;
    std::function<Apps()> apps;  ///< All there are.
    /// Whether that application pushes.
    std::function<Status(const stream::StreamPath& path)> may_push;
    std::function<UtcTime()> utc;
  };

  /// All that is referred to outlives it.
  explicit PushedStreams(Surroundings surroundings) : in_(std::move(surroundings)) {}

  void Start(const std::string& stream_name, const std::string& rtmp_url, bool url_is_whole,
             std::function<void(Result<Push>)> started) override;
  std::vector<Push> List() override;
  bool End(const std::string& media_session_id) override;

 private:
  std::vector<push::Spec> Specs() const;

  const Surroundings in_;
};

}  // namespace weir::wcs
