#include "origin/dump/dump_spec.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "base/local_time.h"
#include "origin/files/path_template.h"

namespace weir::dump {
namespace {

using nlohmann::json;

constexpr size_t kIdMax = 512;
constexpr size_t kPathMax = 4'096;
constexpr size_t kUserDataMax = 16'384;
constexpr size_t kPlaylistsMax = 64;

/// The text of that name; empty where there is none. Nothing where it is something else.
std::optional<std::string> TextOf(const json& body, const char* name, size_t size_max) {
  const auto found = body.find(name);
  if (found == body.end() || found->is_null()) return std::string();
  if (!found->is_string() || found->get_ref<const std::string&>().size() > size_max)
    return std::nullopt;
  return found->get<std::string>();
}

tl::unexpected<Error> Invalid(const char* name) {
  return Fail(ErrorCode::kMalformed, fmt::format("Invalid [{}] parameter", name));
}

bool IsFileName(const std::string& name) {
  return name.find('/') == std::string::npos && files::PathBelow({}, name);
}

/// A folder may have a slash at its end.
Result<std::string> Below(const std::string& root, std::string_view path) {
  if (path.ends_with('/')) path.remove_suffix(1);
  return files::PathBelow(root, path);
}

Result<std::vector<std::string>> ReadPlaylists(const json& body) {
  std::vector<std::string> names;
  const auto found = body.find("playlist");
  if (found == body.end() || found->is_null()) return names;
  if (!found->is_array() || found->size() > kPlaylistsMax) return Invalid("playlist");
  for (const json& name : *found) {
    if (!name.is_string()) return Invalid("playlist");
    std::string text = name.get<std::string>();
    if (std::ranges::find(names, text) == names.end()) names.push_back(std::move(text));
  }
  return names;
}

/// What stands between "${" and "}"; nothing where it is unknown.
std::optional<std::string> ValueOf(std::string_view macro, const stream::StreamPath& stream,
                                   UtcTime now) {
  if (macro == "VHostName") return files::AsOnePart(stream.vhost);
  if (macro == "AppName") return files::AsOnePart(stream.app);
  if (macro == "StreamName") return files::AsOnePart(stream.name);
  if (macro == "ISO8601") return IsoLocal(now);
  if (macro == "S") return files::AsOnePart(LocalZone(now));
  if (macro == "z") return LocalOffset(now);
  for (const char* part : {"YYYY", "MM", "DD", "hh", "mm", "ss"})
    if (macro == part) return FormatLocal(now, macro);
  return std::nullopt;
}

}  // namespace

Result<DumpSpec> ReadRequest(const json& body) {
  const json nothing = json::object();
  const json& object = body.is_object() ? body : nothing;
  DumpSpec spec;
  const std::array<std::tuple<const char*, size_t, std::string*>, 4> texts{
      {{"id", kIdMax, &spec.id},
       {"outputPath", kPathMax, &spec.output_path},
       {"infoFile", kPathMax, &spec.info_file},
       {"userData", kUserDataMax, &spec.user_data}}};
  for (const auto& [name, size_max, text] : texts) {
    std::optional<std::string> read = TextOf(object, name, size_max);
    if (!read) return Invalid(name);
    *text = *std::move(read);
  }
  const auto stream = TextOf(object, "outputStreamName", kIdMax);
  if (!stream || stream->empty() || spec.id.empty() || spec.output_path.empty()) {
    return Fail(ErrorCode::kMalformed, "id, outputStreamName and outputPath are required");
  }
  Result<std::vector<std::string>> playlists = ReadPlaylists(object);
  if (!playlists) return tl::unexpected(playlists.error());
  spec.playlists = *std::move(playlists);
  if (Status fine = CheckSpec(spec); !fine) return tl::unexpected(fine.error());
  return spec;
}

Status CheckSpec(const DumpSpec& spec) {
  if (spec.playlists.size() > kPlaylistsMax || !std::ranges::all_of(spec.playlists, IsFileName))
    return Invalid("playlist");
  if (!Below({}, spec.output_path)) return Invalid("outputPath");
  if (!spec.info_file.empty() && !Below({}, spec.info_file)) return Invalid("infoFile");
  return {};
}

Result<DumpPlace> PlaceOf(const DumpSpec& spec, const std::string& root,
                          const stream::StreamPath& stream, UtcTime now) {
  const auto expand = [&](const std::string& path) {
    return files::ExpandMacros(path,
                               [&](std::string_view macro) { return ValueOf(macro, stream, now); });
  };
  auto folder = Below(root, expand(spec.output_path));
  if (!folder) return Invalid("outputPath");
  DumpPlace place{.folder = *std::move(folder)};
  if (spec.info_file.empty()) return place;
  auto info_file = Below(root, expand(spec.info_file));
  if (!info_file) return Invalid("infoFile");
  place.info_file = *std::move(info_file);
  return place;
}

json Show(const DumpSpec& spec, const std::string& stream_name, bool enabled) {
  json shown{{"id", spec.id},
             {"outputStreamName", stream_name},
             {"outputPath", spec.output_path},
             {"enabled", enabled}};
  if (!spec.info_file.empty()) shown["infoFile"] = spec.info_file;
  if (!spec.user_data.empty()) shown["userData"] = spec.user_data;
  if (!spec.playlists.empty()) shown["playlist"] = spec.playlists;
  return shown;
}

}  // namespace weir::dump
