#include "origin/record/record_task.h"

#include <string_view>
#include <utility>

#include "base/local_time.h"

namespace weir::record {
namespace {

using nlohmann::json;

std::string TextOf(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

int64_t NumberOf(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_number_integer() ? found->get<int64_t>() : 0;
}

UtcTime TimeOf(const json& object, const char* name) {
  return UtcTime(std::chrono::microseconds(NumberOf(object, name)));
}

int64_t MicrosOf(UtcTime time) {
  return time.time_since_epoch().count();
}

std::string_view NameOf(Recording::State state) {
  switch (state) {
    case Recording::State::kReady:
      return "ready";
    case Recording::State::kRecording:
      return "recording";
    case Recording::State::kError:
      return "error";
  }
  return "?";
}

void AddText(json& object, const char* name, const std::string& text) {
  if (!text.empty()) object[name] = text;
}

template <class Number>
void AddNumber(json& object, const char* name, Number number) {
  if (number != 0) object[name] = number;
}

void ShowProgress(const RecordProgress& progress, json& shown) {
  AddNumber(shown, "recordBytes", progress.bytes);
  AddNumber(shown, "recordTime", progress.time.count());
  AddNumber(shown, "totalRecordBytes", progress.total_bytes);
  AddNumber(shown, "totalRecordTime", progress.total_time.count());
  AddNumber(shown, "sequence", progress.sequence);
  if (progress.started != UtcTime()) shown["startTime"] = IsoLocal(progress.started);
}

}  // namespace

json ToJson(const RecordTask& task) {
  return {{"record", ToJson(task.spec)},
          {"askedFilePath", task.asked_file_path},
          {"askedInfoPath", task.asked_info_path},
          {"transactionId", task.transaction_id},
          {"created", MicrosOf(task.created)}};
}

Result<RecordTask> ReadTask(const json& json) {
  if (!json.is_object() || !json.contains("record"))
    return Fail(ErrorCode::kMalformed, "what is stored of the recording is damaged");
  Result<RecordSpec> spec = ReadSpec(json["record"]);
  if (!spec) return tl::unexpected(spec.error());
  return RecordTask{.spec = *std::move(spec),
                    .asked_file_path = TextOf(json, "askedFilePath"),
                    .asked_info_path = TextOf(json, "askedInfoPath"),
                    .transaction_id = TextOf(json, "transactionId"),
                    .created = TimeOf(json, "created")};
}

json ToJson(const RecordProgress& progress) {
  json written = {{"state", NameOf(progress.state)},
                  {"reason", progress.reason},
                  {"sequence", progress.sequence},
                  {"nextSequence", progress.next_sequence},
                  {"bytes", progress.bytes},
                  {"time", progress.time.count()},
                  {"totalBytes", progress.total_bytes},
                  {"totalTime", progress.total_time.count()},
                  {"started", MicrosOf(progress.started)},
                  {"finished", MicrosOf(progress.finished)},
                  {"outputFilePath", progress.output_file_path},
                  {"outputInfoPath", progress.output_info_path}};
  if (progress.first_frame) written["firstFrame"] = MicrosOf(*progress.first_frame);
  return written;
}

RecordProgress ReadProgress(const json& json) {
  RecordProgress progress;
  if (!json.is_object()) return progress;
  const std::string state = TextOf(json, "state");
  for (const auto known : {Recording::State::kRecording, Recording::State::kError})
    if (state == NameOf(known)) progress.state = known;
  progress.reason = TextOf(json, "reason");
  progress.sequence = static_cast<uint64_t>(NumberOf(json, "sequence"));
  progress.next_sequence = static_cast<uint64_t>(NumberOf(json, "nextSequence"));
  progress.bytes = static_cast<uint64_t>(NumberOf(json, "bytes"));
  progress.time = std::chrono::milliseconds(NumberOf(json, "time"));
  progress.total_bytes = static_cast<uint64_t>(NumberOf(json, "totalBytes"));
  progress.total_time = std::chrono::milliseconds(NumberOf(json, "totalTime"));
  progress.started = TimeOf(json, "started");
  progress.finished = TimeOf(json, "finished");
  progress.output_file_path = TextOf(json, "outputFilePath");
  progress.output_info_path = TextOf(json, "outputInfoPath");
  if (json.contains("firstFrame")) progress.first_frame = TimeOf(json, "firstFrame");
  return progress;
}

json Show(const tasks::TaskKey& key, const RecordTask& task, const RecordProgress& progress,
          const std::string& state) {
  const RecordSpec& spec = task.spec;
  const std::string own(NameOf(progress.state));
  json shown = {
      {"state", state.empty() ? own : state},
      {"isConfig", spec.from_config},
      {"id", spec.id},
      {"vhost", key.vhost},
      {"app", key.app},
      {"stream",
       {{"name", spec.stream}, {"trackIds", spec.track_ids}, {"variantNames", spec.variant_names}}},
      {"segmentationRule", spec.continuous ? "continuity" : "discontinuity"},
      {"createdTime", IsoLocal(task.created)}};
  AddText(shown, "metadata", spec.metadata);
  AddText(shown, "filePath", task.asked_file_path);
  AddText(shown, "infoPath", task.asked_info_path);
  AddText(shown, "outputFilePath", progress.output_file_path);
  AddText(shown, "outputInfoPath", progress.output_info_path);
  AddNumber(shown, "interval", spec.interval.count());
  if (spec.schedule) shown["schedule"] = spec.schedule->text();
  if (shown["state"] == "ready") return shown;
  ShowProgress(progress, shown);
  if (progress.state == Recording::State::kError) {
    AddText(shown, "reason", progress.reason);
    if (progress.finished != UtcTime()) shown["finishTime"] = IsoLocal(progress.finished);
  }
  return shown;
}

}  // namespace weir::record
