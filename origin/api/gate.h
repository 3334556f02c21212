#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include <tl/expected.hpp>

#include "http/cors.h"
#include "http/message.h"
#include "net/loop_group.h"
#include "origin/api/desk.h"
#include "origin/api/options.h"
#include "origin/api/routes.h"

namespace weir::api {

/// What stands between the API's clients and its calls: host names, CORS, credentials, the body.
/// What is left is a Call, which goes to the Desk.
///
/// Thread: handles requests on any loop.
class Gate final : public http::Handler {
 public:
  /// `routes` and `desk` outlive it.
  Gate(const Options& options, const Routes& routes, Desk& desk, net::LoopGroup& loops);

  void OnRequest(http::Request request, std::unique_ptr<http::Responder> responder) override;

 private:
  struct Ready {
    const Routes::Entry* entry;
    Call call;
  };

  tl::expected<Ready, Answer> Read(const http::Request& request) const;
  Answer Refuse(const http::Request& request, bool open) const;
  void AddCrossDomains(const http::Request& request, http::Fields& fields) const;

  const Options options_;
  const http::CrossDomains cross_domains_;
  const Routes& routes_;
  Desk& desk_;
  net::LoopGroup& loops_;
};

}  // namespace weir::api
