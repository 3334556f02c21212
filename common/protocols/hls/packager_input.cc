#include "protocols/hls/packager_input.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <vector>

#include <fmt/format.h>

#include "media/codec_limits.h"
#include "media/media_time.h"
#include "protocols/hls/part_builder.h"
#include "protocols/hls/ts_variant.h"

namespace weir::hls {
namespace {

constexpr size_t kTracksMax = 64;
/// Above are renditions of MPEG-TS.
constexpr media::TrackId kTrackIdMax = kTsRendition / 2;
constexpr size_t kRunIdSizeMax = 64;
constexpr size_t kCodecStringSizeMax = 128;
constexpr int64_t kNumberMax = int64_t{1} << 53;
constexpr std::chrono::seconds kTargetDurationMax{3'600};
constexpr int kSegmentCountMax = 1'000;
/// Of a playlist: bytes of its file name, its renditions and their audio tracks together.
constexpr size_t kPlaylistSizeMax = 1'024;

Status CheckRun(const media::Run& run) {
  const auto is_plain = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'); };
  if (run.id.empty() || run.id.size() > kRunIdSizeMax ||
      !std::all_of(run.id.begin(), run.id.end(), is_plain)) {
    return Fail(ErrorCode::kMalformed, "the run's id is no file name");
  }
  if (run.first_number < 0 || run.first_number > kNumberMax || run.discontinuity_sequence < 0 ||
      run.discontinuity_sequence > kNumberMax) {
    return Fail(ErrorCode::kMalformed, "the run's numbers are out of range");
  }
  if (run.target_duration.count() < 1 || run.target_duration > kTargetDurationMax ||
      run.segment_duration <= MediaTime(0) || run.segment_duration > kTargetDurationMax) {
    return Fail(ErrorCode::kMalformed, "the run's durations are out of range");
  }
  if (run.part_hold_back < MediaTime(0) || run.part_hold_back > kTargetDurationMax)
    return Fail(ErrorCode::kMalformed, "the run's hold back is out of range");
  if (run.segment_count < 1 || run.segment_count > kSegmentCountMax)
    return Fail(ErrorCode::kMalformed, "the run's segment count is out of range");
  return {};
}

Status CheckPlaylists(const std::vector<media::Playlist>& playlists) {
  using media::Playlist;
  if (playlists.size() > Playlist::kPlaylistsMax)
    return Fail(ErrorCode::kMalformed, "too many playlists");
  for (const Playlist& playlist : playlists) {
    size_t size = playlist.file_name.size();
    for (const media::Rendition& rendition : playlist.renditions)
      size += 1 + rendition.audio.size();
    const bool sound = !playlist.renditions.empty() && size <= kPlaylistSizeMax &&
                       playlist.path_depth >= Playlist::kPathDepthMin &&
                       playlist.path_depth <= Playlist::kPathDepthMax;
    if (!sound) return Fail(ErrorCode::kMalformed, "a playlist is out of range");
  }
  return {};
}

Status CheckTrack(const media::Track& track) {
  const auto fail = [&track](const char* what) {
    return Fail(ErrorCode::kMalformed, fmt::format("track {}: {}", track.id, what));
  };
  if (track.id > kTrackIdMax) return fail("the id is out of range");
  if (!IsExactRate(track.timescale())) return fail("no such sampling rate");
  if (track.part_target < PartBuilder::kPartTargetMin || track.part_target > kTargetDurationMax)
    return fail("the part target is out of range");
  if (track.frame_duration < MediaTime(0) || track.frame_duration > kTargetDurationMax)
    return fail("the frame duration is out of range");
  if (track.config.empty() || track.config.size() > media::kCodecConfigSizeMax)
    return fail("the codec configuration has no sound size");
  if (track.width > media::kPictureSizeMax || track.height > media::kPictureSizeMax)
    return fail("the picture is too large");
  if (track.codec_string.size() > kCodecStringSizeMax) return fail("the codec string is too long");
  return {};
}

}  // namespace

Status CheckTracks(const media::TrackList& tracks) {
  if (!tracks.run) return Fail(ErrorCode::kMalformed, "the track list has no run");
  if (Status run = CheckRun(*tracks.run); !run) return run;
  if (Status playlists = CheckPlaylists(tracks.playlists); !playlists) return playlists;
  if (tracks.tracks.empty() || tracks.tracks.size() > kTracksMax)
    return Fail(ErrorCode::kMalformed, "no tracks, or too many");
  for (const media::Track& track : tracks.tracks) {
    if (Status checked = CheckTrack(track); !checked) return checked;
    if (tracks.Find(track.id) != &track)
      return Fail(ErrorCode::kMalformed, fmt::format("two tracks with id {}", track.id));
  }
  return {};
}

}  // namespace weir::hls
