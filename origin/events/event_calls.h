#pragma once

#include <map>
#include <memory>

#include "origin/api/routes.h"
#include "service/host_book.h"
#include "stream/registry.h"

namespace weir::origin {

/// The API's calls about timed data: sendEvent, sendEvents, concludeHlsLive.
///
/// Thread: the control loop.
class EventCalls {
 public:
  /// Both outlive it.
  EventCalls(const stream::Registry& streams, const service::HostBook& book)
      : streams_(streams), book_(book) {}

  EventCalls(const EventCalls&) = delete;
  EventCalls& operator=(const EventCalls&) = delete;

  void AddTo(api::Routes& routes);

 private:
  /// A stream that is live now.
  struct Target {
    stream::StreamPath path;
    stream::StreamRef stream;
  };

  using Action = api::Answer (EventCalls::*)(const Target& target, const nlohmann::json& body);

  void Add(api::Routes& routes, api::Route route, Action action);
  api::Answer Run(const api::Call& call, Action action);
  api::Answer Send(const Target& target, const nlohmann::json& body);
  api::Answer SendAll(const Target& target, const nlohmann::json& body);
  api::Answer Conclude(const Target& target, const nlohmann::json& body);

  const stream::Registry& streams_;
  const service::HostBook& book_;
  std::map<stream::StreamPath, stream::StreamRef> concluded_;
};

}  // namespace weir::origin
