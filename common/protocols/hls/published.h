#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/shared_bytes.h"
#include "formats/m3u8/media_playlist.h"
#include "http/message.h"
#include "media/media_sink.h"
#include "media/track.h"

namespace weir::hls {

/// One file as viewers get it: built once, shared by every loop and every request.
struct Resource {
  SharedBytes bytes;
  SharedBytes gzip;               ///< Playlists only; empty where it does not pay.
  std::string etag;               ///< Strong, of `bytes`, with its quotes.
  std::string_view content_type;  ///< A literal.
  /// What every answer with it says of it: Content-Type, ETag.
  http::SharedFieldsPtr fields{};
  http::SharedFieldsPtr gzip_fields{};  ///< The same of `gzip`.
};

using ResourcePtr = std::shared_ptr<const Resource>;

class Chunklist;  // chunklist.h

using ChunklistPtr = std::shared_ptr<const Chunklist>;

/// A multivariant playlist in every form it may be asked for.
struct Multivariant {
  ResourcePtr usual;
  ResourcePtr legacy;  ///< Its chunklist URIs carry _HLS_legacy=YES.
};

/// By file name, without ".m3u8".
using Multivariants = std::map<std::string, Multivariant, std::less<>>;

/// A run begins: new init segments, new multivariant playlists.
struct RunOpened {
  std::shared_ptr<const media::TrackList> tracks;  ///< `run` is set.
  std::shared_ptr<const Multivariants> multivariants;
  std::vector<std::pair<media::TrackId, ResourcePtr>> inits;
  ResourcePtr multivariant_ts{};                ///< Null: not offered as MPEG-TS.
  std::vector<media::TrackId> ts_renditions{};  ///< Beside those of the tracks.
  /// `multivariants` with _HLS_rewind=YES in their chunklist URIs. Null: no rewinding.
  std::shared_ptr<const Multivariants> rewind_multivariants{};
};

/// Part `part` of segment `number` is complete.
struct PartAdded {
  media::TrackId track = 0;
  int64_t number = 0;
  int part = 0;
  ResourcePtr media;
  /// The chunklist as it stands now: for ever the answer to _HLS_msn=number&_HLS_part=part, and
  /// the current one until the next change.
  ChunklistPtr playlist;
};

/// Segment `number` is complete, with `parts` parts numbered from 0; or lost (a gap), with none.
struct SegmentClosed {
  media::TrackId track = 0;
  int64_t number = 0;
  int parts = 0;
  ResourcePtr media;      ///< Null for a gap.
  ChunklistPtr playlist;  ///< For ever the answer to _HLS_msn=number alone.
  ResourcePtr
      legacy;  ///< The chunklist for _HLS_legacy=YES: whole segments, no tags of low latency.
  m3u8::Segment entry{};   ///< As a playlist has it, without its parts.
  bool on_demand = false;  ///< `media` is null for another reason: it is made when asked for.
};

/// Segment `number` has left the playlist long enough ago that nobody has reason to ask for it or
/// for its parts: it may be forgotten.
struct SegmentExpired {
  media::TrackId track = 0;
  int64_t number = 0;
};

/// Receives what a Packager makes, in order, on the packager's loop.
class PublishedSink {
 public:
  virtual ~PublishedSink() = default;
  virtual void OnRunOpened(const RunOpened& opened) = 0;
  virtual void OnPart(const PartAdded& part) = 0;
  virtual void OnSegment(const SegmentClosed& segment) = 0;
  virtual void OnExpired(const SegmentExpired& expired) = 0;
  /// After kConcluded the last playlists (with ENDLIST) have come before, as SegmentClosed.
  virtual void OnEnd(media::EndReason reason) = 0;
};

}  // namespace weir::hls
