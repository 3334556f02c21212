// Any text as a file of events: no crash, and every event that is taken can be made, and has its
// bounds.
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "config/document.h"
#include "origin/events/event_file.h"
#include "origin/events/event_timetable.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace weir::origin;  // NOLINT(google-build-using-namespace)
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const weir::config::Environment nothing{
      .variable = [](const std::string&) { return std::optional<std::string>(); }, .home = "/"};
  const auto document = weir::config::Document::Parse(text, "fuzz.xml", nothing);
  if (!document) return 0;
  auto events = ReadEventInfo((*document)->root());
  if (!events) {
    if (events.error().detail.rfind("fuzz.xml:", 0) != 0) std::abort();
    return 0;
  }
  if (events->size() > kPeriodicEventsMax) std::abort();
  EventTimetable timetable;
  const weir::Clock::time_point begin{std::chrono::hours(1)};
  timetable.Set({"v", "a"}, *std::move(events), begin);
  for (const auto& due : timetable.Take(begin + kIntervalMax, weir::UtcTime{})) {
    if (due.event->payload.size() > weir::media::Event::kPayloadMax) std::abort();
    if (due.event->series == 0 || due.stream_name.empty()) std::abort();
  }
  const auto next = timetable.next();
  if (next && *next < begin + kIntervalMax + kIntervalMin) std::abort();
  return 0;
}
