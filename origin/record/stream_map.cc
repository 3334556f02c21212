#include "origin/record/stream_map.h"

#include <array>
#include <string_view>
#include <utility>

#include "base/text.h"
#include "config/node.h"
#include "origin/tasks/stream_map_file.h"

namespace weir::record {
namespace {

Result<MapEntry> ReadEntry(const config::Node& record) {
  MapEntry entry;
  std::string names;
  std::string schedule;
  std::string rule;
  const std::array<std::pair<const char*, std::string*>, 7> texts{
      {{"StreamName", &entry.stream_name},
       {"VariantNames", &names},
       {"FilePath", &entry.spec.file_path},
       {"InfoPath", &entry.spec.info_path},
       {"SegmentSchedule", &schedule},
       {"SegmentRule", &rule},
       {"Metadata", &entry.spec.metadata}}};
  for (const auto& [name, value] : texts) {
    Result<std::string> text = record.Text(name, "");
    if (!text) return tl::unexpected(text.error());
    *value = *std::move(text);
  }
  if (entry.stream_name.empty()) return record.Wrong("it needs a StreamName");
  for (std::string& name : SplitNames(names))
    entry.spec.variant_names.push_back(std::move(name));
  const config::Node* interval = record.Child("SegmentInterval");
  if (interval != nullptr && !interval->text().empty()) {
    const Result<int64_t> millis = record.Integer("SegmentInterval", 0);
    if (!millis) return tl::unexpected(millis.error());
    entry.spec.interval = std::chrono::milliseconds(*millis);
  }
  if (!schedule.empty()) {
    entry.spec.schedule = Schedule::Read(schedule);
    if (!entry.spec.schedule) return record.Wrong("SegmentSchedule is not <second minute hour>");
  }
  if (entry.spec.schedule && entry.spec.interval.count() > 0)
    return record.Wrong("SegmentInterval and SegmentSchedule exclude each other");
  if (!entry.spec.file_path.empty() && !ContainerOf(entry.spec.file_path))
    return record.Wrong("FilePath must end in .mp4 or .ts");
  entry.spec.continuous = rule == "continuity";
  entry.spec.from_config = true;
  return entry;
}

}  // namespace

Result<std::vector<MapEntry>> ReadStreamMap(const std::string& file) {
  std::vector<MapEntry> entries;
  const Status read = tasks::ReadStreamMapFile(
      file, {.what = "record", .root = "RecordInfo", .element = "Record", .enabled = true},
      [&entries](const config::Node& record) -> Status {
        Result<MapEntry> entry = ReadEntry(record);
        if (!entry) return tl::unexpected(entry.error());
        entries.push_back(*std::move(entry));
        return {};
      });
  if (!read) return tl::unexpected(read.error());
  return entries;
}

}  // namespace weir::record
