#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/result.h"
#include "origin/record/record_spec.h"
#include "origin/record/recording.h"
#include "origin/tasks/task.h"

namespace weir::record {

/// A recording as a task: what never changes of it.
struct RecordTask {
  RecordSpec spec{};
  std::string asked_file_path{};  ///< As the request had it; empty: the application's.
  std::string asked_info_path{};  ///< The same.
  std::string transaction_id{};
  UtcTime created{};
};

nlohmann::json ToJson(const RecordTask& task);

/// The twin of it. kMalformed.
Result<RecordTask> ReadTask(const nlohmann::json& json);

/// How far a recording has come, over all its lives.
struct RecordProgress {
  Recording::State state = Recording::State::kReady;
  std::string reason{};        ///< Of an error.
  uint64_t sequence = 0;       ///< Of the open file, or of the one closed last.
  uint64_t next_sequence = 0;  ///< Of the file to begin next.
  uint64_t bytes = 0;          ///< Of the file of `sequence`.
  std::chrono::milliseconds time{0};
  uint64_t total_bytes = 0;
  std::chrono::milliseconds total_time{0};
  UtcTime started{};   ///< The file of `sequence`; none yet: the epoch.
  UtcTime finished{};  ///< The file that was finished last, or when the error came.
  std::string output_file_path{};
  std::string output_info_path{};
  std::optional<UtcTime> first_frame{};
};

nlohmann::json ToJson(const RecordProgress& progress);

/// The twin of it; what cannot be read is as at the beginning.
RecordProgress ReadProgress(const nlohmann::json& json);

/// A recording as the API shows it (OvenMediaEngine's Record). `state` instead of the progress'
/// own, where it is not empty.
nlohmann::json Show(const tasks::TaskKey& key, const RecordTask& task,
                    const RecordProgress& progress, const std::string& state = {});

}  // namespace weir::record
