#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "origin/tasks/task_runner.h"

namespace weir::testing {

/// Wants what the test says, and notes what it is told: "start a", "stop a lost".
class FakeRunner final : public tasks::TaskRunner {
 public:
  bool Wants(const tasks::Task& task) override { return wanted.contains(task.key.id); }

  void Start(const tasks::Task& task) override {
    told.push_back("start " + task.key.id);
    running[task.key.id] = task;
  }

  void Stop(const tasks::TaskKey& key, tasks::StopReason reason) override {
    told.push_back("stop " + key.id + " " + NameOf(reason));
    running.erase(key.id);
  }

  std::set<std::string> wanted;
  std::vector<std::string> told;
  std::map<std::string, tasks::Task> running;

 private:
  static std::string NameOf(tasks::StopReason reason) {
    switch (reason) {
      case tasks::StopReason::kRemoved:
        return "removed";
      case tasks::StopReason::kLost:
        return "lost";
      case tasks::StopReason::kUnwanted:
        return "unwanted";
      case tasks::StopReason::kClosing:
        return "closing";
    }
    return "?";
  }
};

}  // namespace weir::testing
