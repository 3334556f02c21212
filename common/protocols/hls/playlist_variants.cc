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

constexpr const char* kAudioGroup = "audio";
/// What OvenMediaEngine says where it does not know.
constexpr int64_t kBandwidthUnknown = 1'000'000;

/// Collects the tracks of one kind.
std::vector<const media::Track*> OfKind(const media::TrackList& tracks, media::MediaKind kind) {
  std::vector<const media::Track*> found;
  for (const media::Track& track : tracks.tracks)
    if (track.kind() == kind) found.push_back(&track);
  return found;
}

std::string ChunklistUri(const media::Track& track, const std::string& key, bool legacy) {
  const FileName name{
      .type = FileName::Type::kChunklist, .track = track.id, .kind = track.kind(), .key = key};
  return name.text() + (legacy ? "?_HLS_legacy=YES" : "");
}

void AddCodec(std::vector<std::string>& codecs, const media::Track& track) {
  if (track.codec_string.empty()) return;
  if (std::find(codecs.begin(), codecs.end(), track.codec_string) == codecs.end())
    codecs.push_back(track.codec_string);
}

/// The variant of `main` with the richest of `audio`.
m3u8::Variant VariantOf(const media::Track& main, const std::vector<const media::Track*>& audio) {
  m3u8::Variant variant{.width = main.width,
                        .height = main.height,
                        .codecs = {},
                        .audio_group = audio.empty() ? "" : kAudioGroup,
                        .uri = {}};
  AddCodec(variant.codecs, main);
  int64_t audio_bitrate = 0;
  for (const media::Track* track : audio) {
    AddCodec(variant.codecs, *track);
    audio_bitrate = std::max(audio_bitrate, track->bitrate);
  }
  variant.bandwidth = kBandwidthUnknown;
  if (main.bitrate > 0) {
    // What MP4 adds, and peaks, at a guess: nobody measured them.
    const int64_t bitrate = main.bitrate + audio_bitrate;
    variant.bandwidth = bitrate + bitrate / 10;
    variant.average_bandwidth = bitrate + bitrate / 50;
  }
  if (main.kind() == media::MediaKind::kVideo && main.frame_duration.count() > 0)
    variant.frame_rate = 1 / ToSeconds(main.frame_duration);
  return variant;
}

}  // namespace

std::string MultivariantText(const media::TrackList& tracks, const std::string& key, bool legacy) {
  const auto video = OfKind(tracks, media::MediaKind::kVideo);
  const auto audio = OfKind(tracks, media::MediaKind::kAudio);
  m3u8::MultivariantPlaylist playlist;
  for (const media::Track* track : video) {
    m3u8::Variant variant = VariantOf(*track, audio);
    variant.uri = ChunklistUri(*track, key, legacy);
    playlist.variants.push_back(std::move(variant));
  }
  for (const media::Track* track : audio) {
    const std::string uri = ChunklistUri(*track, key, legacy);
    if (video.empty()) {
      m3u8::Variant variant = VariantOf(*track, {});
      variant.uri = uri;
      playlist.variants.push_back(std::move(variant));
      continue;
    }
    const bool first = playlist.audio.empty();
    playlist.audio.push_back(
        {.group = kAudioGroup,
         .name = first ? "audio" : fmt::format("audio {}", playlist.audio.size() + 1),
         .language = {},
         .channels = track->channels,
         .is_default = first,
         .uri = uri});
  }
  return m3u8::Render(playlist);
}

}  // namespace weir::hls
