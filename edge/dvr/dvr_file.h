#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "media/codec_id.h"
#include "media/track.h"

namespace weir::edge {

/// One segment, or init segment, that is kept for rewinding. Its path says all there is to know of
/// it, so that an edge that starts again finds what it had by looking at the folders alone:
///
///   <key>/<discontinuity sequence>_<run>/<track>_<kind>_<number>_<length>_<date>_<size>.m4s
///   <key>/<discontinuity sequence>_<run>/<track>_<kind>_init_<size>.m4s
///
/// Key: hls::ChunklistKey of the stream. Length and date (since 1970): microseconds. A file whose
/// size is not the one in its name was cut off.
struct DvrFile {
  std::string key{};
  std::string run{};
  int64_t discontinuity_sequence = 0;
  media::TrackId track = 0;
  media::MediaKind kind = media::MediaKind::kVideo;
  std::optional<int64_t> number{};  ///< Nothing: an init segment.
  std::chrono::microseconds length{0};
  UtcTime date{};
  size_t size = 0;

  /// Relative to the store's folder.
  std::string path() const;

  bool operator==(const DvrFile&) const = default;
};

/// Nothing where `path` is not of this form.
std::optional<DvrFile> ParseDvrPath(std::string_view path);

}  // namespace weir::edge
