#include "origin/api/place.h"

#include <fmt/format.h>

namespace weir::api {

std::string NoHost(std::string_view vhost) {
  return fmt::format("Could not find the virtual host: [{}]", vhost);
}

std::string NoApplication(std::string_view vhost, std::string_view app) {
  return fmt::format("Could not find the application: [{}/{}]", vhost, app);
}

std::string NoStream(const stream::StreamPath& path) {
  return fmt::format("Could not find the stream: [{0}/#{0}#{1}/{2}]", path.vhost, path.app,
                     path.name);
}

Result<const service::VirtualHost*> FindHost(const service::VirtualHosts& hosts,
                                             std::string_view vhost) {
  const service::VirtualHost* const host = hosts.Find(vhost);
  if (host == nullptr) return Fail(ErrorCode::kNotFound, NoHost(vhost));
  return host;
}

Result<const service::Application*> FindApplication(const service::VirtualHosts& hosts,
                                                    std::string_view vhost, std::string_view app) {
  const auto host = FindHost(hosts, vhost);
  if (!host) return tl::unexpected(host.error());
  const service::Application* const application = (*host)->FindApplication(app);
  if (application == nullptr) return Fail(ErrorCode::kNotFound, NoApplication(vhost, app));
  return application;
}

}  // namespace weir::api
