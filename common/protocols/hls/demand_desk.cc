#include "protocols/hls/demand_desk.h"

#include <utility>

namespace weir::hls {

void DemandDesk::Ask(const Demand& demand, Answer answer) {
  if (source_ == nullptr) return answer(Fail(ErrorCode::kNotFound, "nothing is made on demand"));
  const auto place = open_.find(demand);
  if (place != open_.end()) {
    place->second.push_back(std::move(answer));
    return;
  }
  if (open_.size() >= kOpenMax)
    return answer(Fail(ErrorCode::kUnavailable, "too many files are asked for at once"));
  open_[demand].push_back(std::move(answer));
  source_->OnDemand(
      demand, [this, demand, life = std::weak_ptr(alive_)](const Result<ResourcePtr>& result) {
        if (!life.expired()) Finish(demand, result);
      });
}

void DemandDesk::Finish(const Demand& demand, const Result<ResourcePtr>& result) {
  const auto node = open_.extract(demand);
  if (node.empty()) return;
  for (const Answer& answer : node.mapped())
    answer(result);
}

}  // namespace weir::hls
