#include "service/tls_paths.h"

namespace weir::service {

std::string FilePath(const config::Node& node, std::string_view child) {
  return node.FilePath(child);
}

Result<TlsPaths> ReadTlsPaths(const config::Node& tls) {
  TlsPaths paths{.certificate = FilePath(tls, "CertPath"),
                 .key = FilePath(tls, "KeyPath"),
                 .chain = FilePath(tls, "ChainCertPath")};
  if (paths.certificate.empty()) return tls.Wrong("has no <CertPath>");
  if (paths.key.empty()) return tls.Wrong("has no <KeyPath>");
  return paths;
}

}  // namespace weir::service
