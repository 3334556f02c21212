#include "protocols/mpegts/egress.h"

#include <algorithm>
#include <utility>

namespace weir::mpegts {

Result<Egress> Egress::For(std::vector<media::Track> tracks, PacketOutput& output,
                           size_t unsent_max) {
  auto writer = ts::StreamWriter::For(tracks);
  if (!writer) return tl::unexpected(writer.error());
  return Egress(std::move(tracks), std::move(*writer), output, unsent_max);
}

Status Egress::OnTracks(std::vector<media::Track> tracks) {
  if (Status changed = writer_.Change(tracks); !changed) return changed;
  tracks_ = std::move(tracks);
  waiting_ = true;
  return {};
}

void Egress::OnFrame(const media::Frame& frame) {
  const media::Track* track = Find(frame.track);
  if (track == nullptr) return;
  const size_t unsent = output_->unsent_bytes();
  if (unsent > unsent_max_) waiting_ = true;
  if (waiting_) {
    const bool decodable = !HasVideo() || (track->kind() == media::MediaKind::kVideo && frame.key);
    // So much room that it does not end at once again.
    if (!decodable || unsent > unsent_max_ / 2) return Drop();
  }
  std::vector<uint8_t> packets;
  if (!writer_.Write(frame, packets)) return Drop();
  waiting_ = false;
  if (!base_) base_ = frame.dts;
  stats_.written_bytes += packets.size();
  stats_.sent_time = std::max(stats_.sent_time, frame.dts - *base_);
  output_->Write(SharedBytes(std::move(packets)));
}

const media::Track* Egress::Find(media::TrackId id) const {
  const auto found = std::find_if(tracks_.begin(), tracks_.end(),
                                  [&](const media::Track& track) { return track.id == id; });
  return found == tracks_.end() ? nullptr : &*found;
}

bool Egress::HasVideo() const {
  return std::any_of(tracks_.begin(), tracks_.end(), [](const media::Track& track) {
    return track.kind() == media::MediaKind::kVideo;
  });
}

/// What comes before the first key frame was never meant to be sent.
void Egress::Drop() {
  if (base_) ++stats_.frames_dropped;
}

}  // namespace weir::mpegts
