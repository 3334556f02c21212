#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "service/virtual_hosts.h"
#include "stream/stream_path.h"

namespace weir::api {

// OvenMediaEngine's words for what a call names and nobody has: errors of status 404.

std::string NoHost(std::string_view vhost);
std::string NoApplication(std::string_view vhost, std::string_view app);
std::string NoStream(const stream::StreamPath& path);

/// The virtual host of that name; kNotFound in those words. As long as `hosts` live.
Result<const service::VirtualHost*> FindHost(const service::VirtualHosts& hosts,
                                             std::string_view vhost);

/// The application that has streams of that name, which may be a template; kNotFound in those
/// words.
Result<const service::Application*> FindApplication(const service::VirtualHosts& hosts,
                                                    std::string_view vhost, std::string_view app);

}  // namespace weir::api
