#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "config/node.h"

namespace weir::service {

/// The files of a certificate.
struct TlsPaths {
  std::string certificate;
  std::string key;
  std::string chain;  ///< Empty when there is none.
};

/// Reads a <TLS> element: CertPath and KeyPath, which must be there, and ChainCertPath.
Result<TlsPaths> ReadTlsPaths(const config::Node& tls);

/// The file the child of that name gives, relative paths resolved against the folder of the
/// configuration file it stands in; empty when there is none.
std::string FilePath(const config::Node& node, std::string_view child);

}  // namespace weir::service
