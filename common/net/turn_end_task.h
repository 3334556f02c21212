#pragma once

#include <functional>

#include "net/event_loop.h"

namespace weir::net {

class TurnEndList;

/// Calls a function at the end of any turn in which it was requested, once however often.
/// Destroying it makes sure that it does not; that may be done inside the function.
///
/// Thread: its loop's.
class TurnEndTask {
 public:
  TurnEndTask(EventLoop& loop, std::function<void()> task);
  ~TurnEndTask();

  TurnEndTask(const TurnEndTask&) = delete;
  TurnEndTask& operator=(const TurnEndTask&) = delete;

  void Request();

  bool requested() const { return list_ != nullptr; }

 private:
  friend class TurnEndList;

  void Run();

  EventLoop& loop_;
  std::function<void()> task_;
  TurnEndList* list_ = nullptr;  // it stands in
  TurnEndTask* next_ = nullptr;
  TurnEndTask* previous_ = nullptr;
  bool* destroyed_ = nullptr;  // while it runs
};

/// Those that were requested, in order. Requesting costs no memory: every connection that writes
/// does it in every turn.
class TurnEndList {
 public:
  bool empty() const { return first_ == nullptr; }

  void Add(TurnEndTask& task);
  void Remove(TurnEndTask& task);

  /// All that are in the list now, each taken off before it runs.
  void RunAll();

 private:
  TurnEndTask* first_ = nullptr;
  TurnEndTask* last_ = nullptr;
};

}  // namespace weir::net
