#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include <nlohmann/json.hpp>

namespace weir::tasks {

/// What names a task of one kind: unique within its application.
struct TaskKey {
  std::string vhost;
  std::string app;
  std::string id;

  auto operator<=>(const TaskKey&) const = default;

  /// "default/app/id", for logs.
  std::string text() const { return vhost + "/" + app + "/" + id; }
};

/// Something that goes on over the ends of programs: a recording, a push.
struct Task {
  TaskKey key;
  nlohmann::json spec;      ///< What was asked for. Never changes. May hold secrets: not for logs.
  nlohmann::json progress;  ///< How far it is; null at first. The runner's own words.
  std::string node{};       ///< Who runs it, or did last; empty: nobody yet.
  uint64_t fence = 0;       ///< Of the lease it runs under; grows whenever it changes hands.
};

}  // namespace weir::tasks
