#include "protocols/hls/playlist_variants.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "formats/m3u8/multivariant_playlist.h"
#include "protocols/hls/naming.h"

namespace weir::hls {
namespace {

/// What OvenMediaEngine says where it does not know.
constexpr int64_t kBandwidthUnknown = 1'000'000;

using Tracks = std::vector<const media::Track*>;

/// What may stand in a path as it is (RFC 3986 2.3), and the slash between names.
bool IsPlain(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
         std::string_view("-._~/").find(c) != std::string_view::npos;
}

std::string PercentEncoded(std::string_view text) {
  std::string out;
  for (const char c : text)
    out += IsPlain(c) ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  return out;
}

/// What stands before a chunklist's file name (HLSChunklistPathDepth).
std::string FolderOf(int path_depth, std::string_view location) {
  const std::string path = PercentEncoded(location);
  switch (path_depth) {
    case -1:
      return path + '/';
    case 1:
      return ".." + path.substr(path.rfind('/')) + '/';
    case 2:
      return "../.." + path + '/';
    default:
      return {};
  }
}

void AddCodec(std::vector<std::string>& codecs, const media::Track& track) {
  if (track.codec_string.empty()) return;
  if (std::find(codecs.begin(), codecs.end(), track.codec_string) == codecs.end())
    codecs.push_back(track.codec_string);
}

/// The variant of `main` with the richest of `audio`.
m3u8::Variant VariantOf(const media::Track& main, const Tracks& audio) {
  m3u8::Variant variant{.width = main.width,
                        .height = main.height,
                        .codecs = {},
                        .video_range = {},
                        .audio_group = {},
                        .uri = {}};
  AddCodec(variant.codecs, main);
  int64_t audio_bitrate = 0;
  for (const media::Track* track : audio) {
    AddCodec(variant.codecs, *track);
    audio_bitrate = std::max(audio_bitrate, track->bitrate);
  }
  variant.bandwidth = kBandwidthUnknown;
  if (main.bitrate > 0) {
    // The origin measured the first key frame distance; what MP4 adds, and later peaks, at a guess.
    const int64_t bitrate = main.bitrate + audio_bitrate;
    variant.bandwidth = bitrate + bitrate / 10;
    variant.average_bandwidth = bitrate + bitrate / 50;
  }
  if (main.kind() != media::MediaKind::kVideo) return variant;
  if (main.frame_duration.count() > 0) variant.frame_rate = 1 / ToSeconds(main.frame_duration);
  variant.video_range = NameOf(main.range);
  variant.no_captions = true;
  return variant;
}

/// Puts one playlist together.
class Builder {
 public:
  Builder(const media::TrackList& tracks, std::string folder, const std::string& key, bool legacy)
      : tracks_(tracks), folder_(std::move(folder)), key_(key), legacy_(legacy) {}

  void Add(const media::Rendition& rendition) {
    Tracks audio;
    for (const media::TrackId id : rendition.audio)
      if (const media::Track* track = tracks_.Find(id)) audio.push_back(track);
    const media::Track* video = rendition.video ? tracks_.Find(*rendition.video) : nullptr;
    if (video != nullptr) return AddVariant(*video, audio);
    for (const media::Track* track : audio)
      AddVariant(*track, {});
  }

  std::string Text() const { return m3u8::Render(playlist_); }

 private:
  void AddVariant(const media::Track& main, const Tracks& audio) {
    m3u8::Variant variant = VariantOf(main, audio);
    variant.uri = UriOf(main);
    if (!audio.empty()) variant.audio_group = GroupOf(audio);
    playlist_.variants.push_back(std::move(variant));
  }

  /// One group for all renditions with the same choice.
  std::string GroupOf(const Tracks& audio) {
    const auto known = std::find(groups_.begin(), groups_.end(), audio);
    const auto index = static_cast<size_t>(known - groups_.begin());
    std::string name = index == 0 ? "audio" : fmt::format("audio{}", index + 1);
    if (known != groups_.end()) return name;
    groups_.push_back(audio);
    for (size_t i = 0; i < audio.size(); ++i) {
      playlist_.audio.push_back({.group = name,
                                 .name = i == 0 ? "audio" : fmt::format("audio {}", i + 1),
                                 .language = {},
                                 .channels = audio[i]->channels,
                                 .is_default = i == 0,
                                 .uri = UriOf(*audio[i])});
    }
    return name;
  }

  std::string UriOf(const media::Track& track) const {
    const FileName name{
        .type = FileName::Type::kChunklist, .track = track.id, .kind = track.kind(), .key = key_};
    return folder_ + name.text() + (legacy_ ? "?_HLS_legacy=YES" : "");
  }

  const media::TrackList& tracks_;
  const std::string folder_;
  const std::string& key_;
  const bool legacy_;
  std::vector<Tracks> groups_;
  m3u8::MultivariantPlaylist playlist_;
};

}  // namespace

media::Playlist DefaultPlaylist(const media::TrackList& tracks) {
  media::Playlist playlist{.name = "default", .file_name = {}};
  std::vector<media::TrackId> audio;
  for (const media::Track& track : tracks.tracks)
    if (track.kind() == media::MediaKind::kAudio) audio.push_back(track.id);
  for (const media::Track& track : tracks.tracks) {
    if (track.kind() == media::MediaKind::kVideo)
      playlist.renditions.push_back({.name = {}, .video = track.id, .audio = audio});
  }
  if (playlist.renditions.empty()) playlist.renditions.push_back({.name = {}, .audio = audio});
  return playlist;
}

std::string MultivariantText(const media::TrackList& tracks, const media::Playlist& playlist,
                             const ChunklistPlace& place, bool legacy) {
  Builder builder(tracks, FolderOf(playlist.path_depth, place.location), place.key, legacy);
  for (const media::Rendition& rendition : playlist.renditions)
    builder.Add(rendition);
  return builder.Text();
}

}  // namespace weir::hls
