#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/guarded.h"
#include "config/document.h"
#include "service/access/access_options.h"
#include "service/virtual_hosts.h"
#include "stream/ingest_pipeline.h"

namespace weir::service {

/// How the streams of each application are cut, by the names of virtual host and application.
using IngestByApp = std::map<std::pair<std::string, std::string>, stream::IngestOptions>;

/// The kinds of events that are not taken in from each application's publishers: "amf", "scte35",
/// "id3v2", "webvtt", "cue", "oven_event".
using EventsByApp = std::map<std::pair<std::string, std::string>, std::vector<std::string>>;

/// The virtual hosts as they are at one time, and what was read out of them. Immutable, so any
/// thread may look things up for as long as it holds it.
struct HostsInForce {
  /// Owns the elements that `hosts` point to; null where they outlive the book anyway.
  std::shared_ptr<const config::Document> document;
  VirtualHosts hosts;
  AccessByHost access;
  IngestByApp ingest;            ///< Empty at an edge.
  EventsByApp dropped_events{};  ///< Event forward policies of the API.
};

/// Where everybody looks up the virtual hosts, which may be others the next time: ask when a
/// publisher or viewer comes, never per frame.
///
/// Thread: any.
class HostBook {
 public:
  explicit HostBook(std::shared_ptr<const HostsInForce> hosts) : hosts_(std::move(hosts)) {}

  HostBook(const HostBook&) = delete;
  HostBook& operator=(const HostBook&) = delete;

  /// Never null.
  std::shared_ptr<const HostsInForce> Now() const {
    return hosts_.With([](const auto& hosts) { return hosts; });
  }

  /// Another number after every Replace: what was made of an earlier Now() is to be made anew.
  uint64_t version() const { return version_.load(std::memory_order_acquire); }

  void Replace(std::shared_ptr<const HostsInForce> hosts) {
    hosts_.With([&](auto& held) { held = std::move(hosts); });
    version_.fetch_add(1, std::memory_order_release);
  }

 private:
  mutable Guarded<std::shared_ptr<const HostsInForce>> hosts_;
  std::atomic<uint64_t> version_{0};
};

}  // namespace weir::service
