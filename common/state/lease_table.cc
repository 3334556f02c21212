#include "state/lease_table.h"

#include <utility>

#include <fmt/format.h>

namespace weir::state {
namespace {

tl::unexpected<Error> NotYours(const Lease& lease) {
  return Fail(ErrorCode::kConflict, fmt::format("the lease is not {}'s any more", lease.owner));
}

}  // namespace

Result<Lease> LeaseTable::Acquire(const AcquireRequest& request, Clock::time_point now,
                                  const std::function<Result<uint64_t>()>& next_fence) {
  const auto held = held_.find(request.name);
  if (held == held_.end()) {
    if (held_.size() >= kLeasesMax) DropOver(now);
    if (held_.size() >= kLeasesMax)
      return Fail(ErrorCode::kLimitExceeded, fmt::format("more than {} leases", kLeasesMax));
  } else if (held->second.until > now && held->second.owner != request.owner) {
    return Fail(ErrorCode::kConflict, fmt::format("the lease is {}'s", held->second.owner));
  }
  const Result<uint64_t> fence = next_fence();
  if (!fence) return tl::unexpected(fence.error());
  held_.insert_or_assign(request.name,
                         Held{.owner = request.owner, .fence = *fence, .until = now + request.ttl});
  return Lease{.name = request.name, .owner = request.owner, .fence = *fence};
}

Status LeaseTable::Renew(const RenewRequest& request, Clock::time_point now) {
  Held* held = Find(request.lease, now);
  if (held == nullptr) return NotYours(request.lease);
  held->until = now + request.ttl;
  return {};
}

Status LeaseTable::Release(const ReleaseRequest& request, Clock::time_point now) {
  if (Find(request.lease, now) == nullptr) return NotYours(request.lease);
  held_.erase(request.lease.name);
  return {};
}

LeaseTable::Held* LeaseTable::Find(const Lease& lease, Clock::time_point now) {
  const auto held = held_.find(lease.name);
  if (held == held_.end()) return nullptr;
  const bool theirs = held->second.owner == lease.owner && held->second.fence == lease.fence;
  return theirs && held->second.until > now ? &held->second : nullptr;
}

void LeaseTable::DropOver(Clock::time_point now) {
  std::erase_if(held_, [&](const auto& held) { return held.second.until <= now; });
}

}  // namespace weir::state
