#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "base/result.h"
#include "config/node.h"
#include "service/virtual_hosts.h"

namespace weir::origin {

/// An event that is sent again and again.
struct PeriodicEvent {
  std::string stream_name;                ///< Of the streams that get it; with * and ?.
  std::chrono::milliseconds interval{0};  ///< kIntervalMin at least.
  nlohmann::json body;                    ///< As sendEvent takes it, and sound.
  bool key_frame_only = false;            ///< A SEI message for key frames.
};

inline constexpr std::chrono::milliseconds kIntervalMin{100};
inline constexpr std::chrono::milliseconds kIntervalMax = std::chrono::hours(24);
inline constexpr size_t kPeriodicEventsMax = 100;  ///< Of one file.

/// The events of a file in OvenMediaEngine's manner; those that are not enabled are left out.
///
///   <EventInfo><Event>
///     <Enable>true</Enable> <SourceStreamName>cam*</SourceStreamName> <Interval>2000</Interval>
///     <EventFormat>sei</EventFormat> <EventType>video</EventType> <Urgent>false</Urgent>
///     <Values> what sendEvent has in `events`, its first letters capitals </Values>
///   </Event></EventInfo>
///
/// Errors name file and line.
Result<std::vector<PeriodicEvent>> ReadEventInfo(const config::Node& root);

/// The same of a file. Blocks.
Result<std::vector<PeriodicEvent>> ReadEventFile(const std::filesystem::path& file);

/// The file that an application's <EventGenerator> names; empty where there is none.
Result<std::string> FindEventFile(const service::Application& application);

/// Reads the files of all applications, as is done at a start, and gives the first error. Blocks.
Status CheckEventFiles(const service::VirtualHosts& hosts);

}  // namespace weir::origin
