#include "origin/api/options.h"

#include <utility>

#include "base/log.h"
#include "service/letters.h"

namespace weir::api {
namespace {

Status ReadHost(const config::Node& host, Options& options) {
  if (const config::Node* names = host.Child("Names"); names != nullptr) {
    for (const config::Node* name : names->Children("Name"))
      options.names.push_back(service::LowerCase(name->text()));
  }
  const config::Node* tls = host.Child("TLS");
  if (tls == nullptr) return {};
  Result<service::TlsPaths> paths = service::ReadTlsPaths(*tls);
  if (!paths) return tl::unexpected(paths.error());
  options.tls = *std::move(paths);
  return {};
}

Status ReadApi(const config::Node& api, Options& options) {
  Result<std::string> token = api.Text("AccessToken", "");
  if (!token) return tl::unexpected(token.error());
  options.access_token = *std::move(token);
  const config::Node* cross_domains = api.Child("CrossDomains");
  if (cross_domains == nullptr) return {};
  for (const config::Node* url : cross_domains->Children("Url"))
    options.cross_domains.push_back(url->text());
  return {};
}

}  // namespace

Result<Options> ReadOptions(const config::Node& server) {
  Options options;
  const config::Node* managers = server.Child("Managers");
  if (managers == nullptr) return options;
  const config::Node* host = managers->Child("Host");
  const config::Node* api = managers->Child("API");
  if (api == nullptr) return options;
  if (host == nullptr) return managers->Wrong("needs a <Host> beside its <API>");
  if (const Status read = ReadHost(*host, options); !read) return tl::unexpected(read.error());
  if (const Status read = ReadApi(*api, options); !read) return tl::unexpected(read.error());
  return options;
}

}  // namespace weir::api
