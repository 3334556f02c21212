#include "service/tls_paths.h"

#include <filesystem>

namespace weir::service {

std::string FilePath(const config::Node& node, std::string_view child) {
  const config::Node* given = node.Child(child);
  if (given == nullptr || given->text().empty()) return {};
  const std::string where = given->where();
  const std::filesystem::path file = where.substr(0, where.rfind(':'));
  return (file.parent_path() / given->text()).string();
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
