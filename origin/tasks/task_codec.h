#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "origin/tasks/task.h"

namespace weir::tasks {

/// Where tasks of `kind` ("record") are kept: "task/record/".
std::string KeyPrefix(std::string_view kind);

/// "task/record/default/app/id", each part with %2F in the place of a slash and the like.
std::string StoreKey(std::string_view kind, const TaskKey& key);

/// The twin of it; kMalformed.
Result<TaskKey> ReadKey(std::string_view kind, std::string_view store_key);

/// A JSON object of spec, progress, node and fence.
std::string EncodeTask(const Task& task);

/// kMalformed: no key or value of EncodeTask's.
Result<Task> DecodeTask(std::string_view kind, std::string_view store_key, std::string_view value);

}  // namespace weir::tasks
