#include "origin/wcs/stream_desk.h"

#include <memory>
#include <utility>

namespace weir::wcs {
namespace {

relay::ViewerChoice AllOf(const stream::StreamPath& path) {
  return {.vhost = path.vhost, .app = path.app, .name = path.name};
}

}  // namespace

/// A termination under way.
struct StreamDesk::Order {
  std::vector<hooks::StreamObject> publishers;
  std::string info;
  size_t asked = 0;  // and not answered yet
  size_t ended = 0;
  Ended done;
};

void StreamDesk::Find(const Filter& filter, Found found) {
  std::vector<hooks::StreamObject> streams = publishers_.List();
  std::erase_if(streams, [&](const auto& stream) { return !filter.Has(stream); });
  const auto choice = filter.Viewers();
  if (!choice) return found(std::move(streams));
  viewers_.Find(*choice, kViewersMax,
                [streams = std::move(streams),
                 found = std::move(found)](const relay::FoundViewers& viewers) mutable {
                  for (const relay::ViewerRecord& viewer : viewers.viewers)
                    streams.push_back(ToStream(viewer));
                  found(std::move(streams));
                });
}

void StreamDesk::Terminate(const Filter& filter, Ended ended) {
  auto order = std::make_shared<Order>();
  order->info = hooks::kStoppedByRest;
  order->publishers = publishers_.List();
  std::erase_if(order->publishers, [&](const auto& stream) { return !filter.Has(stream); });
  order->ended = order->publishers.size();
  order->done = std::move(ended);
  Filter rest = filter;
  for (const hooks::StreamObject& publisher : order->publishers) {
    if (rest.ids) rest.ids->erase(publisher.media_session_id);
  }
  const auto direct = rest.Viewers();
  order->asked = order->publishers.size() + (direct ? 1 : 0);
  const auto answered = [this, order](size_t count) {
    order->ended += count;
    if (--order->asked > 0) return;
    for (const hooks::StreamObject& publisher : order->publishers)
      publishers_.End(publisher.media_session_id, order->info);
    order->done(order->ended);
  };
  if (order->asked == 0) return order->done(0);
  for (const hooks::StreamObject& publisher : order->publishers)
    viewers_.End(AllOf(publisher.path), hooks::kStoppedByPublisher,
                 [answered](int64_t /*count*/) { answered(0); });
  if (direct)
    viewers_.End(*direct, hooks::kStoppedByRest,
                 [answered](int64_t count) { answered(static_cast<size_t>(count)); });
}

void StreamDesk::EndPublisher(const hooks::StreamObject& publisher, const std::string& info) {
  viewers_.End(AllOf(publisher.path), hooks::kStoppedByPublisher,
               [this, id = publisher.media_session_id, info](int64_t /*count*/) {
                 publishers_.End(id, info);
               });
}

}  // namespace weir::wcs
