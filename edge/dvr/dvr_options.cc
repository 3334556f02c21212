#include "edge/dvr/dvr_options.h"

#include <algorithm>

namespace weir::edge {
namespace {

constexpr const char* kFolder = "/tmp/ll_hls_dvr";
constexpr int64_t kLength = 3'600;
constexpr int64_t kLengthMax = 14 * 86'400;

/// The <DVR> of an application that has it enabled; null otherwise.
Result<const config::Node*> EnabledDvr(const service::Application& application) {
  const config::Node* const llhls = application.Publisher("LLHLS");
  const config::Node* const dvr = llhls == nullptr ? nullptr : llhls->Child("DVR");
  if (dvr == nullptr) return nullptr;
  const auto enabled = dvr->Flag("Enable", false);
  if (!enabled) return tl::unexpected(enabled.error());
  return *enabled ? dvr : nullptr;
}

Status AddApplication(const config::Node& dvr, std::optional<DvrOptions>& options) {
  const auto folder = dvr.Text("TempStoragePath", kFolder);
  if (!folder) return tl::unexpected(folder.error());
  if (folder->empty()) return dvr.Wrong("<TempStoragePath> is empty");
  if (options && options->folder != *folder)
    return dvr.Wrong("every <DVR> of an edge needs the same <TempStoragePath>");
  if (!options) options = DvrOptions{.folder = *folder};
  return {};
}

}  // namespace

Result<std::chrono::seconds> ReadDvrLength(const service::Application& application) {
  const auto dvr = EnabledDvr(application);
  if (!dvr) return tl::unexpected(dvr.error());
  if (*dvr == nullptr) return std::chrono::seconds(0);
  const auto seconds = (*dvr)->Integer("MaxDuration", kLength, 1, kLengthMax);
  if (!seconds) return tl::unexpected(seconds.error());
  return std::chrono::seconds(*seconds);
}

Result<std::optional<DvrOptions>> ReadDvrOptions(const config::Node& server,
                                                 const service::VirtualHosts& hosts) {
  std::optional<DvrOptions> options;
  for (const service::VirtualHost& host : hosts.list()) {
    for (const service::Application& application : host.applications) {
      const auto dvr = EnabledDvr(application);
      if (!dvr) return tl::unexpected(dvr.error());
      if (*dvr == nullptr) continue;
      if (Status added = AddApplication(**dvr, options); !added)
        return tl::unexpected(added.error());
      const auto length = ReadDvrLength(application);
      if (!length) return tl::unexpected(length.error());
      options->age_max = std::max(options->age_max, *length);
    }
  }
  if (const config::Node* const own = server.Find("Weir/DVR"); own != nullptr && options) {
    const auto bytes = own->Integer("MaxBytes", 0, 0);
    if (!bytes) return tl::unexpected(bytes.error());
    options->bytes_max = static_cast<uint64_t>(*bytes);
  }
  return options;
}

}  // namespace weir::edge
