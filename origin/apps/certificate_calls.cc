#include <utility>

#include "base/log.h"
#include "origin/api/schema.h"
#include "origin/apps/call_parts.h"
#include "origin/apps/calls.h"

namespace weir::origin {
namespace {

using api::Answer;
using api::Call;
using api::Reply;

/// Whatever was there before stays where it did not work.
void Reload(const std::function<void(CertificateReloads::Done)>& reload, const char* failure,
            const Reply& reply) {
  reload([failure, reply](const Status& done) {
    if (done) return reply(Answer::Ok());
    log::Err("api", "", "a certificate stays as it was: {}", done.error().detail);
    reply(Answer::Error(500, failure));
  });
}

api::Route RouteOf(const char* pattern, const char* summary) {
  return {.method = "POST",
          .pattern = pattern,
          .summary = summary,
          .body = api::ObjectSchema({}),
          .bad = {500},
          .tags = {"certificates"},
          .optional_body = true};
}

}  // namespace

void AddCertificateCalls(api::Routes& routes, Apps& apps, CertificateReloads reloads) {
  constexpr const char* kFailed =
      "Failed to reload certificate. Check server log for more information.";
  AddCall(routes, apps,
          RouteOf("/v1/vhosts:reloadAllCertificates",
                  "Reads the certificates of all virtual hosts anew."),
          [reload = reloads.hosts](const Call&, const Reply& reply) {
            Reload(reload, kFailed, reply);
          });
  AddCall(routes, apps,
          RouteOf("/v1/vhosts/{vhost}:reloadCertificate",
                  "Reads the certificate of a virtual host anew."),
          [&apps, reload = reloads.hosts](const Call& call, const Reply& reply) {
            if (apps.now().FindHost(call.Name("vhost")) == nullptr)
              return reply(NoHost(call.Name("vhost")));
            Reload(reload, kFailed, reply);
          });
  api::Route own = RouteOf("/v1/managers/api:reloadCertificate",
                           "Reads the certificate of the API itself anew.");
  own.bad = {400, 500};
  AddCall(routes, apps, std::move(own), [reload = reloads.api](const Call&, const Reply& reply) {
    if (!reload) return reply(Answer::Error(400, "TLS is not enabled for the API Server"));
    Reload(reload, "Failed to create a certificate for the API Server", reply);
  });
}

}  // namespace weir::origin
