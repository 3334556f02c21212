#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/result.h"
#include "stream/stream_path.h"

namespace weir::dump {

/// A dump as it was asked for, of one stream.
struct DumpSpec {
  std::string id{};
  std::string output_path{};  ///< A folder, with macros.
  std::string info_file{};    ///< With macros; empty: there is none.
  std::string user_data{};    ///< For the info file alone; may hold secrets.
  /// Multivariant playlists, as viewers ask for them: "master.m3u8".
  std::vector<std::string> playlists{};
};

/// Where a dump lies, both below the root.
struct DumpPlace {
  std::string folder{};
  std::string info_file{};  ///< Empty: there is none.
};

/// Reads what startHlsDump was asked. kMalformed, with a text for whoever asked.
Result<DumpSpec> ReadRequest(const nlohmann::json& body);

/// kMalformed, in those words: its paths or playlists are none.
Status CheckSpec(const DumpSpec& spec);

/// Replaces the macros ${VHostName}, ${AppName}, ${StreamName}, ${YYYY}, ${MM}, ${DD}, ${hh},
/// ${mm}, ${ss}, ${S} (time zone), ${z} (its offset) and ${ISO8601}, in local time. kMalformed:
/// a path leads out of the root, or is none; with a text for whoever asked.
Result<DumpPlace> PlaceOf(const DumpSpec& spec, const std::string& root,
                          const stream::StreamPath& stream, UtcTime now);

/// As the API shows it (OvenMediaEngine's Dump).
nlohmann::json Show(const DumpSpec& spec, const std::string& stream_name, bool enabled);

}  // namespace weir::dump
