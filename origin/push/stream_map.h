#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "origin/push/spec.h"
#include "stream/stream_path.h"

namespace weir::push {

/// One <Push> of a stream map: what to push, and where, whenever such a stream comes.
struct MapEntry {
  std::string stream_name;                   ///< With * and ?.
  std::vector<std::string> variant_names{};  ///< Empty: the usual tracks.
  std::string protocol{};
  std::string url{};  ///< With ${VirtualHost}, ${Application}, ${Stream}, ${SourceStream}.
  std::string stream_key{};
};

/// Reads a file as OvenMediaEngine has it, <PushInfo> with <Push> elements; those that are not
/// enabled are left out. Blocks. Errors name file and line.
Result<std::vector<MapEntry>> ReadStreamMap(const std::filesystem::path& file);

/// What `entry` means for one stream, whose name matches or not: the push that `id` names.
bool Matches(const MapEntry& entry, const stream::StreamPath& stream);
Spec SpecFor(const MapEntry& entry, const stream::StreamPath& stream, std::string id, UtcTime now);

}  // namespace weir::push
