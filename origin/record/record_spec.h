#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/result.h"
#include "media/track.h"
#include "origin/record/schedule.h"

namespace weir::record {

/// How a file is written, by the ending of its name.
enum class Container { kMp4, kTs };

/// .mp4 or .ts, whatever the case; nothing for others.
std::optional<Container> ContainerOf(std::string_view path);

/// What somebody wants recorded, as OvenMediaEngine's startRecord has it.
struct RecordSpec {
  std::string id{};
  std::string stream{};  ///< Name within the application.
  /// Names of the application's encodes, for whoever asks; what they mean is in the two below.
  std::vector<std::string> variant_names{};
  bool variant_video = false;               ///< Of the names, some are of video, ...
  bool variant_audio = false;               ///< ... some of audio.
  std::vector<media::TrackId> track_ids{};  ///< Tracks besides.
  std::string file_path{};                  ///< With macros (path_template.h), below the root.
  std::string info_path{};                  ///< The same.
  std::chrono::milliseconds interval{0};    ///< Length of a file; zero: not split by it.
  std::optional<Schedule> schedule{};       ///< Instead of an interval.
  bool continuous = false;   ///< Timestamps go on over files, instead of each starting at zero.
  std::string metadata{};    ///< Free text for the info file. May hold secrets: never for a log.
  bool from_config = false;  ///< Of a stream map.
};

nlohmann::json ToJson(const RecordSpec& spec);

/// The twin of it. kMalformed.
Result<RecordSpec> ReadSpec(const nlohmann::json& json);

/// The tracks a recording is of, in the stream's order: all, where it names none. Streams go out as
/// they came in, so that an encode's name means all tracks of its kind.
std::vector<media::Track> SelectTracks(const RecordSpec& spec,
                                       const std::vector<media::Track>& tracks);

}  // namespace weir::record
