#include "origin/api/service.h"

#include "origin/api/openapi.h"

namespace weir::api {

Service::Service(const Options& options, const std::string& version, net::LoopGroup& loops)
    : on_(options.on()), desk_(loops.at(0), {}), gate_(options, routes_, desk_, loops) {
  routes_.Add({.method = "GET",
               .pattern = "/v1/version",
               .summary = "Which version of the server this is.",
               .tags = {"server"}},
              [version](const Call& /*call*/, const Reply& reply) {
                reply(Answer::Ok({{"version", version}, {"gitVersion", version}}));
              });
  routes_.Add({.method = "GET",
               .pattern = "/v1/openapi.json",
               .summary = "This description of the API.",
               .tags = {"server"}},
              [this, version](const Call& /*call*/, const Reply& reply) {
                reply(Answer::Bare(200, OpenApi(routes_, version)));
              });
}

void Service::AddTo(http::Router& router) {
  if (!on_) return;
  for (const char* prefix : {"/v1/", "/v2/", "/rest-api/"})
    router.AddPrefix(prefix, gate_);
}

}  // namespace weir::api
