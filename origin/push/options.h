#pragma once

#include <filesystem>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "origin/push/sender.h"
#include "service/encode_names.h"
#include "service/virtual_hosts.h"

namespace weir::push {

/// What an application says of its pushes.
struct Options {
  Patience patience;
  service::EncodeNames names;
  std::optional<std::filesystem::path> map;  ///< <StreamMap>, where it is enabled.
};

/// <Publishers><Push>, or one of its older names RTMPPush, SRTPush and MPEGTSPush. Nothing where
/// the application has none of them.
Result<std::optional<Options>> ReadOptions(const service::Application& application);

/// The options of an application. kNotFound: there is no such host or application, in the API's
/// words; kUnsupported, in the same: it does not push.
Result<Options> FindOptions(const service::VirtualHosts& hosts, std::string_view vhost,
                            std::string_view app);

}  // namespace weir::push
