#include "origin/dump/dump_source.h"

namespace weir::dump {

void DumpSource::Flattener::OnTracks(std::shared_ptr<const media::TrackList> tracks) {
  auto flat = std::make_shared<media::TrackList>(*tracks);
  for (media::Playlist& playlist : flat->playlists)
    playlist.path_depth = 0;
  packager_.OnTracks(std::move(flat));
}

DumpSource::DumpSource(const stream::StreamPath& path, const stream::StreamRef& stream,
                       Executor& loop)
    : packager_({.path = path.text()}, static_cast<hls::PublishedSink&>(*this)),
      flattener_(packager_),
      // The segment before the open one is whole already.
      subscription_(stream::Subscribe(stream, loop,
                                      {.kind = stream::StartAt::Kind::kSegmentsBack, .segments = 1},
                                      flattener_)) {}

DumpSource::~DumpSource() = default;

void DumpSource::Add(uint64_t number, std::unique_ptr<Dump> dump) {
  Dump& added = *(dumps_[number] = std::move(dump));
  if (held_.run()) added.OnRunOpened(*held_.run());
  for (const hls::SegmentClosed& segment : held_.All())
    added.OnSegment(segment);
  if (ended_) added.Stop();
}

void DumpSource::Stop(uint64_t number) {
  const auto found = dumps_.find(number);
  if (found != dumps_.end()) found->second->Stop();
}

void DumpSource::OnRunOpened(const hls::RunOpened& opened) {
  held_.OnRunOpened(opened);
  for (const auto& [number, dump] : dumps_)
    dump->OnRunOpened(opened);
}

void DumpSource::OnSegment(const hls::SegmentClosed& segment) {
  held_.OnSegment(segment);
  for (const auto& [number, dump] : dumps_)
    dump->OnSegment(segment);
}

void DumpSource::OnEnd(media::EndReason reason) {
  ended_ = true;
  for (const auto& [number, dump] : dumps_)
    dump->OnEnd(reason);
}

}  // namespace weir::dump
