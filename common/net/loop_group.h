#pragma once

#include <cstddef>
#include <memory>
#include <thread>
#include <vector>

#include "net/event_loop.h"

namespace weir::net {

/// The loops of a program, one thread each.
class LoopGroup {
 public:
  explicit LoopGroup(size_t count);
  ~LoopGroup();  ///< Stops and joins them.

  LoopGroup(const LoopGroup&) = delete;
  LoopGroup& operator=(const LoopGroup&) = delete;

  /// Starts the threads. What was made on the loops before belongs to them from now on.
  void Start();

  /// Posts a stop to every loop and joins the threads. What lives on the loops may be destroyed
  /// afterwards by the caller's thread.
  void Stop();

  size_t size() const { return loops_.size(); }

  EventLoop& at(size_t index) { return *loops_.at(index); }

  /// Which of them is the calling thread's: it must be one.
  size_t CurrentIndex() const;

  EventLoop& current() { return at(CurrentIndex()); }

 private:
  std::vector<std::unique_ptr<EventLoop>> loops_;
  std::vector<std::thread> threads_;
};

}  // namespace weir::net
