#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "origin/pull/pull_book.h"
#include "origin/wcs/pulls.h"
#include "origin/wcs/stream_desk.h"

namespace weir::wcs {

/// WCS's pulls, which are the origin's from other origins: those that the other API began are among
/// them. Thread: the control loop.
class PulledStreams final : public Pulls {
 public:
  using Apps = std::vector<std::pair<std::string, std::string>>;  ///< Virtual host, application.

  /// All that is referred to outlives it. `apps`: all there are.
  PulledStreams(pull::PullBook& book, Publishers& publishers, std::function<Apps()> apps)
      : book_(book), publishers_(publishers), apps_(std::move(apps)) {}

  /// The URI is "ovt://host:9000/app/stream", or leaves out what remote_stream_name has: the stream
  /// or both. The local name is the remote one where it is empty, and the local application is
  /// called as the remote one where the name has none.
  void Start(const PullChoice& what, std::function<void(Result<Pull>)> started) override;
  std::vector<Pull> List() override;
  void End(const PullChoice& choice, std::function<void(Result<size_t>)> ended) override;

 private:
  Result<pull::Spec> Read(const PullChoice& what) const;
  Pull Show(const pull::Spec& spec) const;
  std::vector<pull::Spec> Find(const PullChoice& choice) const;

  pull::PullBook& book_;
  Publishers& publishers_;
  const std::function<Apps()> apps_;
};

}  // namespace weir::wcs
