#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/node.h"
#include "origin/dump/dump_spec.h"
#include "service/virtual_hosts.h"

namespace weir::dump {

/// A <Dump>: how every stream of some names is dumped.
struct ConfiguredDump {
  std::string stream_name;  ///< With * and ?.
  DumpSpec spec;            ///< The id may be empty.
};

/// An application's <Publishers><LLHLS><Dumps>; those that are not enabled are left out. Nothing
/// where it has no <LLHLS>: its streams cannot be dumped.
Result<std::optional<std::vector<ConfiguredDump>>> ReadDumpOptions(
    const service::Application& application);

/// The same of an application by its name. kNotFound: there is no such host or application, in the
/// API's words.
Result<std::optional<std::vector<ConfiguredDump>>> FindDumpOptions(
    const service::VirtualHosts& hosts, std::string_view vhost, std::string_view app);

/// <Weir><Dumps><RootPath>, the folder that all dumps lie below; `server` is the <Server>.
std::string ReadDumpRoot(const config::Node& server, const std::string& fallback);

}  // namespace weir::dump
