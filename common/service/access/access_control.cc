#include "service/access/access_control.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/log.h"
#include "http/url.h"
#include "service/access/signed_policy.h"

namespace weir::service {
namespace {

constexpr int kRefusalsPerSecond = 20;

/// The sooner of what the policy and the control server say.
std::optional<UtcTime> Sooner(std::optional<UtcTime> a, std::optional<UtcTime> b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

Result<AccessControl::Grant> Combine(AccessControl::Grant grant,
                                     std::shared_ptr<ControlServer> server,
                                     const Result<AdmissionAnswer>& answer, UtcTime now) {
  if (!answer) return Fail(ErrorCode::kRefused, answer.error().detail);
  if (!answer->allowed) {
    return Fail(ErrorCode::kRefused,
                fmt::format("the control server denied it: {}", answer->reason));
  }
  grant.asked = std::move(server);
  grant.new_url = answer->new_url;
  if (answer->lifetime.count() > 0) grant.ends_at = Sooner(grant.ends_at, now + answer->lifetime);
  return grant;
}

}  // namespace

AccessControl::AccessControl(net::EventLoop& loop, const HostBook& book,
                             const net::TlsClientContext* tls)
    : book_(book), version_(book.version() - 1), client_(loop, {.tls = tls}) {
  LookUp();
}

/// Makes sure that the rules are those in force.
void AccessControl::LookUp() {
  // The version is taken first: when it is late, all this is done once more, and no harm done.
  const uint64_t version = book_.version();
  if (version == version_) return;
  version_ = version;
  now_ = book_.Now();
  servers_.clear();
  for (const auto& [vhost, options] : now_->access) {
    if (options.admission)
      servers_.emplace(vhost, std::make_shared<ControlServer>(client_, *options.admission));
  }
}

const AccessOptions* AccessControl::RulesFor(std::string_view vhost, Direction direction,
                                             std::string_view protocol) {
  LookUp();
  const auto found = now_->access.find(vhost);
  if (found == now_->access.end()) return nullptr;
  const AccessOptions& options = found->second;
  const bool has_rules = options.PolicyFor(direction, protocol) != nullptr ||
                         options.AdmissionFor(direction, protocol) != nullptr;
  return has_rules ? &options : nullptr;
}

void AccessControl::Check(std::string_view vhost, const AccessRequest& request, UtcTime now,
                          Answer answer) {
  const AccessOptions* options = RulesFor(vhost, request.direction, request.protocol);
  Grant grant;
  if (options == nullptr) return answer(std::move(grant));
  if (const auto* policy = options->PolicyFor(request.direction, request.protocol)) {
    const Result<PolicyGrant> granted = CheckSignedPolicy(*policy, request, now);
    if (!granted) return answer(tl::unexpected(granted.error()));
    grant.ends_at = granted->stream_expire;
    grant.address_matters = granted->address_matters;
  }
  if (options->AdmissionFor(request.direction, request.protocol) == nullptr)
    return answer(std::move(grant));
  const auto asking = asking_.insert(asking_.end(), servers_.find(vhost)->second);
  (*asking)->AskOpening(request,
                        [this, grant = std::move(grant), asking, now,
                         answer = std::move(answer)](const Result<AdmissionAnswer>& admission) {
                          const std::shared_ptr<ControlServer> server = std::move(*asking);
                          asking_.erase(asking);
                          answer(Combine(grant, server, admission, now));
                        });
}

void AccessControl::TellClosing(const Grant& grant, const AccessRequest& request) {
  if (grant.asked == nullptr) return;
  ++closings_;
  grant.asked->TellClosing(request, grant.new_url, [this, server = grant.asked] {
    if (--closings_ == 0 && when_told_) std::exchange(when_told_, nullptr)();
  });
}

void AccessControl::WhenTold(std::function<void()> done) {
  if (closings_ == 0) return done();
  when_told_ = std::move(done);
}

bool NeedsTls(const AccessByHost& access) {
  return std::any_of(access.begin(), access.end(), [](const auto& entry) {
    const auto& admission = entry.second.admission;
    const auto url = admission ? http::ParseUrl(admission->url) : http::ParseUrl("");
    return url && url->secure;
  });
}

void RefusalLog::Write(UtcTime now, std::string_view path, std::string_view peer,
                       std::string_view reason) {
  total_.fetch_add(1, std::memory_order_relaxed);
  if (now < since_ || now - since_ >= std::chrono::seconds(1)) {
    if (unsaid_ > 0) log::Info("access", "", "refused {} more", unsaid_);
    since_ = now;
    written_ = 0;
    unsaid_ = 0;
  }
  if (++written_ > kRefusalsPerSecond) {
    ++unsaid_;
    return;
  }
  log::Info("access", path, "refused {}: {}", peer, reason);
}

}  // namespace weir::service
