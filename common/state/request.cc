#include "state/request.h"

#include <fmt/format.h>

namespace weir::state {
namespace {

Status CheckText(const char* what, const std::string& text, size_t size_max) {
  if (text.empty()) return Fail(ErrorCode::kMalformed, fmt::format("the {} is empty", what));
  if (text.size() > size_max)
    return Fail(ErrorCode::kLimitExceeded,
                fmt::format("the {} is longer than {} bytes", what, size_max));
  return {};
}

Status CheckKey(const std::string& key) {
  return CheckText("key", key, kKeyMax);
}

Status CheckTtl(std::chrono::milliseconds ttl) {
  if (ttl.count() < 1) return Fail(ErrorCode::kMalformed, "the time to live is not positive");
  if (ttl > kTtlMax) return Fail(ErrorCode::kLimitExceeded, "the time to live is over an hour");
  return {};
}

Status CheckNames(const std::string& name, const std::string& owner) {
  if (Status fine = CheckText("name", name, kKeyMax); !fine) return fine;
  return CheckText("owner", owner, kOwnerMax);
}

struct Checker {
  Status operator()(const GetRequest& get) const { return CheckKey(get.key); }

  Status operator()(const PutRequest& put) const {
    if (put.value.size() > kValueMax)
      return Fail(ErrorCode::kLimitExceeded,
                  fmt::format("the value is larger than {} bytes", kValueMax));
    return CheckKey(put.key);
  }

  Status operator()(const RemoveRequest& remove) const {
    if (remove.expected == kAbsent)
      return Fail(ErrorCode::kMalformed, "what is absent cannot be removed");
    return CheckKey(remove.key);
  }

  Status operator()(const ScanRequest& scan) const {
    if (scan.prefix.size() > kKeyMax || scan.after.size() > kKeyMax)
      return Fail(ErrorCode::kLimitExceeded, "no key is so long");
    if (scan.entries_max == 0) return Fail(ErrorCode::kMalformed, "a page of no entries");
    if (scan.entries_max > kPageEntriesMax)
      return Fail(ErrorCode::kLimitExceeded,
                  fmt::format("more than {} entries on a page", kPageEntriesMax));
    return {};
  }

  Status operator()(const AcquireRequest& acquire) const {
    if (Status fine = CheckNames(acquire.name, acquire.owner); !fine) return fine;
    return CheckTtl(acquire.ttl);
  }

  Status operator()(const RenewRequest& renew) const {
    if (Status fine = CheckNames(renew.lease.name, renew.lease.owner); !fine) return fine;
    return CheckTtl(renew.ttl);
  }

  Status operator()(const ReleaseRequest& release) const {
    return CheckNames(release.lease.name, release.lease.owner);
  }
};

struct Sizer {
  size_t operator()(const GetRequest& get) const { return get.key.size(); }

  size_t operator()(const PutRequest& put) const { return put.key.size() + put.value.size(); }

  size_t operator()(const RemoveRequest& remove) const { return remove.key.size(); }

  size_t operator()(const ScanRequest& scan) const {
    return scan.prefix.size() + scan.after.size();
  }

  size_t operator()(const AcquireRequest& acquire) const {
    return acquire.name.size() + acquire.owner.size();
  }

  size_t operator()(const RenewRequest& renew) const {
    return renew.lease.name.size() + renew.lease.owner.size();
  }

  size_t operator()(const ReleaseRequest& release) const {
    return release.lease.name.size() + release.lease.owner.size();
  }
};

}  // namespace

Status Check(const Request& request) {
  return std::visit(Checker{}, request);
}

size_t SizeOf(const Request& request) {
  return sizeof(Request) + std::visit(Sizer{}, request);
}

}  // namespace weir::state
