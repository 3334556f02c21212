#include "edge/serve/front.h"

#include <utility>

#include <fmt/format.h>

#include "service/tls_paths.h"

namespace weir::edge {
namespace {

Result<http::ForwardedBy> ReadField(const config::Node& proxies) {
  const auto name = proxies.Text("Field", "X-Forwarded-For");
  if (!name) return tl::unexpected(name.error());
  if (*name == "X-Forwarded-For") return http::ForwardedBy::kXForwardedFor;
  if (*name == "Forwarded") return http::ForwardedBy::kForwarded;
  return proxies.Child("Field")->Wrong(
      fmt::format("'{}' is neither X-Forwarded-For nor Forwarded", *name));
}

}  // namespace

Result<FrontOptions> ReadFrontOptions(const config::Node& server, net::Networks trusted) {
  FrontOptions options;
  options.forwarding.proxies = std::move(trusted);
  const config::Node* weir = server.Child("Weir");
  if (weir == nullptr) return options;
  if (const config::Node* proxies = weir->Child("TrustedProxies")) {
    const auto field = ReadField(*proxies);
    if (!field) return tl::unexpected(field.error());
    options.forwarding.by = *field;
  }
  if (const config::Node* log = weir->Child("AccessLog")) {
    options.access_log =
        log->text() == "stdout" ? log->text() : service::FilePath(*weir, "AccessLog");
    if (options.access_log.empty()) return log->Wrong("needs a file's path, or stdout");
  }
  return options;
}

void Front::OnRequest(http::Request request, std::unique_ptr<http::Responder> responder) {
  http::ApplyForwarding(forwarding_, request);
  auto followed = log_.Follow(request, std::move(responder));
  next_.OnRequest(std::move(request), std::move(followed));
}

}  // namespace weir::edge
