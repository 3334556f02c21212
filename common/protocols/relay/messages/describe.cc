#include "protocols/relay/messages/describe.h"

#include <chrono>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "protocols/relay/packing.h"

namespace weir::relay {
namespace {

using media::CodecId;
using media::Playlist;
using media::Rendition;
using media::Run;
using media::Track;
using media::TrackList;

constexpr size_t kTracksMax = 64;
constexpr size_t kConfigMax = size_t{64} << 10;
constexpr int64_t kSpanMax = int64_t{1} << 45;    // ticks: near 14 hours
constexpr int64_t kNumberMax = int64_t{1} << 53;  // exact in JavaScript too
constexpr int64_t kU32Max = std::numeric_limits<uint32_t>::max();

MapWriter WriteTrack(const Track& track) {
  MapWriter map;
  map.Integer("id", track.id);
  map.Text("codec", NameOf(track.codec));
  map.Bytes("config", track.config.view());
  map.Text("codecs", track.codec_string);
  map.Integer("bitrate", track.bitrate);
  map.Integer("frame_duration", track.frame_duration.count());
  map.Integer("part_target", track.part_target.count());
  map.Integer("width", track.width);
  map.Integer("height", track.height);
  map.Text("range", NameOf(track.range));
  map.Integer("sample_rate", track.sample_rate);
  map.Integer("channels", track.channels);
  return map;
}

MapWriter WriteRun(const Run& run) {
  MapWriter map;
  map.Text("id", run.id);
  map.Integer("first_number", run.first_number);
  map.Integer("discontinuity_sequence", run.discontinuity_sequence);
  map.Integer("target_duration", run.target_duration.count());
  map.Integer("segment_duration", run.segment_duration.count());
  map.Integer("segment_count", run.segment_count);
  map.Integer("part_hold_back", run.part_hold_back.count());
  map.Integer("preload_hint", run.preload_hint ? 1 : 0);
  return map;
}

MapWriter WriteRendition(const Rendition& rendition) {
  MapWriter map;
  map.Text("name", rendition.name);
  if (rendition.video) map.Integer("video", *rendition.video);
  std::vector<MapWriter> audio;
  for (const media::TrackId id : rendition.audio)
    audio.emplace_back().Integer("id", id);
  map.List("audio", audio);
  return map;
}

MapWriter WritePlaylist(const Playlist& playlist) {
  MapWriter map;
  map.Text("name", playlist.name);
  map.Text("file_name", playlist.file_name);
  map.Integer("path_depth", playlist.path_depth);
  map.Integer("ts_packaging", playlist.ts_packaging ? 1 : 0);
  std::vector<MapWriter> renditions;
  for (const Rendition& rendition : playlist.renditions)
    renditions.push_back(WriteRendition(rendition));
  map.List("renditions", renditions);
  return map;
}

uint32_t ReadU32(const MapReader& map, std::string_view key) {
  return static_cast<uint32_t>(map.Integer(key, 0, 0, kU32Max));
}

std::optional<CodecId> ReadCodec(const MapReader& map) {
  const std::string name = map.Text("codec", 32);
  for (const CodecId codec :
       {CodecId::kH264, CodecId::kH265, CodecId::kAv1, CodecId::kAac, CodecId::kOpus})
    if (name == NameOf(codec)) return codec;
  return std::nullopt;
}

/// One that a later version knows is taken for the usual one.
media::VideoRange ReadRange(const MapReader& map) {
  const std::string name = map.Text("range", 32);
  for (const media::VideoRange range : {media::VideoRange::kHlg, media::VideoRange::kPq})
    if (name == NameOf(range)) return range;
  return media::VideoRange::kSdr;
}

Rendition ReadRendition(const MapReader& map) {
  Rendition rendition{.name = map.Text("name", Playlist::kNameSizeMax)};
  const int64_t video = map.Integer("video", -1, 0, kU32Max);
  if (video >= 0) rendition.video = static_cast<media::TrackId>(video);
  for (const MapReader& audio : map.List("audio", kTracksMax))
    rendition.audio.push_back(ReadU32(audio, "id"));
  return rendition;
}

Playlist ReadPlaylist(const MapReader& map) {
  Playlist playlist{.name = map.Text("name", Playlist::kNameSizeMax),
                    .file_name = map.Text("file_name", Playlist::kNameSizeMax),
                    .path_depth = static_cast<int>(map.Integer(
                        "path_depth", 0, Playlist::kPathDepthMin, Playlist::kPathDepthMax)),
                    .ts_packaging = map.Integer("ts_packaging", 0, 0, 1) != 0};
  for (const MapReader& rendition : map.List("renditions", Playlist::kRenditionsMax))
    playlist.renditions.push_back(ReadRendition(rendition));
  return playlist;
}

Track ReadTrack(const MapReader& map, CodecId codec) {
  Track track{.id = ReadU32(map, "id"),
              .codec = codec,
              .config = SharedBytes(map.Bytes("config", kConfigMax)),
              .codec_string = map.Text("codecs", 128),
              .bitrate = map.Integer("bitrate", 0, 0),
              .frame_duration = MediaTime(map.Integer("frame_duration", 0, 0, kSpanMax)),
              .part_target = MediaTime(map.Integer("part_target", 0, 0, kSpanMax)),
              .width = ReadU32(map, "width"),
              .height = ReadU32(map, "height"),
              .range = ReadRange(map),
              .sample_rate = ReadU32(map, "sample_rate"),
              .channels = ReadU32(map, "channels")};
  if (track.kind() == media::MediaKind::kAudio && !IsExactRate(track.sample_rate))
    map.Reject("sample_rate", "is not one that media time divides");
  return track;
}

/// The id stands in file names: nothing but hexadecimal digits may get there.
bool IsRunId(std::string_view id) {
  return id.size() == 16 && id.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Run ReadRun(const MapReader& map) {
  Run run{.id = map.Text("id", 16),
          .first_number = map.Integer("first_number", 0, 0, kNumberMax),
          .discontinuity_sequence = map.Integer("discontinuity_sequence", 0, 0, kNumberMax),
          .target_duration = std::chrono::seconds(map.Integer("target_duration", 0, 0, 86'400)),
          .segment_duration = MediaTime(map.Integer("segment_duration", 0, 0, kSpanMax)),
          .segment_count = static_cast<int>(map.Integer("segment_count", 0, 0, 100'000)),
          .part_hold_back = MediaTime(map.Integer("part_hold_back", 0, 0, kSpanMax)),
          .preload_hint = map.Integer("preload_hint", 1, 0, 1) != 0};
  if (!IsRunId(run.id)) map.Reject("id", "is not 16 lower-case hexadecimal digits");
  return run;
}

}  // namespace

std::vector<uint8_t> EncodeDescribe(const TrackList& tracks) {
  std::vector<MapWriter> list;
  for (const Track& track : tracks.tracks)
    list.push_back(WriteTrack(track));
  MapWriter map;
  map.List("tracks", list);
  std::vector<MapWriter> playlists;
  for (const Playlist& playlist : tracks.playlists)
    playlists.push_back(WritePlaylist(playlist));
  map.List("playlists", playlists);
  if (tracks.run) map.Map("run", WriteRun(*tracks.run));
  return map.Finish();
}

Result<TrackList> DecodeDescribe(std::span<const uint8_t> body) {
  const Result<MapDocument> document = MapDocument::Parse(body);
  if (!document) return tl::unexpected(document.error());
  const MapReader map = document->root();
  TrackList list;
  for (const MapReader& entry : map.List("tracks", kTracksMax)) {
    const std::optional<CodecId> codec = ReadCodec(entry);
    if (!codec) continue;  // of a later version: its frames will be strays
    Track track = ReadTrack(entry, *codec);
    if (list.Find(track.id) != nullptr) entry.Reject("id", "is there twice");
    list.tracks.push_back(std::move(track));
  }
  if (list.tracks.empty()) map.Reject("tracks", "has none that can be used");
  if (const std::optional<MapReader> run = map.Map("run")) list.run = ReadRun(*run);
  for (const MapReader& entry : map.List("playlists", Playlist::kPlaylistsMax))
    list.playlists.push_back(ReadPlaylist(entry));
  if (const Status status = document->status(); !status) return tl::unexpected(status.error());
  return list;
}

}  // namespace weir::relay
