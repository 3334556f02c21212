#include "origin/record/record_request.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "origin/files/path_template.h"

namespace weir::record {
namespace {

using nlohmann::json;

constexpr size_t kTextMax = 16'384;
constexpr size_t kListMax = 256;
constexpr std::chrono::milliseconds kIntervalMax = std::chrono::hours(24 * 366);

/// Reads members one after another, and keeps the first that is wrong.
class Members {
 public:
  explicit Members(const json& object) : object_(object) {}

  std::string Text(const char* name) {
    const json* member = Find(name);
    if (member == nullptr) return {};
    if (!member->is_string() || member->get_ref<const std::string&>().size() > kTextMax) {
      Wrong(name);
      return {};
    }
    return member->get<std::string>();
  }

  int64_t Integer(const char* name, int64_t most) {
    const json* member = Find(name);
    if (member == nullptr) return 0;
    if (member->is_number_integer() && *member >= 0 && *member <= most)
      return member->get<int64_t>();
    Wrong(name);
    return 0;
  }

  /// Each item to `take`, which says whether it is one.
  template <class Take>
  void List(const char* name, Take take) {
    const json* member = Find(name);
    if (member == nullptr) return;
    bool fine = member->is_array() && member->size() <= kListMax;
    if (fine) {
      for (const json& item : *member)
        fine = fine && take(item);
    }
    if (!fine) Wrong(name);
  }

  void Wrong(const char* name) {
    if (wrong_.empty()) wrong_ = name;
  }

  const std::string& wrong() const { return wrong_; }

 private:
  const json* Find(const char* name) const {
    const auto found = object_.find(name);
    return found == object_.end() || found->is_null() ? nullptr : &*found;
  }

  const json& object_;
  std::string wrong_;
};

tl::unexpected<Error> Invalid(const std::string& name) {
  return Fail(ErrorCode::kMalformed, fmt::format("Invalid [{}] parameter", name));
}

void ReadStream(const json& stream, RecordSpec& spec, std::string& wrong) {
  Members members(stream);
  spec.stream = members.Text("name");
  members.List("variantNames", [&](const json& name) {
    if (name.is_string()) spec.variant_names.push_back(name.get<std::string>());
    return name.is_string();
  });
  for (const char* name : {"trackIds", "tracks"}) {
    members.List(name, [&](const json& id) {
      const bool fine = id.is_number_unsigned() && id <= std::numeric_limits<uint32_t>::max();
      if (fine) spec.track_ids.push_back(id.get<media::TrackId>());
      return fine;
    });
  }
  if (!members.wrong().empty()) wrong = "stream." + members.wrong();
}

Status ReadSplitting(Members& members, RecordSpec& spec) {
  spec.interval = std::chrono::milliseconds(members.Integer("interval", kIntervalMax.count()));
  const std::string schedule = members.Text("schedule");
  if (spec.interval.count() > 0 && !schedule.empty()) {
    return Fail(ErrorCode::kMalformed, "[Interval] and [Schedule] cannot be used at the same time");
  }
  if (!schedule.empty()) {
    spec.schedule = Schedule::Read(schedule);
    if (!spec.schedule) members.Wrong("schedule");
  }
  const std::string rule = members.Text("segmentationRule");
  spec.continuous = rule == "continuity";
  if (!rule.empty() && !spec.continuous && rule != "discontinuity")
    members.Wrong("segmentationRule");
  return {};
}

Status CheckPaths(const RecordTask& task, const std::string& root) {
  if (!ContainerOf(task.spec.file_path)) return Invalid("filePath");
  for (const auto& [name, path] :
       {std::pair("filePath", task.spec.file_path), std::pair("infoPath", task.spec.info_path)}) {
    if (!files::PathBelow(root, path)) return Invalid(name);
  }
  return {};
}

}  // namespace

void ResolveNames(const RecordOptions& options, RecordSpec& spec) {
  for (const std::string& name : spec.variant_names) {
    spec.variant_video |= options.names.video.contains(name);
    spec.variant_audio |= options.names.audio.contains(name);
  }
}

Result<RecordTask> ReadRequest(const json& body, const RecordOptions& options,
                               std::string transaction_id, UtcTime now) {
  const json nothing = json::object();
  RecordTask task{.transaction_id = std::move(transaction_id), .created = now};
  Members members(body.is_object() ? body : nothing);
  task.spec.id = members.Text("id");
  std::string wrong;
  const auto stream = body.is_object() ? body.find("stream") : body.end();
  if (stream != body.end() && stream->is_object()) ReadStream(*stream, task.spec, wrong);
  std::string missing;
  if (members.wrong().empty() && task.spec.id.empty()) missing += " id";
  if (wrong.empty() && task.spec.stream.empty()) missing += " stream.name";
  if (!missing.empty()) {
    return Fail(ErrorCode::kMalformed, fmt::format("There is no required parameter [{}]", missing));
  }
  if (Status split = ReadSplitting(members, task.spec); !split)
    return tl::unexpected(split.error());
  task.asked_file_path = members.Text("filePath");
  task.asked_info_path = members.Text("infoPath");
  if (!members.wrong().empty()) wrong = members.wrong();
  if (!wrong.empty()) return Invalid(wrong);
  // Anything but a text is passed over, as OvenMediaEngine does.
  const auto metadata = body.find("metadata");
  if (metadata != body.end() && metadata->is_string()) {
    task.spec.metadata = metadata->get<std::string>();
    if (task.spec.metadata.size() > kTextMax) return Invalid("metadata");
  }
  task.spec.file_path = task.asked_file_path.empty() ? options.file_path : task.asked_file_path;
  task.spec.info_path = task.asked_info_path.empty() ? options.info_path : task.asked_info_path;
  if (Status fine = CheckPaths(task, options.root); !fine) return tl::unexpected(fine.error());
  ResolveNames(options, task.spec);
  return task;
}

}  // namespace weir::record
