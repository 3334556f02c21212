#pragma once

#include <cstdint>
#include <memory>

#include "net/event_loop.h"
#include "service/access/access_control.h"
#include "service/host_book.h"
#include "service/publish_gate.h"

namespace weir::service {

/// A gate before the gate: asks the access rules of a publisher's virtual host, and lets on those
/// who may. It ends them when their time is over, and tells the control server when they are gone.
///
/// Thread: one per loop. It outlives the publications.
class AdmittingGate final : public PublishGate {
 public:
  /// References outlive it; `control` is of the same loop.
  AdmittingGate(net::EventLoop& loop, const HostBook& book, AccessControl& control,
                PublishGate& inner);
  ~AdmittingGate() override;

  void Open(const PublishRequest& request, Answer answer) override;

  /// Publishers so far whom the rules did not let in. Any thread.
  uint64_t refused() const { return refusals_.total(); }

 private:
  class AdmittedPublication;
  struct Case;

  void OnChecked(Case a_case, Result<AccessControl::Grant> grant);
  void Refuse(const Case& a_case, std::string_view reason);

  net::EventLoop& loop_;
  const HostBook& book_;
  AccessControl& control_;
  PublishGate& inner_;
  RefusalLog refusals_;
};

}  // namespace weir::service
