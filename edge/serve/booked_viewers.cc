#include "edge/serve/booked_viewers.h"

#include <algorithm>
#include <chrono>

#include "base/log.h"

namespace weir::edge {
namespace {

ViewerChoice ChoiceOf(const relay::ViewerDesk::Names& streams, const relay::ViewerChoice& asked) {
  ViewerChoice choice{.paths = {}, .ids = {asked.ids.begin(), asked.ids.end()}};
  for (const auto& [here, there] : streams)
    choice.paths.insert(here);
  return choice;
}

int64_t Milliseconds(std::chrono::nanoseconds time) {
  return std::max<int64_t>(0, std::chrono::floor<std::chrono::milliseconds>(time).count());
}

relay::ViewerRecord RecordOf(const Viewer& viewer, const stream::StreamPath& path,
                             Clock::time_point now) {
  return {.id = viewer.id(),
          .path = path,
          .protocol = "hls",
          .address = viewer.address(),
          .user_agent = viewer.user_agent(),
          .created_ms = Milliseconds(viewer.created().time_since_epoch()),
          .idle_ms = Milliseconds(now - viewer.last_seen()),
          .requests = static_cast<int64_t>(viewer.requests()),
          .bytes_out = static_cast<int64_t>(viewer.bytes())};
}

}  // namespace

relay::ViewersPage BookedViewers::Find(const Names& streams, const relay::FindViewers& question) {
  const ViewerBook::Page found = book_.List(ChoiceOf(streams, question.choice), question.after,
                                            static_cast<size_t>(question.limit));
  relay::ViewersPage page{.ask = question.ask, .last = found.last};
  for (const ViewerPtr& viewer : found.viewers)
    page.viewers.push_back(RecordOf(*viewer, streams.at(viewer->path()), Clock::now()));
  return page;
}

relay::ViewersEnded BookedViewers::End(const Names& streams, const relay::EndViewers& order) {
  const size_t count = book_.End(ChoiceOf(streams, order.choice), order.reason, Clock::now());
  if (count > 0) log::Info("edge", "", "the origin ended {} viewers: {}", count, order.reason);
  return {.ask = order.ask, .count = static_cast<int64_t>(count)};
}

}  // namespace weir::edge
