#include "origin/streams/stream_json.h"

#include <algorithm>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "base/local_time.h"

namespace weir::streams {
namespace {

using Json = nlohmann::json;
using origin::TrackFigures;

/// "Rtmp", as OvenMediaEngine has it.
std::string SourceType(const std::string& protocol) {
  if (protocol == "rtmp") return "Rtmp";
  if (protocol == "srt") return "SRT";
  if (protocol == "webrtc") return "WebRTC";
  if (protocol == "mpegts") return "MPEGTS";
  if (protocol == "ovt") return "Ovt";
  return protocol;
}

/// Of what was pulled its URL, else the peer.
std::string SourceUrl(const origin::LiveStream::Identity& identity) {
  return identity.protocol == "ovt" ? identity.url : fmt::format("TCP://{}", identity.peer);
}

Json TimeBase(const media::Track& track) {
  return {{"num", 1}, {"den", track.timescale()}};
}

Json VideoJson(const media::Track& track, const TrackFigures& figures) {
  const double declared =
      track.frame_duration.count() > 0 ? 1 / ToSeconds(track.frame_duration) : 0;
  const double average = figures.framerate_average();
  const int64_t measured = figures.bitrate_average();
  return {{"bypass", true},
          {"codec", media::NameOf(track.codec)},
          {"width", track.width},
          {"maxWidth", std::max(figures.width_max, track.width)},
          {"height", track.height},
          {"maxHeight", std::max(figures.height_max, track.height)},
          {"bitrate", track.bitrate > 0 ? track.bitrate : measured},
          {"bitrateConf", track.bitrate},
          {"bitrateAvg", measured},
          {"bitrateLatest", figures.bitrate_latest},
          {"framerate", declared > 0 ? declared : average},
          {"framerateConf", declared},
          {"framerateAvg", average},
          {"framerateLatest", figures.framerate_latest},
          {"timebase", TimeBase(track)},
          {"hasBframes", figures.has_b_frames},
          {"keyFrameInterval", figures.key_interval_average()},
          {"keyFrameIntervalConf", 0},
          {"keyFrameIntervalAvg", figures.key_interval_average()},
          {"keyFrameIntervalLatest", figures.key_interval_latest},
          {"deltaFramesSinceLastKeyFrame", figures.frames_since_key}};
}

Json AudioJson(const media::Track& track, const TrackFigures& figures) {
  const int64_t measured = figures.bitrate_average();
  return {{"bypass", true},
          {"codec", media::NameOf(track.codec)},
          {"samplerate", track.sample_rate},
          {"channel", track.channels},
          {"bitrate", track.bitrate > 0 ? track.bitrate : measured},
          {"bitrateConf", track.bitrate},
          {"bitrateAvg", measured},
          {"bitrateLatest", figures.bitrate_latest},
          {"timebase", TimeBase(track)}};
}

/// A track's variant name: what passes through is called so where no profile names it.
std::string VariantName(const media::Track& track) {
  return fmt::format("bypass_{}", media::NameOf(track.kind()));
}

Json TracksJson(const origin::LiveStream::State& state) {
  Json tracks = Json::array();
  if (state.tracks == nullptr) return tracks;
  for (const media::Track& track : state.tracks->tracks) {
    const auto found = std::find_if(state.figures.begin(), state.figures.end(),
                                    [&track](const auto& one) { return one.id == track.id; });
    const TrackFigures figures = found == state.figures.end() ? TrackFigures{} : *found;
    const bool video = track.kind() == media::MediaKind::kVideo;
    Json one{{"id", track.id}, {"name", VariantName(track)}, {"type", video ? "Video" : "Audio"}};
    one[video ? "video" : "audio"] = video ? VideoJson(track, figures) : AudioJson(track, figures);
    tracks.push_back(std::move(one));
  }
  return tracks;
}

std::string VariantNameOf(const media::TrackList& tracks, std::optional<media::TrackId> id) {
  const media::Track* const track = id ? tracks.Find(*id) : nullptr;
  return track == nullptr ? std::string() : VariantName(*track);
}

Json PlaylistsJson(const origin::LiveStream::State& state) {
  Json playlists = Json::array();
  if (state.tracks == nullptr) return playlists;
  for (const media::Playlist& playlist : state.tracks->playlists) {
    Json renditions = Json::array();
    for (const media::Rendition& rendition : playlist.renditions) {
      const auto audio =
          rendition.audio.empty() ? std::nullopt : std::optional(rendition.audio.front());
      renditions.push_back({{"name", rendition.name},
                            {"videoVariantName", VariantNameOf(*state.tracks, rendition.video)},
                            {"audioVariantName", VariantNameOf(*state.tracks, audio)}});
    }
    playlists.push_back({{"name", playlist.name},
                         {"fileName", playlist.file_name},
                         {"options",
                          {{"webrtcAutoAbr", true},
                           {"hlsChunklistPathDepth", playlist.path_depth},
                           {"enableTsPackaging", playlist.ts_packaging}}},
                         {"renditions", std::move(renditions)}});
  }
  return playlists;
}

}  // namespace

nlohmann::json ToJson(const origin::LiveStream& stream) {
  const origin::LiveStream::Identity& identity = stream.identity();
  const origin::LiveStream::State state = stream.state();
  Json tracks = TracksJson(state);
  Json output{
      {"name", identity.path.name}, {"tracks", tracks}, {"playlists", PlaylistsJson(state)}};
  return {{"name", identity.path.name},
          {"input",
           {{"sourceType", SourceType(identity.protocol)},
            {"sourceUrl", SourceUrl(identity)},
            {"createdTime", IsoLocal(identity.created)},
            {"tracks", std::move(tracks)}}},
          {"outputs", Json::array({std::move(output)})}};
}

}  // namespace weir::streams
