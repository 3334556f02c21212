#include "origin/push/track_choice.h"

#include <algorithm>
#include <utility>

#include "formats/ts/stream_writer.h"

namespace weir::push {
namespace {

using media::MediaKind;
using media::Track;

constexpr size_t kTracksMax = 8;  // of a transport stream

bool IsWanted(const Track& track, const WantedTracks& wanted, const service::EncodeNames& names) {
  if (wanted.ids.empty() && wanted.names.empty()) return true;
  if (std::find(wanted.ids.begin(), wanted.ids.end(), track.id) != wanted.ids.end()) return true;
  return std::any_of(wanted.names.begin(), wanted.names.end(), [&](const std::string& name) {
    return names.of(track.kind()).contains(name);
  });
}

/// The first of each kind.
void KeepOneOfEach(std::vector<Track>& tracks) {
  bool video = false;
  bool audio = false;
  std::erase_if(tracks, [&](const Track& track) {
    return std::exchange(track.kind() == MediaKind::kVideo ? video : audio, true);
  });
}

}  // namespace

Result<std::vector<Track>> ChooseTracks(const std::vector<Track>& tracks,
                                        const WantedTracks& wanted,
                                        const service::EncodeNames& names,
                                        const Destination& destination) {
  std::vector<Track> chosen;
  for (const Track& track : tracks) {
    if (IsWanted(track, wanted, names)) chosen.push_back(track);
  }
  if (chosen.empty()) return Fail(ErrorCode::kNotFound, "the stream has none of the tracks");
  std::sort(chosen.begin(), chosen.end(),
            [](const Track& a, const Track& b) { return a.id < b.id; });
  if (std::holds_alternative<rtmp::EgressTarget>(destination.where)) {
    KeepOneOfEach(chosen);
    return chosen;
  }
  std::erase_if(chosen, [](const Track& track) { return !ts::StreamWriter::CanCarry(track); });
  if (chosen.empty())
    return Fail(ErrorCode::kUnsupported, "a transport stream can carry none of the tracks");
  if (chosen.size() > kTracksMax) chosen.resize(kTracksMax);
  return chosen;
}

}  // namespace weir::push
