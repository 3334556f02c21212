#include "origin/record/record_options.h"

#include <utility>

#include <fmt/format.h>

#include "origin/api/place.h"
#include "origin/files/path_template.h"
#include "origin/record/record_spec.h"

namespace weir::record {
namespace {

constexpr const char* kFilePath =
    "${TransactionId}_${VirtualHost}_${Application}_${Stream}_${StartTime:YYYYMMDDhhmmss}"
    "_${EndTime:YYYYMMDDhhmmss}.ts";
/// Without times, so that all files of a recording share it.
constexpr const char* kInfoPath = "${TransactionId}_${VirtualHost}_${Application}_${Stream}.xml";

Status ReadPaths(const config::Node& file, RecordOptions& options) {
  Result<std::string> file_path = file.Text("FilePath", kFilePath);
  if (!file_path) return tl::unexpected(file_path.error());
  if (!ContainerOf(*file_path)) return file.Wrong("FilePath must end in .mp4 or .ts");
  Result<std::string> info_path = file.Text("InfoPath", kInfoPath);
  if (!info_path) return tl::unexpected(info_path.error());
  options.file_path = *std::move(file_path);
  options.info_path = *std::move(info_path);
  for (const std::string& path : {options.file_path, options.info_path}) {
    if (Result<std::string> below = files::PathBelow(options.root, path); !below)
      return file.Wrong(below.error().detail);
  }
  return {};
}

Status ReadMap(const config::Node& file, RecordOptions& options) {
  const config::Node* const map = file.Child("StreamMap");
  if (map == nullptr) return {};
  Result<std::string> path = map->EnabledPath();
  if (!path) return tl::unexpected(path.error());
  options.stream_map = *std::move(path);
  return {};
}

}  // namespace

Result<std::optional<RecordOptions>> ReadRecordOptions(const service::Application& application,
                                                       const std::string& default_root) {
  std::optional<RecordOptions> options;
  const config::Node* const file = application.Publisher("FILE");
  if (file == nullptr) return options;
  options.emplace();
  options->root = file->FilePath("RootPath");
  if (options->root.empty()) options->root = default_root;
  if (Status paths = ReadPaths(*file, *options); !paths) return tl::unexpected(paths.error());
  if (Status map = ReadMap(*file, *options); !map) return tl::unexpected(map.error());
  auto names = service::ReadEncodeNames(application);
  if (!names) return tl::unexpected(names.error());
  options->names = *std::move(names);
  return options;
}

Result<RecordOptions> FindRecordOptions(const service::VirtualHosts& hosts, std::string_view vhost,
                                        std::string_view app, const std::string& default_root) {
  const auto application = api::FindApplication(hosts, vhost, app);
  if (!application) return tl::unexpected(application.error());
  auto options = ReadRecordOptions(**application, default_root);
  if (!options) return tl::unexpected(options.error());
  if (!*options) {
    return Fail(ErrorCode::kUnsupported,
                fmt::format("Could not find application: [{}/{}]", vhost, app));
  }
  return **std::move(options);
}

}  // namespace weir::record
