#include "protocols/hls/playlist_reports.h"

#include <algorithm>

namespace weir::hls {

void PlaylistReports::Set(media::TrackId track, const std::string& uri, int64_t number, int part) {
  auto entry = std::find_if(entries_.begin(), entries_.end(),
                            [track](const Entry& each) { return each.track >= track; });
  if (entry == entries_.end() || entry->track != track)
    entry = entries_.insert(entry, {.track = track, .report = {.uri = uri}});
  entry->report.last_number = number;
  entry->report.last_part = part;
}

void PlaylistReports::Remove(media::TrackId track) {
  std::erase_if(entries_, [track](const Entry& each) { return each.track == track; });
}

std::vector<m3u8::RenditionReport> PlaylistReports::Others(media::TrackId track) const {
  std::vector<m3u8::RenditionReport> others;
  others.reserve(entries_.size());
  for (const Entry& each : entries_)
    if (each.track != track) others.push_back(each.report);
  return others;
}

}  // namespace weir::hls
