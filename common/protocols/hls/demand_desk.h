#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "protocols/hls/demand.h"

namespace weir::hls {

/// Asks a DemandSource once, however many ask at the same time.
///
/// Thread: one loop's.
class DemandDesk {
 public:
  /// Different files asked for and not answered yet; more are kUnavailable.
  static constexpr size_t kOpenMax = 64;

  using Answer = std::function<void(const Result<ResourcePtr>&)>;

  /// Null: there is none, everything is kNotFound. It is told before it dies.
  void SetSource(DemandSource* source) { source_ = source; }

  /// Calls `answer` once the source has answered, perhaps inside the call.
  void Ask(const Demand& demand, Answer answer);

 private:
  void Finish(const Demand& demand, const Result<ResourcePtr>& result);

  DemandSource* source_ = nullptr;
  std::map<Demand, std::vector<Answer>> open_;
  // Held weakly by what the source may call after our end.
  const std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);
};

}  // namespace weir::hls
