#include "hooks/hook_caller.h"

#include <utility>

#include <fmt/format.h>

#include "crypto/hex.h"
#include "crypto/hmac.h"

namespace weir::hooks {
namespace {

/// Waiting for a connection, for each that there may be.
constexpr size_t kCallsPerConnection = 16;

constexpr size_t kAnswerMax = size_t{64} << 10;

}  // namespace

HookCaller::HookCaller(net::EventLoop& loop, const WcsOptions& options,
                       const net::TlsClientContext* tls)
    : options_(options) {
  for (const HookApp& app : options.apps) {
    clients_[&app] = std::make_unique<http::Client>(
        loop, http::ClientOptions{.connections_max = app.connections_max,
                                  .calls_max = app.connections_max * kCallsPerConnection,
                                  .limits = {.body_bytes = kAnswerMax},
                                  .tls = tls});
  }
}

HookCaller::~HookCaller() = default;

void HookCaller::Call(const HookApp& app, std::string_view method, nlohmann::json fields,
                      Answer answer) {
  fields["nodeId"] = options_.node;
  fields["appKey"] = app.key;
  // What a peer sent may be no UTF-8.
  std::string body = fields.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  http::Fields headers{{"Content-Type", "application/json"}, {"Accept", "application/json"}};
  if (!app.secret.empty())
    headers.emplace_back("Authorization",
                         "WCS " + crypto::HexEncode(crypto::HmacMd5(app.secret, body)));
  http::Url url = app.url;
  url.target += fmt::format("/{}", method);
  clients_.find(&app)->second->Send(
      url, {.method = "POST", .fields = std::move(headers), .body = std::move(body)}, app.timeout,
      [answer = std::move(answer)](const Result<http::ClientResponse>& response) {
        answer(response ? Result<int>(response->status)
                        : Result<int>(tl::unexpected(response.error())));
      });
}

}  // namespace weir::hooks
