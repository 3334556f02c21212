#include "edge/serve/pulled_streams.h"

#include <utility>

#include "base/log.h"
#include "edge/dvr/dvr_options.h"

namespace weir::edge {
namespace {

/// A reload is held for three target durations at most; the next one comes soon after.
constexpr auto kPatienceBeyondReloads = std::chrono::seconds(5);

}  // namespace

PulledStreams::PulledStreams(net::LoopGroup& loops, const service::VirtualHosts& hosts,
                             ViewerBook& viewers, DvrStore* dvr)
    : loops_(loops), hosts_(hosts), viewers_(viewers), dvr_(dvr), streams_(loops.size()) {}

PackagedExtras PulledStreams::ExtrasOf(const stream::StreamPath& path) {
  PackagedExtras extras;
  const service::Application* const application = hosts_.ApplicationOf(path);
  if (application == nullptr) return extras;
  if (application->Publisher("HLS") != nullptr) extras.ts_worker = &worker_;
  if (const auto length = ReadDvrLength(*application); length && length->count() > 0) {
    extras.dvr = dvr_;
    extras.rewind_worker = &worker_;
    extras.dvr_length = *length;
  }
  return extras;
}

hls::FeedRef PulledStreams::FeedOf(const stream::StreamPath& path) {
  return entries_.With([&](auto& entries) {
    const auto found = entries.find(path);
    return found == entries.end() ? hls::FeedRef() : found->second.feed;
  });
}

int64_t PulledStreams::BytesOut() {
  return entries_.With([](auto& entries) {
    int64_t sum = 0;
    for (const auto& [path, entry] : entries)
      sum += entry.bytes_out;
    return sum;
  });
}

size_t PulledStreams::size() {
  return entries_.With([](auto& entries) { return entries.size(); });
}

void PulledStreams::OnOpened(stream::Stream& stream) {
  const size_t loop = loops_.CurrentIndex();
  if (dvr_ != nullptr) dvr_->Sweep(loops_.at(loop).now());
  auto packaged =
      std::make_unique<PackagedStream>(stream, loops_.at(loop), ExtrasOf(stream.path()));
  Entry entry{.loop = loop, .feed = packaged->feed()};
  streams_[loop][stream.path()] = std::move(packaged);
  entries_.With([&](auto& entries) { entries[stream.path()] = std::move(entry); });
}

void PulledStreams::OnClosed(const stream::StreamPath& path) {
  // Not by the current loop: at the program's end the main thread closes the streams of all.
  const auto node = entries_.With([&](auto& entries) { return entries.extract(path); });
  if (!node.empty()) streams_[node.mapped().loop].erase(path);
}

void PulledStreams::OnControl(const stream::StreamPath& path,
                              const relay::ControlMessage& message) {
  log::Info("edge", path.text(), "control from the origin: {}", message.reason);
  // kConclude reaches playlists as the stream's own end.
  if (message.action != relay::ControlMessage::Action::kEndViewers) return;
  viewers_.End({.paths = {path}, .ids = {}}, message.reason, loops_.current().now());
}

relay::StreamStats PulledStreams::OnUsage(const stream::StreamPath& path) {
  const ByPath& streams = streams_[loops_.CurrentIndex()];
  const auto found = streams.find(path);
  if (found == streams.end()) return {};
  const hls::FeedUsage usage = found->second->usage();
  if (usage.target_duration.count() > 0)
    viewers_.SetPatience(path, 3 * usage.target_duration + kPatienceBeyondReloads);
  const relay::StreamStats::Protocol hls{.name = "hls",
                                         .viewers = static_cast<int64_t>(viewers_.Watching(path)),
                                         .bytes_out = static_cast<int64_t>(usage.bytes_out)};
  entries_.With([&](auto& entries) {
    if (const auto entry = entries.find(path); entry != entries.end())
      entry->second.bytes_out = hls.bytes_out;
  });
  return {.protocols = {hls}};
}

}  // namespace weir::edge
