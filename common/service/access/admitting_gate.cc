#include "service/access/admitting_gate.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/log.h"
#include "http/date.h"
#include "net/ip_address.h"
#include "net/timer.h"
#include "service/access/admission_message.h"
#include "service/publication_wrapper.h"

namespace weir::service {
namespace {

/// What is let in for longer than this is let in for good.
constexpr auto kLongestLife = std::chrono::hours(24 * 365);

std::string PathOf(std::string_view vhost, const PublishRequest& request) {
  return fmt::format("{}/{}/{}", vhost, request.app, request.stream);
}

AccessRequest Describe(const PublishRequest& request) {
  return {.direction = Direction::kIncoming,
          .protocol = request.protocol,
          .urls = {request.url},
          .query = request.query,
          .peer = request.peer,
          .real_address = std::string(net::HostOf(request.peer)),
          .user_agent = {}};
}

}  // namespace

/// A publisher between its request and the answer.
struct AdmittingGate::Case {
  PublishRequest request;
  std::string vhost;
  AccessRequest asked;
  Answer answer;
};

/// A publication that was let in for a time, or with the knowledge of a control server.
class AdmittingGate::AdmittedPublication final : public PublicationWrapper {
 public:
  AdmittedPublication(net::EventLoop& loop, std::string path, std::unique_ptr<Publication> inner,
                      std::optional<Clock::duration> lifetime, std::function<void()> closed)
      : PublicationWrapper(std::move(inner)),
        path_(std::move(path)),
        closed_(std::move(closed)),
        timer_(loop, [this] { OnTime(); }) {
    if (lifetime) timer_.Start(*lifetime);
  }

  ~AdmittedPublication() override {
    EndInner();
    if (closed_) closed_();
  }

  AdmittedPublication(const AdmittedPublication&) = delete;
  AdmittedPublication& operator=(const AdmittedPublication&) = delete;

 private:
  void OnTime() {
    constexpr const char* kReason = "the time it was let in for is over";
    log::Info("access", path_, "{}", kReason);
    Stop({.code = ErrorCode::kEnded, .detail = kReason});
  }

  const std::string path_;
  std::function<void()> closed_;
  net::Timer timer_;
};

AdmittingGate::AdmittingGate(net::EventLoop& loop, const HostBook& book, AccessControl& control,
                             PublishGate& inner)
    : loop_(loop), book_(book), control_(control), inner_(inner) {}

AdmittingGate::~AdmittingGate() = default;

void AdmittingGate::Open(const PublishRequest& request, Answer answer) {
  const std::shared_ptr<const HostsInForce> now = book_.Now();
  const VirtualHost* vhost = HostOf(request, now->hosts);
  const bool guarded = vhost != nullptr && control_.RulesFor(vhost->name, Direction::kIncoming,
                                                             request.protocol) != nullptr;
  if (!guarded) return inner_.Open(request, std::move(answer));
  Case a_case{.request = request,
              .vhost = vhost->name,
              .asked = Describe(request),
              .answer = std::move(answer)};
  const AccessRequest asked = a_case.asked;
  control_.Check(vhost->name, asked, http::SystemUtc(),
                 [this, a_case = std::move(a_case)](Result<AccessControl::Grant> grant) {
                   OnChecked(a_case, std::move(grant));
                 });
}

void AdmittingGate::OnChecked(Case a_case, Result<AccessControl::Grant> grant) {
  if (!grant) return Refuse(a_case, grant.error().detail);
  PublishRequest request = a_case.request;
  if (!grant->new_url.empty()) {
    Result<NewPlace> place = ReadNewUrl(grant->new_url, request.url);
    if (!place) return Refuse(a_case, place.error().detail);
    request.host = std::move(place->host);
    request.vhost.clear();
    request.app = std::move(place->app);
    request.stream = std::move(place->stream);
    log::Info("access", PathOf(a_case.vhost, a_case.request), "sent on to {}/{}/{}", request.host,
              request.app, request.stream);
  }
  std::optional<Clock::duration> lifetime;
  if (grant->ends_at) {
    const auto left = std::max(*grant->ends_at - http::SystemUtc(), UtcTime::duration::zero());
    if (left < kLongestLife) lifetime = left;
  }
  std::function<void()> closed;
  if (grant->asked) {
    closed = [this, grant = *grant, asked = a_case.asked] { control_.TellClosing(grant, asked); };
  }
  std::string path = PathOf(a_case.vhost, a_case.request);
  inner_.Open(request, [this, path = std::move(path), lifetime, closed = std::move(closed),
                        answer = a_case.answer](Result<std::unique_ptr<Publication>> publication) {
    if (!publication) {
      if (closed) closed();
      return answer(std::move(publication));
    }
    answer(std::make_unique<AdmittedPublication>(loop_, path, *std::move(publication), lifetime,
                                                 closed));
  });
}

void AdmittingGate::Refuse(const Case& a_case, std::string_view reason) {
  refusals_.Write(http::SystemUtc(), PathOf(a_case.vhost, a_case.request), a_case.request.peer,
                  reason);
  a_case.answer(Fail(ErrorCode::kRefused, "access denied"));
}

}  // namespace weir::service
