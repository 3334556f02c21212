// An origin that says anything it likes, before the handshake or after it.
#include <algorithm>
#include <cstdlib>

#include "unit/protocols/relay/pair.h"

namespace weir::relay::test {
namespace {

/// Checks what every sink may rely on.
class StrictSink final : public media::MediaSink {
 public:
  void OnTracks(std::shared_ptr<const media::TrackList> tracks) override {
    if (ended_ || tracks->tracks.empty()) std::abort();
    tracks_ = std::move(tracks);
  }

  void OnFrame(std::shared_ptr<const media::Frame> frame) override {
    if (ended_ || !tracks_ || tracks_->Find(frame->track) == nullptr || frame->payload.empty())
      std::abort();
  }

  void OnGap() override {
    if (ended_ || !tracks_) std::abort();
  }

  void OnEnd(media::EndReason /*reason*/) override {
    if (ended_) std::abort();
    ended_ = true;
  }

 private:
  std::shared_ptr<const media::TrackList> tracks_;
  bool ended_ = false;
};

void Converse(std::span<const uint8_t> bytes, bool through, size_t cut) {
  Pair pair;
  StrictSink sinks[2];
  for (StrictSink& sink : sinks)
    pair.client->Open({.path = kPath}, sink);
  const auto stream = pair.Publish(kPath);
  if (through) {
    pair.Run();
    if (!pair.client->ready()) std::abort();
  }
  while (!bytes.empty() && pair.client_status) {
    const auto piece = bytes.first(std::min(cut, bytes.size()));
    bytes = bytes.subspan(piece.size());
    pair.client_status = pair.client->OnBytes(piece, pair.now);
  }
  if (pair.client_status) (void)pair.client->OnDeadline(pair.now + std::chrono::seconds(2));
}

}  // namespace
}  // namespace weir::relay::test

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  weir::relay::test::Converse({data + 2, size - 2}, (data[0] & 1) != 0, data[1] * size_t{4} + 16);
  return 0;
}
