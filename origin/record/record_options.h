#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "service/encode_names.h"
#include "service/virtual_hosts.h"

namespace weir::record {

/// How an application's streams are recorded: its <Publishers><FILE>.
struct RecordOptions {
  std::string root;        ///< RootPath: the folder that all files lie below.
  std::string file_path;   ///< FilePath, where a request names none.
  std::string info_path;   ///< InfoPath, the same.
  std::string stream_map;  ///< The file that StreamMap names; empty: there is none.
  service::EncodeNames names;
};

/// Nothing where the application has no <FILE>; `default_root` is for where that has no RootPath.
Result<std::optional<RecordOptions>> ReadRecordOptions(const service::Application& application,
                                                       const std::string& default_root);

/// The options of an application. kNotFound: there is no such host or application, in the API's
/// words; kUnsupported, in the same: it does not record.
Result<RecordOptions> FindRecordOptions(const service::VirtualHosts& hosts, std::string_view vhost,
                                        std::string_view app, const std::string& default_root);

}  // namespace weir::record
