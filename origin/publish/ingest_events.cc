#include "origin/publish/ingest_events.h"

#include <algorithm>

namespace weir::origin {
namespace {

/// The kinds that are not taken in there.
std::vector<std::string> PolicyFor(const service::HostsInForce& now,
                                   const stream::StreamPath& path) {
  const service::Application* const application = now.hosts.ApplicationOf(path);
  if (application == nullptr) return {};
  const auto policy = now.dropped_events.find({path.vhost, application->name});
  return policy == now.dropped_events.end() ? std::vector<std::string>() : policy->second;
}

}  // namespace

IngestEvents::IngestEvents(const service::HostBook& book, const stream::StreamPath& path,
                           Clock::time_point now)
    : book_(book),
      path_(path),
      count_(kCountMax, kCountPerSecond, now),
      bytes_(kBytesMax, kBytesPerSecond, now),
      log_(path.text()) {}

bool IngestEvents::Take(const media::Event& event, Clock::time_point now, UtcTime utc) {
  if (event.kind == media::Event::Kind::kConclude) return true;  // once, of another origin
  if (IsDropped(event.kind)) return false;
  if (count_.Spend(now) && bytes_.Spend(now, static_cast<double>(event.payload.size())))
    return true;
  log_.Warn(utc, "{} event of the publisher left out: too many in too short a time",
            NameOf(event.kind));
  return false;
}

/// The version is asked first: what is read then is of it, or newer.
bool IngestEvents::IsDropped(media::Event::Kind kind) {
  const uint64_t version = book_.version();
  if (version_ != version) {
    dropped_ = PolicyFor(*book_.Now(), path_);
    version_ = version;
  }
  return std::find(dropped_.begin(), dropped_.end(), NameOf(kind)) != dropped_.end();
}

}  // namespace weir::origin
