#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "media/track.h"

namespace weir::hls {

/// The files of a stream, named as OvenMediaEngine names them (`<key>` in its stream-key place):
///
///   chunklist_<track>_<kind>_<key>_llhls.m3u8     key: hash of the stream's path, the same on
///                                                 every edge and in every run, so that a viewer
///                                                 goes on over a restart of the origin
///   init_<track>_<kind>_<run>_llhls.m4s           run: the run id, so that these never change
///   seg_<track>_<number>_<kind>_<run>_llhls.m4s
///   part_<track>_<number>_<part>_<kind>_<run>_llhls.m4s
///
///   medialist_<track>_<key>_hls.m3u8              MPEG-TS, video and audio in one; <track> is the
///   seg_<track>_<number>_<run>_hls.ts             video's, or the audio's where there is no video
struct FileName {
  enum class Type { kChunklist, kInit, kSegment, kPart, kTsChunklist, kTsSegment };
  Type type = Type::kChunklist;
  media::TrackId track = 0;
  media::MediaKind kind = media::MediaKind::kVideo;  ///< Not in names of MPEG-TS.
  int64_t number = 0;                                ///< Segments and parts.
  int part = 0;                                      ///< Parts.
  std::string key;

  std::string text() const;
  bool operator==(const FileName&) const = default;
};

/// Nothing where `name` is none of these.
std::optional<FileName> ParseFileName(std::string_view name);

/// Whether `name` is that of a playlist of playlists, with which players begin.
bool IsMultivariantName(std::string_view name);

/// The key of a stream's chunklists: 16 hexadecimal digits, from `path` ("default/app/stream").
std::string ChunklistKey(std::string_view path);

}  // namespace weir::hls
